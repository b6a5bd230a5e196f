import type { AnyDb } from "./table.ts";

export async function retention(db: AnyDb): Promise<void> {
  await db.schema.alterTable("product").addColumn("retention", "text").execute();
  await db.schema.alterTable("field").addColumn("retention", "text").execute();
}
