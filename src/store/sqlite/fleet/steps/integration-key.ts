import type { AnyDb } from "./table.ts";

/** The integration key of before, which is good for a while. */
export async function oldIntegrationKey(db: AnyDb): Promise<void> {
  await db.schema.alterTable("product").addColumn("old_integration_key", "text").execute();
}
