import type { SeriesStore } from "../store/ports.ts";

/** What a history needs of the store. */
export type HistoryStore = Pick<SeriesStore, "columns" | "columnsOfMany" | "before" | "aggregate">;
