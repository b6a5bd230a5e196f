import { type AnyDb, table } from "./table.ts";

/** Hosts of Sparkplug B: one for each workspace. */
export async function sparkplug(db: AnyDb): Promise<void> {
  await table(db, "sparkplug")
    .addColumn("workspace", "integer", (c) => c.notNull().unique().references("workspace.uid").onDelete("cascade"))
    .addColumn("host", "text", (c) => c.notNull())
    .addColumn("account", "integer", (c) => c.notNull())
    .addColumn("products", "text", (c) => c.notNull())
    .addColumn("reorder", "integer", (c) => c.notNull())
    .addColumn("rebirth", "integer", (c) => c.notNull())
    .addColumn("active", "integer", (c) => c.notNull())
    .execute();
}
