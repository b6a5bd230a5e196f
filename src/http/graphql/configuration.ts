import { configurationOf } from "../../fleet/decoders.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import type { ConfigurationField, ConfigurationValueOf } from "../../fleet/types.ts";

const TYPES = { number: "NUMBER", text: "STRING", boolean: "BOOL" } as const;

/** ConfigurationFieldType. */
export const CONFIGURATION_FIELD = {
  id: ({ uid }: ConfigurationField) => `configuration-field-${uid}`,
  fieldName: ({ id }: ConfigurationField) => id,
  verboseFieldName: ({ id, name }: ConfigurationField) => name || id,
  fieldType: ({ type }: ConfigurationField) => TYPES[type],
  unit: ({ unit }: ConfigurationField) => unit,
  description: ({ description }: ConfigurationField) => description,
};
export function configurationFields(directory: Directory, { row }: ProductNode): ConfigurationField[] {
  return directory.childrenOf("configurationField", "product", row.uid);
}

/** ConfigurationFieldValueType: what each field is for a device. */
export function configurationValues(directory: Directory, device: DeviceNode) {
  const values = configurationOf(directory, device);
  return configurationFields(directory, device.product).map((field) => {
    const value: ConfigurationValueOf | null = values[field.id] ?? null;
    return {
      configurationField: field,
      valueNumber: typeof value === "number" ? value : null,
      valueString: typeof value === "string" ? value : null,
      valueBool: typeof value === "boolean" ? value : null,
      isDefault: directory.named("configurationValue", device.row.uid, String(field.uid)) === undefined,
    };
  });
}
