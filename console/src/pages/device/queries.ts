import { queryOptions } from "@tanstack/react-query";
import type { Field } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import type { Range } from "./search.ts";
import type { Point } from "./series.ts";

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

/** How often refusals are asked for: soon enough for who watches, and no more work when a device sends nothing but mistakes. */
const REFUSALS_MS = 5000;

/** What was refused for a device of late; asked for again while it is looked at. */
export function refusalsQuery(product: string, device: string) {
  return queryOptions({
    queryKey: ["refusals", product, device],
    queryFn: async ({ signal }) => (await api.listDeviceRefusals({ product, device, limit: 50, signal })).data.items,
    refetchInterval: REFUSALS_MS,
  });
}

export interface Series {
  readonly points: readonly Point[];
  /** Width of a bucket, ms; 0: measurements as they are. */
  readonly step: number;
}

/** The history of fields over a range: measurements when it is short, else buckets with their least and most. */
export function seriesQuery(product: string, device: string, fields: readonly Field[], range: Range) {
  // a range that ends now is asked for anew every so often, and not with each drawing
  const { from, to } = range;
  const ids = fields.map(({ id }) => id);
  return queryOptions({
    queryKey: ["history", product, device, ids, from, to],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, Series>> => {
      const raw = to - from <= RAW_MS;
      const wanted = fields.flatMap(({ id, type }) =>
        raw
          ? [id]
          : type === "BOOL"
            ? [`${id}:MAX`]
            : [`${id}:${type === "COUNTER" ? "LAST" : "AVG"}`, `${id}:MIN`, `${id}:MAX`],
      );
      const { data } = await api.queryHistory({
        body: {
          products: [product],
          devices: [device],
          fields: wanted,
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          ...(raw ? { limit: MOST_RAW } : { points: BUCKETS }),
        },
        signal,
      });
      // each row has a value for each column beside its time
      const rows = data.rows as unknown as readonly ({ readonly time: string } & Readonly<Record<string, unknown>>)[];
      const step = raw ? 0 : (to - from) / BUCKETS;
      return new Map(fields.map((field) => [field.id, { points: pointsOf(rows, field, raw), step }]));
    },
    enabled: fields.length > 0,
    placeholderData: (before) => before,
  });
}

function pointsOf(rows: readonly Readonly<Record<string, unknown>>[], { id, type }: Field, raw: boolean): Point[] {
  const main = raw ? id : type === "BOOL" ? `${id}:MAX` : `${id}:${type === "COUNTER" ? "LAST" : "AVG"}`;
  return rows.flatMap((row) => {
    const value = numberOf(row[main]);
    if (value === null) return [];
    const least = (raw || type === "BOOL" ? null : numberOf(row[`${id}:MIN`])) ?? value;
    const most = (raw || type === "BOOL" ? null : numberOf(row[`${id}:MAX`])) ?? value;
    return [{ time: Date.parse(String(row.time)), value, least, most }];
  });
}

function numberOf(value: unknown): number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" ? value : null;
}

/** The last day of every field that can be drawn, for the small lines of the overview. */
export function sparksQuery(product: string, device: string, fields: readonly Field[], now: number) {
  const range = { from: now - 24 * 3_600_000, to: now, live: true };
  const ids = fields.map(({ id, type }) =>
    type === "BOOL" ? `${id}:MAX` : `${id}:${type === "COUNTER" ? "LAST" : "AVG"}`,
  );
  return queryOptions({
    queryKey: ["history", product, device, "sparks", ids],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, readonly Point[]>> => {
      const { data } = await api.queryHistory({
        body: {
          products: [product],
          devices: [device],
          fields: ids,
          from: new Date(range.from).toISOString(),
          to: new Date(range.to).toISOString(),
          points: 48,
        },
        signal,
      });
      const rows = data.rows as unknown as readonly Readonly<Record<string, unknown>>[]; // as above
      return new Map(fields.map((field) => [field.id, pointsOf(rows, field, false)]));
    },
    enabled: fields.length > 0,
    staleTime: 5 * 60_000,
  });
}

/** Downlinks to the device: what is open, and what is over. */
export function deviceDownlinksQuery(product: string, device: string) {
  return queryOptions({
    queryKey: ["downlinks", "of", product, device],
    queryFn: async ({ signal }) => (await api.listDeviceDownlinks({ product, device, limit: 100, signal })).data.items,
    refetchInterval: 2_000,
    retry: false,
  });
}
