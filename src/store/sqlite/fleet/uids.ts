import { sql } from "kysely";
import type { FleetTransaction } from "./schema.ts";

/**
 * The first of the uids that new rows of a table get. Uids are given by the program so that the rows of one commit can
 * refer to each other before they are written; SQLite's AUTOINCREMENT remembers the highest one ever used, and so none
 * is given twice, also when its row is gone. Must be called inside the transaction that writes the rows.
 */
export async function nextUid(trx: FleetTransaction, table: string): Promise<number> {
  const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${table}`.execute(trx);
  return (rows[0]?.seq ?? 0) + 1;
}
