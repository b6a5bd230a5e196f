import type { AnyDb } from "./table.ts";

/** What people prefer: it goes with the account, and with the workspace that it is for. */
export async function preferences(db: AnyDb): Promise<void> {
  await db.schema
    .createTable("preference")
    .addColumn("account", "integer", (c) => c.notNull().references("account.uid").onDelete("cascade"))
    .addColumn("workspace", "integer", (c) => c.references("workspace.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("value", "text", (c) => c.notNull())
    .addColumn("changed", "bigint", (c) => c.notNull())
    .execute();
  for (const column of ["account", "workspace"])
    await db.schema.createIndex(`preference_${column}`).on("preference").column(column).execute();
}
