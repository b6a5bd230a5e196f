import type { Value } from "../../../measure/types.ts";
import { decodeValue, openBlock } from "./block.ts";
import { valueAt } from "./block/columns.ts";
import { Packed } from "./block/packed.ts";
import type { Head } from "./head.ts";
import { Purges } from "./purge.ts";
import type { Sql } from "./sql.ts";

/** Points of many series in few pieces, so that the message that carries them costs little. */
export interface NewestAnswer {
  /** µs, one for each series; NaN: it has none. */
  readonly times: Float64Array;
  /** Numbers, with 1 or 0 for a boolean. */
  readonly nums: Float64Array;
  /** What each value is. */
  readonly kinds: Uint8Array;
  /** Texts and positions, each with its index. */
  readonly odd: readonly (readonly [number, Value])[];
}
const NUMBER = 0;
const BOOLEAN = 1;
const ODD = 2;

/** Collects the points, one for each series and in their order. */
export class NewestPoints {
  private readonly times: Float64Array;
  private readonly nums: Float64Array;
  private readonly kinds: Uint8Array;
  private readonly odd: [number, Value][] = [];

  constructor(count: number) {
    this.times = new Float64Array(count).fill(Number.NaN);
    this.nums = new Float64Array(count);
    this.kinds = new Uint8Array(count);
  }
  put(i: number, time: number, value: Value): void {
    this.times[i] = time;
    if (typeof value === "object" || typeof value === "string") {
      this.kinds[i] = ODD;
      this.odd.push([i, value]);
    } else {
      this.kinds[i] = typeof value === "boolean" ? BOOLEAN : NUMBER;
      this.nums[i] = Number(value);
    }
  }
  get answer(): NewestAnswer {
    const { times, nums, kinds, odd } = this;
    return { times, nums, kinds, odd };
  }
}

/** The points of an answer again; null: a series has none. */
export function pointsOfNewest({ times, nums, kinds, odd }: NewestAnswer): ({ time: number; value: Value } | null)[] {
  const others = new Map(odd);
  return Array.from(times, (time, i) => {
    if (Number.isNaN(time)) return null;
    const num = nums[i] ?? 0;
    const value = kinds[i] === ODD ? (others.get(i) ?? "") : kinds[i] === BOOLEAN ? num === 1 : num;
    return { time, value };
  });
}

/** id, sealed_seq, last_arrival, rolled_to, time and value of the current one as of sealing; end and id of the part and of the block that reach furthest. */
type Found = [
  key: number,
  id: number,
  sealed: number,
  arrival: number,
  rolled: number | null,
  time: number | null,
  value: Uint8Array | null,
  partEnd: number | null,
  part: number | null,
  blockEnd: number | null,
  block: number | null,
];

// of parts with the same end the last written holds; a body is looked at only where its series needs it
const FURTHEST =
  "SELECT e.key, s.id, s.sealed_seq, s.last_arrival, s.rolled_to, s.cur_time, s.cur_value, p.t1, p.id, b.t1, b.id FROM json_each(?) AS e " +
  "JOIN series AS s ON s.id = e.value " +
  "LEFT JOIN part AS p ON p.id = (SELECT id FROM part WHERE series = s.id ORDER BY t1 DESC, id DESC LIMIT 1) " +
  "LEFT JOIN block AS b ON b.id = (SELECT id FROM block WHERE series = s.id ORDER BY t0 DESC LIMIT 1)";

/**
 * The newest point with time < at of each series, in one transaction of the caller's. Where the newest of all is older than
 * `at`, and nothing of the series was deleted, it is the last one of what reaches furthest; else `slow` looks for it.
 * @param head the unsealed log of this transaction's view
 * @param out index `first` is of the first of `series`
 */
export function readNewest(
  db: Sql,
  head: Head,
  series: Uint32Array,
  at: number,
  slow: (id: number) => { readonly time: number; readonly value: Value } | null,
  out: NewestPoints,
  first: number,
): void {
  const purges = new Purges(db);
  const wanted = { part: new Map<number, Place>(), block: new Map<number, Place>() };
  const rows = db.query(FURTHEST).values(JSON.stringify(Array.from(series))) as Found[]; // the columns of the statement
  for (const [key, id, sealed, arrival, rolled, current, value, partEnd, part, blockEnd, block] of rows) {
    const loose = Math.max(partEnd ?? Number.NEGATIVE_INFINITY, blockEnd ?? Number.NEGATIVE_INFINITY);
    const row = head.newestOf(id, { sealed_seq: sealed, last_arrival: arrival, cur_time: current }, at);
    const unsealed = row === null ? Number.NEGATIVE_INFINITY : head.timeOf(row);
    const time = Math.max(loose, unsealed);
    // rollups keep what is older than `rolled`
    if (loose >= at || time < (rolled ?? Number.NEGATIVE_INFINITY) || purges.of(id).length > 0) {
      const point = slow(id);
      if (point !== null) out.put(first + key, point.time, point.value);
    } else if (row !== null && unsealed >= loose) out.put(first + key, time, head.valueOf(row));
    // whatever is written with the time of the current value, or a later one, becomes current
    else if (current === loose && value !== null) out.put(first + key, time, decodeValue(value));
    else if (part !== null && partEnd === loose) want(wanted.part, part, first + key, time);
    else if (block !== null) want(wanted.block, block, first + key, time);
  }
  for (const table of ["part", "block"] as const)
    for (const [id, value] of lastValues(db, table, [...wanted[table].keys()]))
      for (const [i, time] of wanted[table].get(id) ?? []) out.put(i, time, value);
}

/** Where the last value of a body belongs: index in the answer, and time; several, where a series is asked for twice. */
type Place = [i: number, time: number][];
function want(places: Map<number, Place>, id: number, i: number, time: number): void {
  const there = places.get(id);
  if (there === undefined) places.set(id, [[i, time]]);
  else there.push([i, time]);
}

/** The last value of each; one statement for all of them costs half of one for each. @throws RangeError when one is damaged */
function* lastValues(db: Sql, table: "part" | "block", ids: readonly number[]): Generator<[number, Value]> {
  if (ids.length === 0) return;
  const sql = `SELECT b.id, b.body FROM json_each(?) AS e CROSS JOIN ${table} AS b ON b.id = e.value`;
  for (const { id, body } of db.query<{ id: number; body: Uint8Array }, [string]>(sql).iterate(JSON.stringify(ids)))
    yield [id, lastOf(body)];
}

/** The last value of a block or a part. @throws RangeError when it is damaged */
function lastOf(body: Uint8Array): Value {
  const block = openBlock(body);
  if (block instanceof Packed) return block.last();
  if (block.times.length === 0) throw new RangeError("a block without a point");
  return valueAt(block, block.times.length - 1);
}
