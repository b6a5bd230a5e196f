import { sql } from "kysely";
import type { FleetKind } from "../../../fleet/types.ts";
import type { FleetDb } from "./schema.ts";
import { TABLE_OF } from "./write.ts";

/**
 * The first of the uids that new rows of each kind get. Uids are given by the program so that the rows of one commit can
 * refer to each other before they are written; SQLite's AUTOINCREMENT remembers the highest one ever used, and so none
 * is given twice, also when its row is gone.
 */
export async function firstFreeUids(db: FleetDb): Promise<Map<FleetKind, number>> {
  const { rows } = await sql<{ name: string; seq: number }>`select name, seq from sqlite_sequence`.execute(db);
  const highest = new Map(rows.map(({ name, seq }) => [name, seq]));
  const kinds = Object.keys(TABLE_OF) as FleetKind[]; // it has one for each
  return new Map(kinds.map((kind) => [kind, (highest.get(TABLE_OF[kind]) ?? 0) + 1]));
}
