import { lostBy, settled } from "../../base/sum.ts";
import { asNumber, columnsOf, numeric } from "../columns.ts";
import type { Value } from "../../measure/types.ts";
import {
  type Aggregates,
  type Columns,
  type DataStore,
  type LogPiece,
  type LogRecord,
  type ManyColumns,
  type ManyRequest,
  MAX_NEWEST,
  type Point,
  type SeriesStats,
  type SeriesStatsRequest,
  type StoredEvent,
} from "../ports.ts";
import { RecordReader } from "../record.ts";

/** What the store's port promises of reading, told in the plainest way: of points in time order, no two at one time. */

/** See SeriesStore.read. */
export function pointsWithin(points: readonly Point[], from: number, to: number, limit: number): Point[] {
  return points.filter(({ time }) => time >= from && time < to).slice(0, limit);
}

/** See SeriesStore.before. */
export function pointBefore(points: readonly Point[], at: number): Point | null {
  return points.findLast(({ time }) => time < at) ?? null;
}

/** See LogStore.readLog. */
export function logPiece(log: readonly LogRecord[], after: number, upTo: number, bytes: number): LogPiece {
  const records: LogRecord[] = [];
  let size = 0;
  for (const record of log) {
    const { firstSeq, body } = record;
    const { count } = new RecordReader(body, firstSeq);
    if (firstSeq + count <= after + 1 || firstSeq > upTo || size >= bytes) continue;
    records.push(record);
    size += body.length;
  }
  return { oldest: log[0]?.firstSeq ?? null, records };
}

/**
 * See SeriesStore.aggregate. @param counter the series is of type COUNTER @param seed the point before all of these; null: none
 */
export function aggregatePoints(
  points: readonly Point[],
  edges: Float64Array,
  counter: boolean,
  seed: Point | null = null,
): Aggregates {
  const rows = Array.from(edges.subarray(1), (to, i) => bucket(points, edges[i] ?? 0, to, counter, seed));
  const column = (pick: (row: Row) => number): Float64Array => Float64Array.from(rows, pick);
  const ends = (pick: (row: Row) => Value | null): Aggregates["first"] => {
    const values = rows.map(pick);
    return numeric(values) ?? values;
  };
  return {
    count: column((r) => r.count),
    min: column((r) => r.min),
    max: column((r) => r.max),
    sum: column((r) => r.sum),
    firstTime: column((r) => r.first?.time ?? Number.NaN),
    lastTime: column((r) => r.last?.time ?? Number.NaN),
    first: ends((r) => r.first?.value ?? null),
    last: ends((r) => r.last?.value ?? null),
    increase: column((r) => r.increase),
    rolled: null,
  };
}

interface Row {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly first: Point | undefined;
  readonly last: Point | undefined;
  readonly increase: number;
}

function bucket(points: readonly Point[], from: number, to: number, counter: boolean, seed: Point | null): Row {
  const inside = pointsWithin(points, from, to, Number.POSITIVE_INFINITY);
  const numbers = inside.map((p) => asNumber(p.value)).filter((v) => v !== null);
  const sum = total(numbers);
  const steps: number[] = [];
  let before = pointBefore(points, from) ?? seed;
  for (const point of inside) {
    const now = Number(point.value);
    const last = before === null ? now : Number(before.value);
    steps.push(now < last ? now : now - last);
    before = point;
  }
  return {
    count: inside.length,
    min: numbers.length > 0 ? numbers.reduce((a, b) => Math.min(a, b)) : Number.NaN,
    max: numbers.length > 0 ? numbers.reduce((a, b) => Math.max(a, b)) : Number.NaN,
    sum,
    first: inside[0],
    last: inside.at(-1),
    increase: counter ? total(steps) : Number.NaN,
  };
}

function total(numbers: readonly number[]): number {
  let [sum, lost] = [0, 0];
  for (const number of numbers) {
    lost += lostBy(sum, number);
    sum += number;
  }
  return settled(sum, lost);
}

/** See SeriesStore.seriesStats, of points that take no bytes in a file. @param lists those of each series */
export function statsOf(lists: readonly (readonly Point[])[], before: Float64Array | undefined): SeriesStats {
  const column = (pick: (points: readonly Point[], i: number) => number): Float64Array =>
    Float64Array.from(lists, pick);
  const zero = column(() => 0);
  return {
    points: column((points) => points.length),
    bytes: zero,
    oldest: column((points) => points[0]?.time ?? Number.NaN),
    newest: column((points) => points.at(-1)?.time ?? Number.NaN),
    buckets: zero,
    rollupBytes: zero,
    pointsBefore: column((points, i) => points.filter(({ time }) => time < (before?.[i] ?? time)).length),
    bytesBefore: zero,
  };
}

/** See SeriesStore.columnsOfMany. @param lists those of each series, within the range */
export function columnsOfLists(lists: readonly (readonly Point[])[], limit: number): ManyColumns {
  const columns: Columns[] = [];
  let left = limit;
  for (const points of lists) {
    columns.push(columnsOf(points.slice(0, left)));
    if (points.length >= left) return { columns, more: true };
    left -= points.length;
  }
  return { columns, more: false };
}

type Reading =
  | "read"
  | "columns"
  | "columnsOfMany"
  | "before"
  | "newest"
  | "aggregate"
  | "seriesStats"
  | "readLog"
  | "readEvents";

/** The reading half of the port over points in memory, for test stores. */
export abstract class MemoryReads implements Pick<DataStore, Reading> {
  /** Points of a series in time order, no two at one time. @throws what reading is to fail with */
  protected abstract pointsOf(series: number): readonly Point[];
  /** Whether a series is of type COUNTER. */
  protected isCounter(_series: number): boolean {
    return false;
  }

  async read(series: number, from: number, to: number, limit: number): Promise<Point[]> {
    return pointsWithin(this.pointsOf(series), from, to, limit);
  }
  async columns(series: number, from: number, to: number, limit: number): Promise<Columns> {
    return columnsOf(pointsWithin(this.pointsOf(series), from, to, limit));
  }
  async columnsOfMany({ series, from, to, limit }: ManyRequest): Promise<ManyColumns> {
    return columnsOfLists(
      Array.from(series, (id) => pointsWithin(this.pointsOf(id), from, to, limit)),
      limit,
    );
  }
  async before(series: number, at: number): Promise<Point | null> {
    return pointBefore(this.pointsOf(series), at);
  }
  async newest(series: Uint32Array, at: number): Promise<(Point | null)[]> {
    if (series.length > MAX_NEWEST) throw new RangeError(`the newest points of ${MAX_NEWEST} series at most`);
    return Array.from(series, (id) => pointBefore(this.pointsOf(id), at));
  }
  async aggregate({ series, edges }: { series: number; edges: Float64Array }): Promise<Aggregates> {
    return aggregatePoints(this.pointsOf(series), edges, this.isCounter(series));
  }
  /** The records of the log, oldest first. */
  protected log(): readonly LogRecord[] {
    return [];
  }
  async readLog(after: number, upTo: number, bytes: number): Promise<LogPiece> {
    return logPiece(this.log(), after, upTo, bytes);
  }
  /** No events are kept. */
  async readEvents(): Promise<StoredEvent[]> {
    return [];
  }
  async seriesStats({ series, before }: SeriesStatsRequest): Promise<SeriesStats> {
    return statsOf(
      Array.from(series, (id) => this.pointsOf(id)),
      before,
    );
  }
}
