import { Refusal } from "../../../base/errors.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import type { NodeKey } from "./protocol.ts";

/**
 * First in a transaction of background work: while it lasts nobody takes the store over, and commits go on beside it: theirs is no change of the
 * row's key. @throws Refusal: another server has the store
 */
export function mustBeOurs(db: Sql, key: NodeKey): void {
  if (db.query(OURS).get(...key) === null) throw new Refusal("storage_unavailable", "Another server has the store.");
}
const OURS = "SELECT 1 AS ours FROM node WHERE id = ? AND epoch = ? AND alive = 1 FOR KEY SHARE";

/** The nodes that take part in a shared store, as far as the log has told, and their epochs. */
export function membersOf(db: Sql): NodeKey[] {
  return db
    .query<{ id: number; up: number }, []>(MEMBERS)
    .all()
    .map(({ id, up }) => [id, up]);
}
const MEMBERS = "SELECT id, up FROM node WHERE alive = 1 AND several = 1 AND up > 0 ORDER BY id";
