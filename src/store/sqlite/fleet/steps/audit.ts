import { sql } from "kysely";
import type { AnyDb } from "./table.ts";

/** Who changed what. */
export async function auditTable(db: AnyDb): Promise<void> {
  await db.schema
    .createTable("audit")
    .addColumn("id", "integer", (c) => c.primaryKey().autoIncrement())
    .addColumn("time", "bigint", (c) => c.notNull())
    .addColumn("actor", "text", (c) => c.notNull())
    .addColumn("actor_name", "text", (c) => c.notNull())
    .addColumn("source", "text")
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("workspace", "integer")
    .addColumn("target", "integer", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("before", "text")
    .addColumn("after", "text")
    .execute();
  await db.schema.createIndex("audit_time").on("audit").column("time").execute();
  await db.schema.createIndex("audit_workspace").on("audit").column("workspace").execute();
  await db.schema.createIndex("audit_actor").on("audit").column("actor").execute();
}

/** `apiUser.create` is spelt as the API spells it, in entries of before, too. */
export async function auditActions(db: AnyDb): Promise<void> {
  await sql`update audit set action = 'api_user' || substr(action, 8) where action >= 'apiUser.' and action < 'apiUser/'`.execute(
    db,
  );
}
