import type { AnyDb } from "./table.ts";

/** How people sign in. Each row goes with its account. */
export async function people(db: AnyDb): Promise<void> {
  await db.schema
    .createTable("login")
    .addColumn("account", "integer", (c) => c.primaryKey().references("account.uid").onDelete("cascade"))
    .addColumn("password", "text")
    .addColumn("password_set", "bigint", (c) => c.notNull())
    .addColumn("totp_secret", "text")
    .addColumn("totp_confirmed", "integer", (c) => c.notNull())
    .addColumn("totp_step", "bigint", (c) => c.notNull())
    .addColumn("recovery_codes", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("sign_in")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("account", "integer", (c) => c.notNull().references("account.uid").onDelete("cascade"))
    .addColumn("created", "bigint", (c) => c.notNull())
    .addColumn("last_used", "bigint", (c) => c.notNull())
    .addColumn("expires", "bigint", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("agent", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("sign_in_account").on("sign_in").column("account").execute();
  await db.schema
    .createTable("link")
    .addColumn("hash", "text", (c) => c.primaryKey())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("created", "bigint", (c) => c.notNull())
    .addColumn("expires", "bigint", (c) => c.notNull())
    .addColumn("account", "integer", (c) => c.references("account.uid").onDelete("cascade"))
    .addColumn("email", "text")
    .addColumn("workspace", "integer", (c) => c.references("workspace.uid").onDelete("cascade"))
    .addColumn("role", "text")
    .addColumn("made_by", "integer", (c) => c.references("account.uid").onDelete("cascade"))
    .execute();
  for (const column of ["account", "workspace", "made_by"])
    await db.schema.createIndex(`link_${column}`).on("link").column(column).execute();
  await db.schema
    .createTable("identity")
    .addColumn("issuer", "text", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("account", "integer", (c) => c.notNull().references("account.uid").onDelete("cascade"))
    .addColumn("created", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("identity_key", ["issuer", "subject"])
    .execute();
  await db.schema.createIndex("identity_account").on("identity").column("account").execute();
}
