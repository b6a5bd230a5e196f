import { type AnyDb, table } from "./table.ts";

/** Networks that take downlinks, which one a product uses, and what can be sent to its devices. */
export async function downlinks(db: AnyDb): Promise<void> {
  await table(db, "network")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("type", "text", (c) => c.notNull())
    .addColumn("server", "text")
    .addColumn("application", "text")
    .addColumn("webhook", "text")
    .addColumn("key", "text")
    .addUniqueConstraint("network_name", ["workspace", "name"])
    .execute();
  // by its name, which never changes: a network that goes leaves the products alone
  await db.schema.alterTable("product").addColumn("network", "text").execute();
  await table(db, "downlink")
    .addColumn("product", "integer", (c) => c.notNull().references("product.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("description", "text", (c) => c.notNull())
    .addColumn("way", "text", (c) => c.notNull())
    .addColumn("source", "text", (c) => c.notNull())
    .addColumn("content", "text", (c) => c.notNull())
    .addColumn("target", "text")
    .addColumn("port", "integer", (c) => c.notNull())
    .addColumn("confirmed", "integer", (c) => c.notNull())
    .addColumn("replaces", "integer", (c) => c.notNull())
    .addColumn("fields", "text", (c) => c.notNull())
    .addColumn("triggers", "text", (c) => c.notNull())
    .addColumn("active", "integer", (c) => c.notNull())
    .addColumn("wait", "integer", (c) => c.notNull())
    .addUniqueConstraint("downlink_name", ["product", "name"])
    .execute();
}
