import { type FieldType, specOf } from "../../../measure/types.ts";
import type { Value } from "../../../measure/types.ts";
import { columnsOf } from "../../columns.ts";
import type { Columns, ManyColumns, ManyRequest } from "../../ports.ts";
import { openBlock } from "./block.ts";
import { type Columns as StoredColumns, concat, mergeColumns, sliceOf, valuesOf, within } from "./block/columns.ts";
import { Packed } from "./block/packed.ts";
import type { Head } from "./head.ts";
import type { Sealed } from "./head-order.ts";
import { isPurged, Purges, withoutPurged } from "./purge.ts";
import type { Sql } from "./sql.ts";

/** Points of several series in few pieces, so that the message that carries them costs little. */
export interface ManyAnswer {
  /** Points of each series that was reached. */
  readonly counts: Uint32Array;
  /** µs, and numbers with 1 or 0 for a boolean: those of all series, one after the other. */
  readonly times: Float64Array;
  readonly nums: Float64Array;
  /** Values of the series, by their place, that are no numbers or of several kinds. */
  readonly odd: readonly (readonly [number, readonly Value[]])[];
  readonly more: boolean;
}

/** Texts of one series at most, until somebody who knows how long they are asks for more. */
const TEXTS = 64;

interface Found extends Sealed {
  readonly place: number;
  readonly id: number;
  readonly type: FieldType;
  readonly blocks: number;
}
interface Part {
  readonly place: number;
  readonly body: Uint8Array;
}

// a series whose blocks do not reach into the range is read from its parts and the log alone
const SERIES =
  "SELECT e.key AS place, s.id, s.type, s.sealed_seq, s.last_arrival, s.cur_time, " +
  "EXISTS (SELECT 1 FROM block WHERE series = s.id AND t0 < ?2 AND t1 >= ?1) AS blocks " +
  "FROM json_each(?3) AS e CROSS JOIN series AS s ON s.id = e.value ORDER BY e.key";
const PARTS =
  "SELECT e.key AS place, p.body FROM json_each(?3) AS e CROSS JOIN part AS p ON p.series = e.value " +
  "WHERE p.t0 < ?2 AND p.t1 >= ?1 ORDER BY e.key, p.id";

/**
 * See SeriesStore.columnsOfMany; inside the caller's transaction. Two statements for all of them cost a tenth of five for each.
 * @param head the unsealed log of this transaction's view
 * @param slow reads a series that has blocks in the range: id, most points
 */
export function readMany(
  db: Sql,
  head: Head,
  { series, from, to, limit }: ManyRequest,
  slow: (id: number, most: number) => StoredColumns,
): ManyAnswer {
  const asked = JSON.stringify(Array.from(series));
  const purges = new Purges(db);
  const parts = db.query<Part, [number, number, string]>(PARTS).iterate(from, to, asked);
  let part = parts.next();
  const partsOf = (place: number): Uint8Array[] => {
    const bodies: Uint8Array[] = [];
    for (; !part.done && part.value.place <= place; part = parts.next())
      if (part.value.place === place) bodies.push(part.value.body);
    return bodies;
  };
  const out = new Collected();
  for (const found of db.query<Found, [number, number, string]>(SERIES).all(from, to, asked)) {
    out.skipTo(found.place);
    const most = Math.min(limit - out.points, specOf(found.type).form === "text" ? TEXTS : limit);
    const all = found.blocks === 1 ? slow(found.id, most) : loose(partsOf(found.place), found.id, found);
    out.add(sliceOf(all, 0, most));
    if (all.times.length >= most || out.points >= limit) {
      parts.return?.();
      return out.answer(all.times.length >= most);
    }
  }
  out.skipTo(series.length);
  return out.answer(false);

  function loose(bodies: readonly Uint8Array[], id: number, sealed: Sealed): StoredColumns {
    const deleted = purges.of(id);
    const pieces = bodies.map((body) => {
      const block = openBlock(body);
      return withoutPurged(within(block instanceof Packed ? block.columns() : block, from, to), deleted);
    });
    let rows = head.rowsOf(id, sealed, from, to);
    if (deleted.length > 0) rows = rows.filter((r) => !isPurged(deleted, head.seqOf(r), head.timeOf(r)));
    return mergeColumns([...pieces, head.columns(rows)]);
  }
}

/** Collects the points of series in their order. */
class Collected {
  points = 0;
  private readonly counts: number[] = [];
  private readonly numbers: StoredColumns[] = [];
  private readonly odd: [number, readonly Value[]][] = [];

  add(c: StoredColumns): void {
    this.points += c.times.length;
    if (c.kind !== "number" && c.kind !== "boolean") this.odd.push([this.counts.length, valuesOf(c)]);
    this.counts.push(c.times.length);
    this.numbers.push(
      c.kind === "number" || c.kind === "boolean" ? c : { kind: "number", times: c.times, num: c.times },
    );
  }
  /** Series before this place that do not exist have no points. */
  skipTo(place: number): void {
    while (this.counts.length < place) this.counts.push(0);
  }
  answer(more: boolean): ManyAnswer {
    // booleans are numbers in the message
    const all = concat(this.numbers.map((c) => ({ ...c, kind: "number" }) as StoredColumns));
    return {
      counts: Uint32Array.from(this.counts),
      times: whole(all.times),
      nums: whole("num" in all ? all.num : all.times),
      odd: this.odd,
      more,
    };
  }
}

/** A view would drag the whole buffer under it through the message. */
function whole(column: Float64Array): Float64Array {
  return column.byteLength === column.buffer.byteLength ? column : column.slice();
}

/** The columns of an answer again. */
export function columnsOfAnswer({ counts, times, nums, odd, more }: ManyAnswer): ManyColumns {
  const others = new Map(odd);
  let at = 0;
  const columns = Array.from(counts, (count, place): Columns => {
    const begin = at;
    at += count;
    const values = others.get(place);
    if (values === undefined) return { times: times.subarray(begin, at), values: nums.subarray(begin, at) };
    // values of several kinds may all be numbers and booleans
    return columnsOf(values.map((value, i) => ({ time: times[begin + i] ?? 0, value })));
  });
  return { columns, more };
}
