import type { AnyDb } from "./table.ts";

/** When tokens were last used. */
export async function tokenUse(db: AnyDb): Promise<void> {
  await db.schema
    .createTable("token_use")
    .addColumn("token", "integer", (c) => c.primaryKey().references("token.uid").onDelete("cascade"))
    .addColumn("time", "bigint", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .execute();
}
