import type { Field } from "../../api/fleet.ts";
import type { Range } from "./range.ts";
import type { Point, Series } from "./series.ts";

/** How charts ask for a history, and what they make of the answer. */

/** Buckets of a chart: more than a screen shows is of no use. */
const BUCKETS = 400;
/** Up to this length measurements are shown as they are. */
const RAW_MS = 2 * 3_600_000;
const MOST_RAW = 5000;

const NUMBERS: ReadonlySet<string> = new Set(["NUMERIC", "INT", "COUNTER", "BOOL"]);

/** Whether a field can be drawn as a line. */
export function isDrawn({ type }: Pick<Field, "type">): boolean {
  return NUMBERS.has(type);
}

/** A question about a history, as `queryHistory` takes it, without whose history it is. */
export interface SeriesWish {
  readonly fields: string[];
  readonly from: string;
  readonly to: string;
  readonly points?: number;
  readonly limit?: number;
}
type Drawable = Pick<Field, "id" | "type">;

/**
 * The history of fields over a range: measurements when it is short and they are not too many, else buckets with their least and most.
 * A device that speaks many times a second has more than an answer holds: its line must not end before the range does.
 * @param ask answers rows, each with a value for each column beside its time @returns by field
 */
export async function askSeries(
  ask: (wish: SeriesWish) => Promise<readonly object[]>,
  fields: readonly Drawable[],
  range: Pick<Range, "from" | "to">,
): Promise<ReadonlyMap<string, Series>> {
  if (range.to - range.from <= RAW_MS) {
    const rows = await ask(seriesWish(fields, range, true));
    if (rows.length < MOST_RAW) return seriesOf(rows, fields, range, true);
  }
  return seriesOf(await ask(seriesWish(fields, range, false)), fields, range, false);
}

function seriesWish(fields: readonly Drawable[], { from, to }: Pick<Range, "from" | "to">, raw: boolean): SeriesWish {
  const wanted = fields.flatMap(({ id, type }) =>
    raw
      ? [id]
      : type === "BOOL"
        ? [`${id}:MAX`]
        : [`${id}:${type === "COUNTER" ? "LAST" : "AVG"}`, `${id}:MIN`, `${id}:MAX`],
  );
  return {
    fields: wanted,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    ...(raw ? { limit: MOST_RAW } : { points: BUCKETS }),
  };
}

function seriesOf(
  answered: readonly object[],
  fields: readonly Drawable[],
  { from, to }: Pick<Range, "from" | "to">,
  raw: boolean,
): ReadonlyMap<string, Series> {
  const rows = answered as readonly Readonly<Record<string, unknown>>[]; // plain JSON
  const step = raw ? 0 : (to - from) / BUCKETS;
  return new Map(fields.map((field) => [field.id, { points: pointsOf(rows, field, raw), step }]));
}

/** The points of one field in rows of an answer. @param raw measurements as they are */
export function pointsOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  { id, type }: Pick<Field, "id" | "type">,
  raw: boolean,
): Point[] {
  const main = raw ? id : type === "BOOL" ? `${id}:MAX` : `${id}:${type === "COUNTER" ? "LAST" : "AVG"}`;
  return rows.flatMap((row) => {
    const value = numberOf(row[main]);
    if (value === null) return [];
    const least = (raw || type === "BOOL" ? null : numberOf(row[`${id}:MIN`])) ?? value;
    const most = (raw || type === "BOOL" ? null : numberOf(row[`${id}:MAX`])) ?? value;
    return [{ time: Date.parse(String(row.time)), value, least, most }];
  });
}

/** A value as a chart draws it; null: it is none. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" ? value : null;
}
