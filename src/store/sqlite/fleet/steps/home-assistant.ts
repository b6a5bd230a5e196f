import type { AnyDb } from "./table.ts";

/** API users that are a Home Assistant: the prefix below which it looks for devices; and which fields are set from there. */
export async function homeAssistant(db: AnyDb): Promise<void> {
  await db.schema.alterTable("api_user").addColumn("home_assistant", "text").execute();
  await db.schema.alterTable("field").addColumn("settable", "integer").execute();
}
