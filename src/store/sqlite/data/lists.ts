import type { StoredArrival, StoredConsumer, StoredSuggestion } from "../../ports.ts";
import type { Sql } from "./sql.ts";

/** Lists that are read as they are now: whoever takes work over goes on with what another one left. */
export interface Lists {
  readonly consumers: StoredConsumer;
  readonly arrivals: StoredArrival;
  readonly suggestions: StoredSuggestion;
}
export type ListName = keyof Lists;

/** Of one piece. */
export const LIST_PIECE = 10_000;

const QUERIES: Readonly<Record<ListName, string>> = {
  consumers: "SELECT name, position, lost, note FROM consumer ORDER BY name",
  arrivals: "SELECT key, time FROM arrival ORDER BY id",
  suggestions: "SELECT workspace, product, kind, name, body FROM suggestion ORDER BY id",
};

/** A piece of a list, from a row on; a shorter one is the last. */
export function listPiece<Name extends ListName>(db: Sql, name: Name, from: number): Lists[Name][] {
  return db.query<Lists[Name], [number, number]>(`${QUERIES[name]} LIMIT ? OFFSET ?`).all(LIST_PIECE, from);
}
