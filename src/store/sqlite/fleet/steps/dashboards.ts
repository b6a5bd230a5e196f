import { type AnyDb, table } from "./table.ts";

export async function dashboards(db: AnyDb): Promise<void> {
  await table(db, "dashboard")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("product", "integer", (c) => c.references("product.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("description", "text")
    .addColumn("content", "text", (c) => c.notNull())
    .addColumn("created", "bigint", (c) => c.notNull())
    .addUniqueConstraint("dashboard_name", ["workspace", "name"])
    .execute();
  await db.schema.createIndex("dashboard_product").on("dashboard").column("product").execute();
  await table(db, "dashboard_share")
    .addColumn("dashboard", "integer", (c) => c.notNull().references("dashboard.uid").onDelete("cascade"))
    .addColumn("device", "integer", (c) => c.references("device.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("password_hash", "text")
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("created", "bigint", (c) => c.notNull())
    .addColumn("expires", "bigint")
    .addColumn("used", "bigint")
    .execute();
  await db.schema.createIndex("dashboard_share_dashboard").on("dashboard_share").column("dashboard").execute();
  await db.schema.createIndex("dashboard_share_device").on("dashboard_share").column("device").execute();
}
