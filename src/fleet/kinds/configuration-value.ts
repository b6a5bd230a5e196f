import { integer } from "../columns.ts";
import type { ConfigurationValue } from "../integration-rows.ts";
import { fleetKind } from "../kind.ts";
import { configured } from "./configuration-field.ts";

/** What one device has in a configuration field, where it differs from the product's default. */
export const configurationValue = fleetKind<ConfigurationValue>()({
  name: "configurationValue",
  table: "configuration_value",
  since: "0011_configuration",
  references: [
    { property: "device", kind: "device" },
    { property: "field", kind: "configurationField" },
  ],
  key: "field",
  taken: "The device has a value in this configuration field already.",
  audit: {
    name: ({ device, field }, look) =>
      `${look.name("device", device) ?? "?"} ${look.name("configurationField", field)?.split("/").at(-1) ?? "?"}`,
  },
  columns: { device: integer("device"), field: integer("field"), value: configured("value") },
});
