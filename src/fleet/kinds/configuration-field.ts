import { json, integer, nullable, text, word } from "../columns.ts";
import { CONFIGURATION_TYPES, type ConfigurationField, type ConfigurationValueOf } from "../integration-rows.ts";
import { fleetKind } from "../kind.ts";

/** What a product's decoders and encoders may know of a device. */
export const configurationField = fleetKind<ConfigurationField>()({
  name: "configurationField",
  table: "configuration_field",
  since: "0011_configuration",
  references: [{ property: "product", kind: "product" }],
  key: "id",
  taken: "A configuration field with this identifier exists already in the product.",
  audit: {
    name: ({ product, id }, look) => `${look.name("product", product) ?? "?"}/${id}`,
    goes: ({ uid }, look) => ({ values: look.count("configurationValue", "configurationField", uid) }),
  },
  columns: {
    product: integer("product"),
    id: text("id"),
    name: text("name"),
    type: word("type", CONFIGURATION_TYPES),
    default: nullable(configured("default_value")),
    unit: nullable(text("unit")),
    description: nullable(text("description")),
  },
});

/** A number, a text or true and false, as JSON. */
export function configured(column: string) {
  return json(column, (value): ConfigurationValueOf | null =>
    typeof value === "number" || typeof value === "string" || typeof value === "boolean" ? value : null,
  );
}
