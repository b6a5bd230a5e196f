import { type AnyDb, table } from "./table.ts";

/** What rules do, and the alert that they open. */
export async function ruleActions(db: AnyDb): Promise<void> {
  await db.schema
    .alterTable("rule")
    .addColumn("actions", "text", (c) => c.notNull().defaultTo("[]"))
    .execute();
  await db.schema.alterTable("rule").addColumn("alert", "text").execute();
}

export async function rules(db: AnyDb): Promise<void> {
  await table(db, "rule")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("description", "text")
    .addColumn("scope", "text", (c) => c.notNull())
    .addColumn("definition", "text", (c) => c.notNull())
    .addColumn("account", "text", (c) => c.notNull())
    .addColumn("active", "integer", (c) => c.notNull())
    .addColumn("snoozed", "bigint")
    .addColumn("created", "bigint", (c) => c.notNull())
    .addUniqueConstraint("rule_name", ["workspace", "name"])
    .execute();
}
