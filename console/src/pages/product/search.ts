/** The tabs of a product, in their order. */
export const TABS = [
  "fields",
  "decoder",
  "integration",
  "downlinks",
  "suggestions",
  "configuration",
  "options",
] as const;
export type Tab = (typeof TABS)[number];

/** What the address of a product says. */
export interface ProductSearch {
  readonly tab?: Tab;
  /** Suggestions that were put aside are shown. */
  readonly ignored?: true;
}

export function productSearch(raw: Readonly<Record<string, unknown>>): ProductSearch {
  const tab = TABS.find((one) => one === raw.tab);
  return {
    ...(tab !== undefined && tab !== "fields" && { tab }),
    ...(raw.ignored === true && { ignored: true }),
  };
}
