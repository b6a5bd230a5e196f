import { type AnyDb, table } from "./table.ts";

/** External brokers, with what is carried between them and us. */
export async function brokers(db: AnyDb): Promise<void> {
  await table(db, "broker")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("description", "text", (c) => c.notNull())
    .addColumn("addresses", "text", (c) => c.notNull())
    .addColumn("protocol", "text", (c) => c.notNull())
    .addColumn("username", "text")
    .addColumn("password", "text")
    .addColumn("ca", "text")
    .addColumn("certificate", "text")
    .addColumn("key", "text")
    .addColumn("server_name", "text")
    .addColumn("client_id", "text", (c) => c.notNull())
    .addColumn("keep_alive", "integer", (c) => c.notNull())
    .addColumn("session_expiry", "integer", (c) => c.notNull())
    .addColumn("hops", "integer", (c) => c.notNull())
    .addColumn("account", "integer", (c) => c.notNull())
    .addColumn("paused", "integer", (c) => c.notNull())
    .addColumn("routes", "text", (c) => c.notNull())
    .addColumn("created", "bigint", (c) => c.notNull())
    .addUniqueConstraint("broker_name", ["workspace", "name"])
    .execute();
}
