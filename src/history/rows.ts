import { Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import type { FieldType } from "../measure/types.ts";
import { canCarry, carryForward, cellsOf } from "./aggregate.ts";
import type { Buckets } from "./buckets.ts";
import { type Cursor, cellOfStored, ListCursor, SeriesCursor } from "./cursors.ts";
import { lttb } from "./lttb.ts";
import type { Aggregates } from "../store/ports.ts";
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
const MAX_SAMPLED = 2_000_000;

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
  const { buckets, fill } = shape;
  const { starts } = buckets;
  if (starts.length === 0) return;
  const figures = await figuresOf(store, columns, buckets);
  const cells: Cell[][] = [];
  for (const column of columns) cells.push(await columnCells(store, column, figures, shape));
  const used = (i: number) => fill !== "none" || columns.some(({ series }) => (figures.get(series)?.count[i] ?? 0) > 0);
  let rows: Row[] = [];
  for (let i = 0; i < starts.length; i++) {
    if (!used(i)) continue;
    rows.push({ time: starts[i] ?? 0, cells: cells.map((column) => column[i] ?? null) });
    if (rows.length < ROWS_AT_ONCE) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** Each series is asked once, also for several columns. */
async function figuresOf(store: HistoryStore, columns: readonly Column[], { edges }: Buckets) {
  const ids = [...new Set(columns.map(({ series }) => series))].filter((id) => id !== undefined);
  const found = await Promise.all(ids.map((series) => store.aggregate({ series, edges })));
  return new Map<number | undefined, Aggregates>(ids.map((id, i) => [id, found[i] as Aggregates])); // one for each
}

async function columnCells(
  store: HistoryStore,
  { type, series, aggregation }: Column,
  figures: ReadonlyMap<number | undefined, Aggregates>,
  { buckets, fill, lookBack, now }: Shape & { kind: "buckets" },
): Promise<Cell[]> {
  const found = figures.get(series);
  const empty: Cell = aggregation === "COUNT" ? 0 : null;
  const cells = found ? cellsOf(type, aggregation, found) : new Array<Cell>(buckets.starts.length).fill(empty);
  if (fill !== "locf" || !canCarry(aggregation)) return cells;
  let first: Cell = null;
  if (lookBack && series !== undefined && cells[0] === null)
    first = cellOfStored(type, (await store.before(series, buckets.edges[0] ?? 0))?.value);
  carryForward(cells, first, buckets.starts, now);
  return cells;
}
