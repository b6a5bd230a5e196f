import { queryOptions } from "@tanstack/react-query";
import { serverNow } from "../../api/clock.ts";
import type { Field } from "../../api/fleet.ts";
import { api } from "../../api/index.ts";
import { askSeries, pointsOf } from "../../parts/chart/question.ts";
import type { Range } from "../../parts/chart/range.ts";
import type { Point, Series } from "../../parts/chart/series.ts";
import { countsOf, countWish, type Silence, silences } from "../../parts/chart/counts.ts";

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

/** The events of these refusals, which say who sent what: as far as one may see them, and none is no failure. */
export function refusedEventsQuery(product: string, device: string) {
  const about = `${product}/${device}`;
  return queryOptions({
    queryKey: ["events", about, "refused"],
    queryFn: async ({ signal }) =>
      (await api.listEvents({ device: about, kind: "refused", limit: 50, signal })).data.items,
    refetchInterval: 2 * REFUSALS_MS,
    retry: false,
  });
}

/** The history of fields over a range: measurements when it is short, else buckets with their least and most. */
export function seriesQuery(product: string, device: string, fields: readonly Field[], range: Range) {
  // a range that ends now is asked for anew every so often, and not with each drawing
  const { from, to } = range;
  const ids = fields.map(({ id }) => id);
  return queryOptions({
    queryKey: ["history", product, device, ids, from, to],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, Series>> => {
      const own = { products: [product], devices: [device] };
      return askSeries(
        async (wish) => (await api.queryHistory({ body: { ...own, ...wish }, signal })).data.rows,
        fields,
        range,
      );
    },
    enabled: fields.length > 0,
    placeholderData: (before) => before,
  });
}

/**
 * The spans of a range in which the device was silent for longer than it may be.
 * @param timeout ms after which a device counts as away
 */
export function silencesQuery(
  product: string,
  device: string,
  fields: readonly Field[],
  range: Range,
  timeout: number,
) {
  const ids = fields.filter(({ formula }) => formula === null).map(({ id }) => id);
  const { from, to } = range;
  return queryOptions({
    queryKey: ["history", product, device, "silences", ids, from, to, timeout],
    queryFn: async ({ signal }): Promise<readonly Silence[]> => {
      const body = { products: [product], devices: [device], ...countWish(ids, range) };
      const { data } = await api.queryHistory({ body, signal });
      return silences(countsOf(data.rows), range, timeout, serverNow());
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });
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
