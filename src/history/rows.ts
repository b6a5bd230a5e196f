import { Refusal } from "../base/errors.ts";
import { Turns } from "../base/turns.ts";
import type { Micros } from "../base/types.ts";
import { type FieldType, specOf } from "../measure/types.ts";
import { canCarry, Carry, cellAt, cellsOf } from "./aggregate.ts";
import type { Buckets } from "./buckets.ts";
import { type Cursor, cellOfStored, ListCursor, SeriesCursor } from "./cursors.ts";
import { lttb } from "./lttb.ts";
import type { Aggregates } from "../store/ports.ts";
import { refuseUneven } from "./rolled.ts";
import type { HistoryStore } from "./port.ts";
import type { Cell, Column, Fill, Range, Row } from "./types.ts";

/** How the measurements of a range become rows. */
export type Shape =
  | { readonly kind: "raw" }
  | {
      readonly kind: "buckets";
      readonly buckets: Buckets;
      readonly fill: Fill;
      /** Whether `locf` begins with the last measurement before the range. */
      readonly lookBack: boolean;
      /** Nothing is carried past the present. */
      readonly now: Micros;
    }
  /** For charts: at most so many points of each column, see lttb.ts. */
  | { readonly kind: "lttb"; readonly points: number };

/** Most rows at once, so that long answers leave turns to others. */
const ROWS_AT_ONCE = 500;
/** Most points that are read to pick some for a chart. */
const MAX_SAMPLED = 1_000_000;
/** Buckets of texts that are asked for at once, and most characters of all texts of a column. */
const TEXT_BUCKETS = 200;
const MAX_TEXT = 16 * 1024 * 1024;

/**
 * The rows of one device in time order, some at a time. Raw and lttb: one row for all columns that have a measurement of
 * that time. Buckets: one row for each bucket; with the fill `none` only where a column has a measurement.
 * @throws Refusal storage_unavailable; answer_too_large
 */
export async function* rowsOf(
  store: HistoryStore,
  columns: readonly Column[],
  range: Range,
  shape: Shape,
): AsyncGenerator<readonly Row[]> {
  if (shape.kind === "buckets") {
    yield* bucketRows(store, columns, shape);
    return;
  }
  const cursors: Cursor[] = [];
  for (const { key, type, series } of columns) {
    if (shape.kind === "lttb" && series !== undefined)
      cursors.push(await sampled(store, key, type, series, range, shape.points));
    else cursors.push(new SeriesCursor(store, type, series, range, columns.length));
  }
  yield* merge(cursors);
}

/** Rows of all columns in time order. */
async function* merge(cursors: readonly Cursor[]): AsyncGenerator<readonly Row[]> {
  let rows: Row[] = [];
  for (;;) {
    for (const cursor of cursors) if (cursor.starving) await cursor.fill();
    let time = Number.POSITIVE_INFINITY;
    for (const cursor of cursors) if (cursor.time < time) time = cursor.time;
    if (time === Number.POSITIVE_INFINITY) break;
    rows.push({ time, cells: cursors.map((cursor) => (cursor.time === time ? cursor.take() : null)) });
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

async function sampled(
  store: HistoryStore,
  key: string,
  type: FieldType,
  series: number,
  range: Range,
  points: number,
): Promise<Cursor> {
  if (range.from >= range.to) return new ListCursor(new Float64Array(0), []);
  const { times, values } = await store.columns(series, range.from, range.to, MAX_SAMPLED + 1);
  if (times.length > MAX_SAMPLED)
    throw new Refusal(
      "answer_too_large",
      `${key} has more than ${MAX_SAMPLED} measurements in this range, too many to pick points from; use a resolution, or a shorter range.`,
    );
  const kept = lttb(times, values as ArrayLike<number>, points); // asked of types whose values are numbers only
  return new ListCursor(
    Float64Array.from(kept, (i) => times[i] ?? 0),
    Array.from(kept, (i) => cellOfStored(type, values[i])),
  );
}

async function* bucketRows(
  store: HistoryStore,
  columns: readonly Column[],
  shape: Shape & { kind: "buckets" },
): AsyncGenerator<readonly Row[]> {
  const { starts } = shape.buckets;
  if (starts.length === 0) return;
  const figures = new Map<number, Promise<Aggregates>>();
  const filled = await Promise.all(columns.map((column) => bucketColumn(store, column, figures, shape)));
  const used = (i: number) => shape.fill !== "none" || filled.some(({ count }) => (count?.[i] ?? 0) > 0);
  const turns = new Turns();
  let rows: Row[] = [];
  for (let i = 0; i < starts.length; i++) {
    if (turns.due) await turns.next();
    if (!used(i)) continue;
    rows.push({ time: starts[i] ?? 0, cells: filled.map(({ cell }) => cell(i)) });
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** A column: a cell for each bucket, and how many measurements are in it; null: none in any. */
interface Filled {
  /** Asked once for each bucket that is shown, in their order: making all of them at once would take a turn of its own. */
  readonly cell: (i: number) => Cell;
  readonly count: Float64Array | null;
}

/** @param figures of the series asked for already: each is asked once, also for several columns */
async function bucketColumn(
  store: HistoryStore,
  column: Column,
  figures: Map<number, Promise<Aggregates>>,
  { buckets, fill, lookBack, now }: Shape & { kind: "buckets" },
): Promise<Filled> {
  const { type, series, aggregation } = column;
  const { starts, edges } = buckets;
  if (series === undefined) return { cell: () => (aggregation === "COUNT" ? 0 : null), count: null };
  const filled =
    specOf(type).form === "text"
      ? await textColumn(store, series, column, edges)
      : await figureColumn(store, series, column, edges, figures);
  if (fill !== "locf" || !canCarry(aggregation)) return filled;
  let first: Cell = null;
  if (lookBack && filled.cell(0) === null)
    first = cellOfStored(type, (await store.before(series, edges[0] ?? 0))?.value);
  const carry = new Carry(first, now);
  return { count: filled.count, cell: (i) => carry.next(filled.cell(i), starts[i] ?? 0) };
}

async function figureColumn(
  store: HistoryStore,
  series: number,
  { key, type, aggregation }: Column,
  edges: Float64Array,
  figures: Map<number, Promise<Aggregates>>,
): Promise<Filled> {
  const asked = figures.get(series) ?? store.aggregate({ series, edges });
  figures.set(series, asked);
  const found = await asked;
  refuseUneven(key, edges, found.rolled);
  return { cell: (i) => cellAt(type, aggregation, found, i), count: found.count };
}

/** Texts can be large: they are asked for in parts, up to a bound for all of them. */
async function textColumn(
  store: HistoryStore,
  series: number,
  { key, type, aggregation }: Column,
  edges: Float64Array,
): Promise<Filled> {
  const buckets = edges.length - 1;
  const cells: Cell[] = [];
  const count = new Float64Array(buckets);
  let characters = 0;
  for (let from = 0; from < buckets; from += TEXT_BUCKETS) {
    const part = edges.slice(from, Math.min(from + TEXT_BUCKETS, buckets) + 1);
    const found = await store.aggregate({ series, edges: part });
    count.set(found.count, from);
    for (const cell of cellsOf(type, aggregation, found)) {
      cells.push(cell);
      if (typeof cell === "string") characters += cell.length;
    }
    if (characters > MAX_TEXT)
      throw new Refusal(
        "answer_too_large",
        `The texts of ${key} have more than ${MAX_TEXT} characters; use a coarser resolution, a shorter range, or COUNT.`,
      );
  }
  return { cell: (i) => cells[i] ?? null, count };
}
