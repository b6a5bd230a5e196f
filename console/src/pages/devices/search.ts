import { asFlag, asTexts } from "../../parts/kept.ts";

/** Heard last first. */
export const USUAL_SORT = "-heard";

/** How the list is shown. */
export type View = "cards" | "table" | "map";

/** What the address of the device list says: the whole state of the view. */
export interface DevicesSearch {
  /** In name, id, serial or location; or a topic that was pasted whole. */
  readonly q?: string;
  readonly product?: string;
  readonly tag?: string;
  readonly state?: "online" | "away";
  /** A column, `-` before it downward; `-heard` (heard last first) when absent. */
  readonly sort?: string;
  readonly view?: View;
}

/** Takes what can be meant and leaves the rest: an old link still opens. */
export function devicesSearch(raw: Readonly<Record<string, unknown>>): DevicesSearch {
  const { q, product, tag, state, sort, view } = raw;
  return {
    ...(typeof q === "string" && q !== "" && { q }),
    // numbers stand in addresses without quotes
    ...(typeof q === "number" && { q: String(q) }),
    ...(typeof product === "string" && { product }),
    ...((typeof tag === "string" || typeof tag === "number") && { tag: String(tag) }),
    ...((state === "online" || state === "away") && { state }),
    ...(typeof sort === "string" && /^-?[A-Za-z0-9_:]{1,80}$/.test(sort) && { sort }),
    ...((view === "cards" || view === "table" || view === "map") && { view }),
  };
}

/** What was chosen of columns and density. */
export interface Layout {
  /** Columns that are otherwise than usual: taken out, or added. */
  readonly columns: readonly string[];
  readonly dense: boolean;
}

/** A view under a name: what folders are elsewhere. */
export interface SavedView {
  readonly name: string;
  /** Filters, order and kind of view. */
  readonly search: DevicesSearch;
  /** Columns and density; absent: they stay as they are. */
  readonly layout?: Layout;
}

/** What was kept; null: it cannot be read. */
export function savedViews(raw: unknown): SavedView[] | null {
  if (!Array.isArray(raw)) return null;
  return raw.flatMap((one: unknown) => {
    if (typeof one !== "object" || one === null || !("name" in one) || !("search" in one)) return [];
    const { name, search } = one;
    if (typeof name !== "string" || typeof search !== "object" || search === null) return [];
    const layout = "layout" in one ? layoutOf(one.layout) : null;
    return [{ name, search: devicesSearch({ ...search }), ...(layout !== null && { layout }) }];
  });
}
function layoutOf(raw: unknown): Layout | null {
  if (typeof raw !== "object" || raw === null || !("columns" in raw) || !("dense" in raw)) return null;
  const [columns, dense] = [asTexts(raw.columns), asFlag(raw.dense)];
  return columns === null || dense === null ? null : { columns, dense };
}
