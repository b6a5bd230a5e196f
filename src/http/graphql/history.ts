import { Refusal } from "../../base/errors.ts";
import type { Micros } from "../../base/types.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import { canCarry } from "../../history/aggregate.ts";
import { type Plan, plan } from "../../history/query.ts";
import { rowsOf } from "../../history/rows.ts";
import type { Aggregation, Cell, Range, Row } from "../../history/types.ts";
import { specOf } from "../../measure/types.ts";
import type { GraphContext } from "./context.ts";
import { momentOf } from "./values.ts";

/** Histories as the platform gives them (its rules of resolutions and empty answers); rights are looked at by who calls. */

const SECOND: Micros = 1_000_000;
const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;
/** Of more buckets the platform makes coarser ones. */
const MOST_BUCKETS = 1024;
const UNITS: Readonly<Record<string, Micros>> = { s: SECOND, m: MINUTE, h: 60 * MINUTE, d: DAY, w: 7 * DAY };
/** What a resolution means that is none. */
export const FALLBACK = 30 * MINUTE;

/** The start belongs to it, the end does not. */
export function rangeOf(start: string, end: string): Range {
  return { from: momentOf("timerangestart", start), to: momentOf("timerangeend", end) };
}

/** How long a bucket is, µs; null: every measurement. */
export function stepOf(resolution: string | null | undefined, { from, to }: Range): Micros | null {
  if (resolution == null || resolution === "" || resolution === "raw") return null;
  const found = /^([1-9]\d{0,6})([smhdw])$/.exec(resolution);
  const step = found ? Number(found[1]) * (UNITS[found[2] ?? ""] ?? MINUTE) : FALLBACK;
  if ((to - from) / step <= MOST_BUCKETS) return step;
  return Math.ceil((to - from) / MOST_BUCKETS / MINUTE) * MINUTE;
}

interface RowWish {
  readonly range: Range;
  readonly fields: readonly FieldNode[];
  /** Absent: every measurement. */
  readonly step?: Micros;
  readonly aggregation?: string;
  /** Whether an empty bucket shows the value before. */
  readonly carry?: boolean;
}

/** Rows with a cell for each field, in time order. */
export async function rowsFor(context: GraphContext, device: DeviceNode, wish: RowWish): Promise<Row[]> {
  const { range, fields, step, aggregation = "AVG", carry = false } = wish;
  const { now } = context;
  if (step === undefined) return asked(context, device, { range, fields: fields.map(({ row }) => row.id), now });
  const how = fields.map(({ row }) => aggregationOf(row.type, aggregation));
  const names = fields.map(({ row }, i) => `${row.id}:${how[i]}`);
  const rows = await asked(context, device, {
    range,
    fields: names,
    resolution: `${step / SECOND}s`,
    fill: "null",
    now,
  });
  return carry
    ? carried(
        rows,
        how.map((one) => canCarry(one)),
      )
    : rows;
}
/** The same with the value before in empty buckets, in the columns where that means something. */
function carried(rows: readonly Row[], columns: readonly boolean[]): Row[] {
  const last: Cell[] = columns.map(() => null);
  return rows.map(({ time, cells }) => ({
    time,
    cells: cells.map((cell, i) => {
      if (cell !== null && columns[i]) last[i] = cell;
      return cell ?? last[i] ?? null;
    }),
  }));
}

/** What a field's type can be asked for: texts have a first and a last, what a counter measures is how much it grew. */
function aggregationOf(type: FieldNode["row"]["type"], wished: string): Aggregation {
  const { aggregations, isTotal, defaultAggregation } = specOf(type);
  if (isTotal && (wished === "AVG" || wished === "SUM")) return "CHANGE";
  return aggregations.find((one) => one === wished) ?? defaultAggregation;
}

/** Plans a question and reads its rows, as one of those that a request may have at the same time. */
function asked(context: GraphContext, device: DeviceNode, wish: Parameters<typeof plan>[0]): Promise<Row[]> {
  const { deps, gate } = context;
  const limits = { points: deps.limits.maxHistoryPoints, fields: wish.fields.length, fill: "null" } as const;
  return gate.within(async () => {
    const planned: Plan = await plan(wish, [device], deps.series, limits);
    const rows: Row[] = [];
    for await (const some of rowsOf(deps.store, planned.columnsOf(device), planned.range, planned.shape)) {
      gate.take(some.length * wish.fields.length);
      for (const row of some) rows.push(row);
    }
    return rows;
  });
}

/** Figures of one field over a range, in the order of the aggregations. */
export async function figuresOf(
  context: GraphContext,
  device: DeviceNode,
  field: FieldNode,
  range: Range,
  aggregations: readonly string[],
): Promise<readonly Cell[]> {
  if (range.from >= range.to) return aggregations.map(() => null);
  const known = specOf(field.row.type).aggregations;
  const usable = aggregations.filter((one) => known.some((name) => name === one));
  if (usable.length === 0) return aggregations.map(() => null);
  const fields = usable.map((one) => `${field.row.id}:${one}`);
  const [row] = await asked(context, device, { range, fields, points: 1, fill: "null", now: context.now });
  return aggregations.map((one) => row?.cells[usable.indexOf(one)] ?? null);
}

/** Hourly means of the last day, without gaps. */
export async function lastDayOf(context: GraphContext, device: DeviceNode, field: FieldNode): Promise<number[]> {
  if (specOf(field.row.type).form !== "number") return [];
  const range = { from: context.now - DAY, to: context.now + 1 };
  const rows = await rowsFor(context, device, { range, fields: [field], step: 60 * MINUTE, aggregation: "AVG" });
  return rows.map(({ cells }) => cells[0]).filter((cell) => typeof cell === "number");
}

/** @throws Refusal invalid_request */
export function windowOf(start: string, end: string): Range {
  const range = { from: momentOf("timeRangeStart", start), to: momentOf("timeRangeEnd", end) };
  if (range.from > range.to) throw new Refusal("invalid_request", "The range ends before it begins.");
  return range;
}
