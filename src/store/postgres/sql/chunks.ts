import { type Columns, mergeColumns, without } from "../../sqlite/data/block/columns.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import { CHUNK_POINTS, type Chunk, chunksOf } from "./chunk.ts";
import { micros, stamp, unmarked } from "./stamps.ts";
import { decoded, type StoredChunk } from "./stored-chunk.ts";
import type { PointTable } from "./table.ts";

/** Series of one round of questions. */
const SERIES = 500;
/** So many small chunks at the end of a series become one, as parts do (compact.ts). */
const MOST_SMALL = 8;
const SMALL = CHUNK_POINTS / 2;

interface Tail {
  readonly series: number;
  readonly first: number;
  readonly last: number;
  readonly n: number;
}
type Found = StoredChunk & { readonly series: number };

const TAILS =
  `SELECT s.series, ${micros("c.first")} AS first, ${micros("c.last")} AS last, c.n FROM unnest($1::bigint[]) AS s (series), ` +
  `LATERAL (SELECT first, last, n FROM chunk WHERE series = s.series ORDER BY last DESC LIMIT ${MOST_SMALL}) AS c ORDER BY s.series, c.last DESC`;
const WITHIN =
  `SELECT series, ${micros("first")} AS first, ${micros("last")} AS last, n FROM chunk WHERE series = $1 ` +
  `AND last >= ${stamp("$2::bigint")} AND first <= ${stamp("$3::bigint")} ORDER BY last DESC`;
const KEYS = `unnest($1::bigint[], $2::bigint[]) AS k (series, last)`;
const OF_KEYS = `c.series = k.series AND c.last = ${stamp("k.last")}`;
const ARRAYS = ["i", "j", "f", "g", "b", "s"].map((name) => `array_to_json(c.${name}) AS ${name}`).join(", ");
const READ =
  `SELECT c.series, ${micros("c.first")} AS first, c.step, c.div, array_to_json(coalesce(c.dt::bigint[], c.wide)) AS dt, ${ARRAYS} ` +
  `FROM ${KEYS} JOIN chunk c ON ${OF_KEYS} ORDER BY c.series, c.first`;
const REMOVE = `DELETE FROM chunk c USING ${KEYS} WHERE ${OF_KEYS}`;
const COLUMNS = ["first", "last", "n", "step", "dt", "wide", "div", "i", "j", "f", "g", "b", "s"] as const;
const ADD =
  `INSERT INTO chunk (series, ${COLUMNS.join(", ")}) SELECT u.series, ${stamp("u.first")}, ${stamp("u.last")}, u.n, u.step, u.dt::int[], ` +
  `u.wide::bigint[], u.div, u.i::int[], u.j::int[], u.f::float8[], u.g::float8[], u.b::boolean[], ${unmarked("u.s")}::text[] ` +
  "FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], " +
  "$9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[]) " +
  `AS u (series, ${COLUMNS.join(", ")})`;

/** Up to 1,024 points in a row, see Chunk. Some hundred series are read, decided and written together. */
export class Chunks implements PointTable {
  constructor(private readonly db: Sql) {}

  add(points: ReadonlyMap<number, Columns>): void {
    const all = [...points];
    for (let at = 0; at < all.length; at += SERIES) this.addSome(new Map(all.slice(at, at + SERIES)));
  }
  private addSome(points: ReadonlyMap<number, Columns>): void {
    const tails = Map.groupBy(this.db.query<Tail>(TAILS).all([...points.keys()]), ({ series }) => series);
    const replaced: Tail[] = [];
    for (const [series, { times }] of points) {
      const [from, to] = [times[0] ?? 0, times[times.length - 1] ?? 0];
      replaced.push(...this.replacedBy(series, from, to, times.length, tails.get(series) ?? []));
    }
    this.replace(replaced, points, (old, more) => mergeColumns([...old, ...more]));
  }
  /** Chunks that become one with newly written points: those at the same time, or some small ones before. */
  private replacedBy(series: number, from: number, to: number, n: number, tails: readonly Tail[]): readonly Tail[] {
    const known = tails.length < MOST_SMALL || (tails.at(-1)?.last ?? 0) < from;
    const near = known ? tails : this.db.query<Tail>(WITHIN).all(series, from, to);
    const same = near.filter(({ first, last }) => last >= from && first <= to);
    if (same.length > 0 || (tails[0]?.last ?? 0) > to) return same;
    const small = tails.findIndex((tail) => tail.n >= SMALL);
    const run = small < 0 ? tails : tails.slice(0, small);
    if (run.length + 1 < MOST_SMALL) return [];
    let rows = n;
    const taken = run.findIndex((tail) => {
      if (tail.n > 3 * rows) return true;
      rows += tail.n;
      return false;
    });
    return taken < 0 ? run : run.slice(0, Math.max(1, taken));
  }

  /** Chunks go, and points of their series come: what `join` makes of those in them and of new ones. */
  private replace(
    old: readonly Tail[],
    more: ReadonlyMap<number, Columns>,
    join: (old: readonly Columns[], more: readonly Columns[]) => Columns,
  ): void {
    const keys = [old.map(({ series }) => series), old.map(({ last }) => last)];
    const read = old.length === 0 ? [] : this.db.query<Found>(READ).all(...keys);
    const before = Map.groupBy(read, ({ series }) => series);
    this.removeAll(old);
    const rows: { readonly series: number; readonly chunk: Chunk }[] = [];
    for (const series of new Set([...before.keys(), ...more.keys()])) {
      const added = more.get(series);
      const all = join((before.get(series) ?? []).map(decoded), added === undefined ? [] : [added]);
      for (const chunk of chunksOf(all)) rows.push({ series, chunk });
    }
    if (rows.length === 0) return;
    const columns = COLUMNS.map((name) => rows.map(({ chunk }) => chunk[name]));
    this.db.query(ADD).run(
      rows.map(({ series }) => series),
      ...columns,
    );
  }

  private removeAll(old: readonly Tail[]): void {
    if (old.length > 0)
      this.db.query(REMOVE).run(
        old.map(({ series }) => series),
        old.map(({ last }) => last),
      );
  }

  drop(series: number, from: number, to: number): void {
    const touched = this.db.query<Tail>(WITHIN).all(series, from, to - 1);
    const [whole, part] = [true, false].map((is) =>
      touched.filter(({ first, last }) => (first >= from && last < to) === is),
    );
    this.removeAll(whole ?? []);
    this.replace(part ?? [], new Map(), (old) => without(mergeColumns(old), from, to));
  }
  remove(series: number): void {
    this.db.query("DELETE FROM chunk WHERE series = $1").run(series);
  }
}
