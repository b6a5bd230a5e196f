import type { Seq, TailRecord } from "../../ports.ts";
import { rowsOf } from "../../record.ts";
import { checkMark } from "../../sqlite/data/mark.ts";

// where the log goes on behind a row: with a record, or with one that is yet to come when all are gone
export const BEAT =
  "UPDATE node SET alive = 1 WHERE id = $1 AND epoch = $2 AND alive = 1 " +
  "RETURNING coalesce((SELECT min(id) FROM log WHERE id > $3), (SELECT seq FROM head))";
/** The records from a number on, some of them; of those of the node that asks, and up to another number, no bodies. */
export const NEXT =
  "SELECT id, count, node, CASE WHEN node = $2 OR id <= $4 THEN NULL ELSE body END, mark FROM log WHERE id >= $1 ORDER BY id LIMIT $3";

/** @param position the last row that was read @throws RangeError when it does not follow that, or is damaged */
function recordOf([id, count, node, body, mark]: readonly unknown[], position: Seq): TailRecord {
  const firstSeq = Number(id);
  const record = { firstSeq, count: Number(count), node: Number(node), body: body as Uint8Array | null }; // bytea, as NEXT says
  if (firstSeq !== position + 1) throw gap(firstSeq, position);
  if (record.body === null) return record;
  checkMark(firstSeq, record.body, Number(mark));
  if (rowsOf(record.body) !== record.count)
    throw new RangeError(`record ${firstSeq} has another count than its row says`);
  return record;
}
/** What one question of the log finds. */
export class Piece {
  /** The first row that is asked for. */
  readonly from: Seq;

  /**
   * @param position the last row that was read
   * @param known a record up to there that came another way: the log must have the same
   */
  constructor(
    private position: Seq,
    readonly known: { readonly firstSeq: Seq; readonly mark: number } | null,
  ) {
    this.from = known?.firstSeq ?? position + 1;
  }
  /** @returns null: it was read before @throws RangeError */
  next(row: readonly unknown[]): TailRecord | null {
    const firstSeq = Number(row[0]);
    if (this.known !== null && firstSeq === this.known.firstSeq && Number(row[4]) !== this.known.mark)
      throw new RangeError(`The log has another record at row ${firstSeq} than this server was told.`);
    if (firstSeq <= this.position) return null;
    const record = recordOf(row, this.position);
    this.position += record.count;
    return record;
  }
}

/** What lies between was trimmed, or lost: a node that goes on would not know what the others know. */
export function gap(first: Seq, position: Seq): RangeError {
  return new RangeError(`The log goes on with row ${first}; this server has read it up to ${position}.`);
}
/** Rows that were read are not there: the numbers will be given anew. */
export function lost(next: Seq, position: Seq): RangeError {
  return new RangeError(
    `The log ends before row ${next}, and this server has read it up to ${position}: PostgreSQL has lost commits.`,
  );
}
