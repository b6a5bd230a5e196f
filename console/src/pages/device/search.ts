import { type Range, SPANS, type Span } from "../../parts/chart/range.ts";

/** The tabs of a device, in their order. */
export const TABS = ["overview", "dashboard", "history", "debug", "downlinks", "permissions", "configuration"] as const;
export type Tab = (typeof TABS)[number];

const HOUR = 3_600_000;

/** What the address of a device says. */
export interface DeviceSearch {
  readonly tab?: Tab;
  /** Of the history: identifiers. */
  readonly fields?: readonly string[];
  /** A range that ends now; `from` and `to` come before it. */
  readonly span?: Span;
  /** RFC 3339. */
  readonly from?: string;
  readonly to?: string;
  readonly as?: "table";
}

const isTime = (one: unknown): one is string => typeof one === "string" && !Number.isNaN(Date.parse(one));

export function deviceSearch(raw: Readonly<Record<string, unknown>>): DeviceSearch {
  const { tab, fields, span, from, to, as } = raw;
  const known = TABS.find((one) => one === tab);
  const listed = Array.isArray(fields) ? fields.filter((one) => typeof one === "string").slice(0, 20) : [];
  const isRange = isTime(from) && isTime(to) && Date.parse(from) < Date.parse(to);
  return {
    ...(known !== undefined && known !== "overview" && { tab: known }),
    ...(listed.length > 0 && { fields: listed }),
    ...(typeof span === "string" && Object.hasOwn(SPANS, span) && { span: span as Span }), // a key of SPANS
    ...(isRange && { from, to }),
    ...(as === "table" && { as }),
  };
}

/** The range that an address means. @param now ms */
export function rangeOf({ span = "24h", from, to }: DeviceSearch, now: number): Range {
  if (from !== undefined && to !== undefined) return { from: Date.parse(from), to: Date.parse(to), live: false };
  return { from: now - SPANS[span] * HOUR, to: now, live: true };
}

/** The same length, so many halves of it earlier (negative) or later. What would go beyond now ends now. */
export function moved({ from, to }: Range, halves: number, now: number): Pick<DeviceSearch, "from" | "to"> {
  const by = ((to - from) / 2) * halves;
  const end = Math.min(to + by, now);
  return { from: new Date(end - (to - from)).toISOString(), to: new Date(end).toISOString() };
}
