import { type Migration, sql } from "kysely";
import type { StepTold } from "../told.ts";
import { auditActions, auditTable } from "./steps/audit.ts";
import { dashboards } from "./steps/dashboards.ts";
import { brokers } from "./steps/brokers.ts";
import { configuration, decoders } from "./steps/decoders.ts";
import { descriptions } from "./steps/descriptions.ts";
import { downlinks } from "./steps/downlinks.ts";
import { oldIntegrationKey } from "./steps/integration-key.ts";
import { homeAssistant } from "./steps/home-assistant.ts";
import { formulas } from "./steps/formulas.ts";
import { people } from "./steps/people.ts";
import { preferences } from "./steps/preferences.ts";
import { retention } from "./steps/retention.ts";
import { ruleActions, rules } from "./steps/rules.ts";
import { sparkplug } from "./steps/sparkplug.ts";
import { type AnyDb, table } from "./steps/table.ts";
import { tokenUse } from "./steps/token-use.ts";
import { webhooks } from "./steps/webhooks.ts";

/** A step, and what people are told of it before it is done. */
interface FleetMigration extends Migration, StepTold {}

/** Names sort in the order of application. A migration that was released is never changed. */
export const FLEET_MIGRATIONS: Readonly<Record<string, FleetMigration>> = {
  "0001_fleet": { up: firstTables, does: "the first tables" },
  "0002_free_topics": { up: freeTopics, does: "adds rights on free topics" },
  "0003_people": { up: people, does: "adds how people sign in" },
  "0004_retention": { up: retention, does: "adds how long measurements are kept" },
  "0005_audit": { up: auditTable, does: "adds the audit log" },
  "0006_descriptions": { up: descriptions, does: "adds descriptions of products, fields and devices" },
  "0007_token_use": { up: tokenUse, does: "adds when tokens were used" },
  "0008_audit_actions": { up: auditActions, does: "spells actions of the audit log as the API does", rewrites: true },
  "0010_decoders": {
    up: decoders,
    does: "adds decoders, and gives products, devices and workspaces their UUIDs and when they were made",
    rewrites: true,
  },
  "0011_configuration": { up: configuration, does: "adds configuration fields" },
  "0020_webhooks": { up: webhooks, does: "adds webhooks" },
  "0030_downlinks": { up: downlinks, does: "adds networks and downlinks" },
  "0040_dashboards": { up: dashboards, does: "adds dashboards" },
  "0040_brokers": { up: brokers, does: "adds external brokers" },
  "0050_home_assistant": { up: homeAssistant, does: "adds Home Assistant" },
  "0060_sparkplug": { up: sparkplug, does: "adds hosts of Sparkplug B" },
  "0070_preferences": { up: preferences, does: "adds what people prefer in the console" },
  "0070_rules": { up: rules, does: "adds rules" },
  "0080_formulas": { up: formulas, does: "adds formulas of fields" },
  "0081_rule_actions": { up: ruleActions, does: "adds what rules do, and alerts" },
  "0090_old_integration_key": { up: oldIntegrationKey, does: "adds a grace period of integration keys" },
};

/** The names of all steps, oldest first. */
export const FLEET_STEPS: readonly string[] = Object.keys(FLEET_MIGRATIONS).sort();

async function firstTables(db: AnyDb): Promise<void> {
  await table(db, "workspace")
    .addColumn("slug", "text", (c) => c.notNull().unique())
    .addColumn("name", "text", (c) => c.notNull())
    .execute();
  await table(db, "product")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("slug", "text", (c) => c.notNull().unique())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("retain_last_values", "integer", (c) => c.notNull())
    .addColumn("publish_backfill", "integer", (c) => c.notNull())
    .addColumn("bool_text", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("product_workspace").on("product").column("workspace").execute();
  await table(db, "field")
    .addColumn("product", "integer", (c) => c.notNull().references("product.uid").onDelete("cascade"))
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("type", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("unit", "text")
    .addUniqueConstraint("field_id", ["product", "id"])
    .execute();
  await deviceTables(db);
  await accountTables(db);
}

async function deviceTables(db: AnyDb): Promise<void> {
  await table(db, "device")
    .addColumn("product", "integer", (c) => c.notNull().references("product.uid").onDelete("cascade"))
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("serial", "text")
    .addColumn("tags", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("device_product").on("device").column("product").execute();
  await db.schema
    .createTable("device_address")
    .addColumn("product", "integer", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("device", "integer", (c) => c.notNull().references("device.uid").onDelete("cascade"))
    .addPrimaryKeyConstraint("device_address_key", ["product", "address"])
    .execute();
  await db.schema.createIndex("device_address_device").on("device_address").column("device").execute();
}

async function accountTables(db: AnyDb): Promise<void> {
  await table(db, "account")
    .addColumn("email", "text", (c) => c.notNull().unique())
    .addColumn("admin", "integer", (c) => c.notNull())
    .execute();
  await table(db, "membership")
    .addColumn("account", "integer", (c) => c.notNull().references("account.uid").onDelete("cascade"))
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("role", "text", (c) => c.notNull())
    .addUniqueConstraint("membership_once", ["account", "workspace"])
    .execute();
  await table(db, "api_user")
    .addColumn("workspace", "integer", (c) => c.notNull().references("workspace.uid").onDelete("cascade"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("mqtt", "integer", (c) => c.notNull())
    .addUniqueConstraint("api_user_name", ["workspace", "name"])
    .execute();
  await db.schema
    .createTable("api_grant")
    .addColumn("api_user", "integer", (c) => c.notNull().references("api_user.uid").onDelete("cascade"))
    .addColumn("position", "integer", (c) => c.notNull())
    .addColumn("scope", "text", (c) => c.notNull())
    .addColumn("product", "integer", (c) => c.references("product.uid").onDelete("cascade"))
    .addColumn("device", "integer", (c) => c.references("device.uid").onDelete("cascade"))
    .addColumn("tag", "text")
    .addColumn("can", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("api_grant_key", ["api_user", "position"])
    .execute();
  await db.schema.createIndex("api_grant_product").on("api_grant").column("product").execute();
  await db.schema.createIndex("api_grant_device").on("api_grant").column("device").execute();
  await table(db, "token")
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("hint", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("account", "integer", (c) => c.references("account.uid").onDelete("cascade"))
    .addColumn("api_user", "integer", (c) => c.references("api_user.uid").onDelete("cascade"))
    .addColumn("created", "bigint", (c) => c.notNull())
    .addColumn("expires", "bigint")
    .addCheckConstraint("token_owner", sql`(account is null) <> (api_user is null)`)
    .execute();
  await db.schema.createIndex("token_account").on("token").column("account").execute();
  await db.schema.createIndex("token_api_user").on("token").column("api_user").execute();
}

async function freeTopics(db: AnyDb): Promise<void> {
  await db.schema.alterTable("api_grant").addColumn("filters", "text").execute();
  await db.schema.alterTable("api_grant").addColumn("except_filters", "text").execute();
}
