import type { ProductStorage } from "../../../../sdk/operations.js";

/** How much of the disk measurements will take. */

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { d: 1, w: 7, y: 365 };
/** Of less than this nothing can be told: the first hours of a product are not its days. */
const WORTH_DAYS = 1 / 24;

/** What lies in the log alone has no bytes of its own yet: it gets those that a measurement takes there. */
export function withBytes(usage: ProductStorage): ProductStorage {
  if (usage.bytes > 0 || usage.log_bytes_each === null) return usage;
  return { ...usage, bytes: usage.measurements * usage.log_bytes_each };
}

/** Days that a retention means; null: for ever, or it cannot be read. */
export function daysOf(retention: string): number | null {
  const [, count, unit = ""] = /^(\d+)([dwy])$/.exec(retention) ?? [];
  const factor = UNITS[unit];
  return count === undefined || factor === undefined ? null : Number(count) * factor;
}

/** Bytes that one day of the product takes, as it was so far; null: there is too little to tell. */
export function bytesADay({
  bytes,
  oldest,
  newest,
}: Pick<ProductStorage, "bytes" | "oldest" | "newest">): number | null {
  if (oldest === null || newest === null) return null;
  const days = (Date.parse(newest) - Date.parse(oldest)) / DAY;
  return days < WORTH_DAYS || bytes === 0 ? null : bytes / days;
}

/** Bytes that the measurements take when it has run for its whole retention; for ever: after a year. */
export function bytesKept(
  usage: Pick<ProductStorage, "bytes" | "oldest" | "newest">,
  retention: string,
): number | null {
  const perDay = bytesADay(usage);
  return perDay === null ? null : perDay * (daysOf(retention) ?? 365);
}

/** `1.2 GB`, of 1000. */
export function bytesText(bytes: number, locale: string): string {
  const names = ["B", "kB", "MB", "GB", "TB"];
  const step = bytes < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const digits = { maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 };
  return `${new Intl.NumberFormat(locale, digits).format(value)} ${names[step]}`;
}
