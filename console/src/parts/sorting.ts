/** What a column is sorted by; empty ones come last. */
export type SortKey = string | number | boolean | null | undefined;

const collators = new Map<string, Intl.Collator>();

/** Upward: numbers by size, texts as people count (`dev2` before `dev10`). */
export function compare(a: SortKey, b: SortKey, locale: string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const collator = collators.get(locale) ?? new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  collators.set(locale, collator);
  return collator.compare(String(a ?? ""), String(b ?? ""));
}
