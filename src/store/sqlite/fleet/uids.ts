import { sql } from "kysely";
import { FLEET_KINDS } from "../../../fleet/kinds.ts";
import type { FleetKind } from "../../../fleet/types.ts";
import type { FleetDb } from "./schema.ts";

/**
 * The first of the uids that new rows of each kind get. Uids are given by the program so that the rows of one commit can
 * refer to each other before they are written; SQLite's AUTOINCREMENT remembers the highest one ever used, and so none
 * is given twice, also when its row is gone.
 */
export async function firstFreeUids(db: FleetDb): Promise<Map<FleetKind, number>> {
  const { rows } = await sql<{ name: string; seq: number }>`select name, seq from sqlite_sequence`.execute(db);
  const highest = new Map(rows.map(({ name, seq }) => [name, seq]));
  return new Map(FLEET_KINDS.map(({ name, table }) => [name, (highest.get(table) ?? 0) + 1]));
}
