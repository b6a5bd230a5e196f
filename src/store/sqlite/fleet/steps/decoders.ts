import { sql } from "kysely";
import { UUIDS } from "../uuids.ts";
import { type AnyDb, isPostgres, table } from "./table.ts";

/** Versions of decoders, what products say of integrations, names that programs elsewhere hold on to, and when things were made. */
export async function decoders(db: AnyDb): Promise<void> {
  await table(db, "decoder")
    .addColumn("product", "integer", (c) => c.notNull().references("product.uid").onDelete("cascade"))
    .addColumn("number", "integer", (c) => c.notNull())
    .addColumn("code", "text", (c) => c.notNull())
    .addColumn("function", "text")
    .addColumn("created", "bigint", (c) => c.notNull())
    .addColumn("made_by", "text", (c) => c.notNull())
    .addColumn("note", "text", (c) => c.notNull())
    .addUniqueConstraint("decoder_number", ["product", "number"])
    .execute();
  for (const column of ["decoder", "creates_devices", "creates_fields"])
    await db.schema.alterTable("product").addColumn(column, "integer").execute();
  for (const column of ["accepts_product_uuid", "network_token_needed"])
    await db.schema
      .alterTable("product")
      .addColumn(column, "integer", (c) => c.notNull().defaultTo(1))
      .execute();
  for (const column of ["role", "semantic"]) await db.schema.alterTable("field").addColumn(column, "text").execute();
  for (const { table: named, column } of UUIDS) {
    await db.schema.alterTable(named).addColumn(column, "text").execute();
    await db.schema.createIndex(`${named}_${column}`).on(named).column(column).unique().execute();
  }
  for (const { give, giveInPostgres } of UUIDS) await sql.raw(isPostgres(db) ? giveInPostgres : give).execute(db);
  for (const made of MADE) {
    await db.schema.alterTable(made).addColumn("created", "bigint").execute();
    // as far as the audit log reaches back
    await sql`update ${sql.table(made)} set created = noted.time
      from (select target, min(time) as time from audit where action = ${`${made}.create`} group by target) as noted
      where noted.target = ${sql.table(made)}.uid`.execute(db);
  }
}
const MADE = ["workspace", "product", "device", "api_user"] as const;

/** What decoders may know of a device. */
export async function configuration(db: AnyDb): Promise<void> {
  await table(db, "configuration_field")
    .addColumn("product", "integer", (c) => c.notNull().references("product.uid").onDelete("cascade"))
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("type", "text", (c) => c.notNull())
    .addColumn("default_value", "text")
    .addColumn("unit", "text")
    .addColumn("description", "text")
    .addUniqueConstraint("configuration_field_id", ["product", "id"])
    .execute();
  await table(db, "configuration_value")
    .addColumn("device", "integer", (c) => c.notNull().references("device.uid").onDelete("cascade"))
    .addColumn("field", "integer", (c) => c.notNull().references("configuration_field.uid").onDelete("cascade"))
    .addColumn("value", "text", (c) => c.notNull())
    .addUniqueConstraint("configuration_value_field", ["device", "field"])
    .execute();
  await db.schema.createIndex("configuration_value_of").on("configuration_value").column("field").execute();
}
