/** Colours and type, as a canvas takes them. */
export interface Look {
  readonly text: string;
  readonly grid: string;
  readonly mark: string;
  readonly away: string;
  readonly font: string;
  readonly series: readonly string[];
}

/** The colours of the page, as a canvas takes them. */
export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read("--text-2"),
    grid: read("--line"),
    mark: read("--bad"),
    away: read("--away"),
    font: `11px ${read("--font")}`,
    series: Array.from({ length: 8 }, (_, n) => read(`--series-${n + 1}`)),
  };
}
