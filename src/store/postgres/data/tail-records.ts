import type { Seq, TailRecord } from "../../ports.ts";
import { rowsOf } from "../../record.ts";
import { checkMark } from "../../sqlite/data/mark.ts";

// where the log goes on behind a row: with a record, or with one that is yet to come when all are gone
export const BEAT =
  "UPDATE node SET alive = 1 WHERE id = $1 AND epoch = $2 AND alive = 1 " +
  "RETURNING coalesce((SELECT min(id) FROM log WHERE id > $3), (SELECT seq FROM head))";
/** The records from a number on, some of them; of those of the node that asks no bodies. */
export const NEXT =
  "SELECT id, count, node, CASE WHEN node = $2 THEN NULL ELSE body END, mark FROM log WHERE id >= $1 ORDER BY id LIMIT $3";

/** @param position the last row that was read @throws RangeError when it does not follow that, or is damaged */
export function recordOf([id, count, node, body, mark]: readonly unknown[], position: Seq): TailRecord {
  const firstSeq = Number(id);
  const record = { firstSeq, count: Number(count), node: Number(node), body: body as Uint8Array | null }; // bytea, as NEXT says
  if (firstSeq !== position + 1) throw gap(firstSeq, position);
  if (record.body === null) return record;
  checkMark(firstSeq, record.body, Number(mark));
  if (rowsOf(record.body) !== record.count)
    throw new RangeError(`record ${firstSeq} has another count than its row says`);
  return record;
}
/** What lies between was trimmed, or lost: a node that goes on would not know what the others know. */
export function gap(first: Seq, position: Seq): RangeError {
  return new RangeError(`The log goes on with row ${first}; this server has read it up to ${position}.`);
}
