import type { AnyDb } from "./table.ts";

/** Fields that are computed from others. */
export async function formulas(db: AnyDb): Promise<void> {
  await db.schema.alterTable("field").addColumn("formula", "text").execute();
}
