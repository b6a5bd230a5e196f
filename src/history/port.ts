import type { DataStore } from "../store/ports.ts";

/** What a history needs of the store. */
export type HistoryStore = Pick<DataStore, "columns" | "before" | "aggregate">;
