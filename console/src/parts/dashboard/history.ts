import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { serverNow } from "../../api/clock.ts";
import { useEverySecond } from "../ago.tsx";
import { askSeries, type SeriesWish } from "../chart/question.ts";
import { type Range, SPANS, type Span } from "../chart/range.ts";
import type { Series } from "../chart/series.ts";
import { type DashboardData, type ShownField, useData } from "./data.ts";

const HOUR = 3_600_000;
/** A range that ends now is asked for anew so often, ms: a thousandth of it, at least half a minute. */
const stepOf = (span: Span) => Math.max(30_000, (SPANS[span] * HOUR) / 1000);

/** A range that ends now; it goes on in steps, so that it is the same in between. */
export function useRange(span: Span): Range {
  const step = stepOf(span);
  const to = useEverySecond((now) => Math.ceil(now / step) * step);
  return useMemo(() => ({ from: to - SPANS[span] * HOUR, to, live: true }), [to, span]);
}

interface Wanted {
  readonly product: string;
  readonly device: string;
  readonly field: ShownField | undefined;
}

/** The histories of series over a range, in their order; undefined: not known yet. */
export function useHistories(
  wanted: readonly Wanted[],
  range: Range,
): { series: (Series | undefined)[]; error: Error | null } {
  const data = useData();
  const answers = useQueries({
    queries: wanted.map(({ product, device, field }) => ({
      queryKey: ["history", data.key, product, device, field?.id ?? null, range.from, range.to],
      queryFn: ({ signal }: { signal: AbortSignal }) => ask(data, product, device, field, range, signal),
      enabled: field !== undefined && device !== "",
      staleTime: Number.POSITIVE_INFINITY,
      placeholderData: (before: Series | undefined) => before,
    })),
  });
  return {
    series: answers.map((one) => one.data),
    error: answers.find(({ error }) => error !== null)?.error ?? null,
  };
}
async function ask(
  data: DashboardData,
  product: string,
  device: string,
  field: ShownField | undefined,
  range: Range,
  signal: AbortSignal,
): Promise<Series> {
  if (field === undefined) return { points: [], step: 0 };
  const to = Math.min(range.to, serverNow());
  const rows = (wish: SeriesWish) => data.history({ products: [product], devices: [device], ...wish }, signal);
  return (await askSeries(rows, [field], { from: range.from, to })).get(field.id) ?? { points: [], step: 0 };
}
