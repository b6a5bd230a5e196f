import { type AnyDb, table } from "./table.ts";

export async function webhooks(db: AnyDb): Promise<void> {
  await table(db, "webhook")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("url", "text", (c) => c.notNull())
    .addColumn("description", "text")
    .addColumn("events", "text", (c) => c.notNull())
    .addColumn("filter", "text", (c) => c.notNull())
    .addColumn("headers", "text", (c) => c.notNull())
    .addColumn("form", "text", (c) => c.notNull())
    .addColumn("template", "text")
    .addColumn("batch_max", "integer", (c) => c.notNull())
    .addColumn("batch_wait", "integer", (c) => c.notNull())
    .addColumn("secret", "text", (c) => c.notNull())
    .addColumn("old_secret", "text")
    .addColumn("signature", "text", (c) => c.notNull())
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("active", "integer", (c) => c.notNull())
    .addColumn("paused", "text")
    .addColumn("created", "bigint", (c) => c.notNull())
    .addUniqueConstraint("webhook_name", ["workspace", "name"])
    .execute();
}
