import { sql } from "kysely";
import type { FleetTransaction, Schema } from "./schema.ts";

/** Inserts a row, or replaces the one with its key. */
export async function replace<T extends "login" | "sign_in" | "link" | "identity">(
  trx: FleetTransaction,
  table: T,
  key: readonly (keyof Schema[T] & string)[],
  row: Schema[T],
): Promise<void> {
  const others = Object.keys(row).filter((column) => !key.some((own) => own === column));
  const changes = Object.fromEntries(others.map((column) => [column, sql.ref(`excluded.${column}`)]));
  await trx
    .insertInto(table as "login") // any of the four; Kysely wants the row and its columns per literal name
    .values(row as never)
    .onConflict((c) => c.columns(key as never).doUpdateSet(changes as never))
    .execute();
}
