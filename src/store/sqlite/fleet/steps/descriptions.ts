import type { AnyDb } from "./table.ts";

/** What people say of products, fields and devices. */
export async function descriptions(db: AnyDb): Promise<void> {
  await db.schema.alterTable("product").addColumn("online_timeout", "integer").execute();
  await db.schema.alterTable("field").addColumn("decimals", "integer").execute();
  await db.schema.alterTable("field").addColumn("description", "text").execute();
  await db.schema
    .alterTable("field")
    .addColumn("active", "integer", (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema.alterTable("device").addColumn("location", "text").execute();
  await db.schema.alterTable("device").addColumn("metadata", "text").execute();
  await db.schema.alterTable("device").addColumn("online_timeout", "integer").execute();
}
