import { printTime } from "../../measure/time.ts";
import { flag, integer, json, optional, text, unless, word } from "../columns.ts";
import type { OldKey } from "../integration-rows.ts";
import { fleetKind } from "../kind.ts";
import { keptAs } from "../retention.ts";
import type { Product } from "../rows.ts";

/** A model of devices, with the fields that they have. */
export const product = fleetKind<Product>()({
  name: "product",
  table: "product",
  since: "0001_fleet",
  references: [{ property: "workspace", kind: "workspace" }],
  // unique in the instance: topics begin with it
  key: "slug",
  taken: "A product with this slug exists already in this instance.",
  audit: {
    name: ({ slug }) => slug,
    goes: ({ uid }, look) => ({
      devices: look.count("device", "product", uid),
      fields: look.count("field", "product", uid),
    }),
    secret: ["integrationKey", "created"],
    renewed: ["integrationKey"],
    shown: { oldIntegrationKey: ({ until }: OldKey) => `good until ${printTime(until)}` },
  },
  columns: {
    workspace: integer("workspace"),
    slug: text("slug"),
    name: text("name"),
    retainLastValues: flag("retain_last_values"),
    publishBackfill: flag("publish_backfill"),
    boolText: word("bool_text", ["true", "True"]),
    retention: keptAs("retention"),
    onlineTimeout: optional(integer("online_timeout")),
    uuid: optional(text("uuid")),
    created: optional(integer("created")),
    decoder: optional(integer("decoder")),
    integrationKey: optional(text("integration_key")),
    oldIntegrationKey: optional(json("old_integration_key", oldKeyOf)),
    acceptsProductUuid: unless("accepts_product_uuid", false),
    networkTokenNeeded: unless("network_token_needed", false),
    createsDevices: optional(integer("creates_devices")),
    createsFields: optional(integer("creates_fields")),
    network: optional(text("network")),
  },
});

function oldKeyOf(value: unknown): OldKey | null {
  if (typeof value !== "object" || value === null || !("key" in value) || !("until" in value)) return null;
  const { key, until } = value;
  return typeof key === "string" && typeof until === "number" ? { key, until } : null;
}
