import { type Kysely, sql } from "kysely";
import type { FleetDb, Schema } from "../../sqlite/fleet/schema.ts";
import type { Session } from "../session.ts";

/** Of nodes that start at the same moment one after the other does such work. */
export async function oneAtATime(session: Session, work: () => Promise<void>): Promise<void> {
  const values = ["fieldcast fleet"];
  await session.query({ text: "SELECT pg_advisory_lock(hashtext($1 || current_schema()))", values });
  try {
    await work();
  } finally {
    if (session.connected)
      await session.queryHere({ text: "SELECT pg_advisory_unlock(hashtext($1 || current_schema()))", values });
  }
}

/** Reads with a view of one moment, while others may commit. */
export function viewOf<T>(db: FleetDb, read: (view: Kysely<Schema>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`set transaction isolation level repeatable read read only`.execute(trx);
    return read(trx);
  });
}
