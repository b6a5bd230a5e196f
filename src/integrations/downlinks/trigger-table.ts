import type { Directory } from "../../fleet/directory.ts";
import type { DeviceNode, FieldNode } from "../../fleet/nodes.ts";
import type { Downlink as Definition } from "../../fleet/types.ts";
import type { Value } from "../../measure/types.ts";
import type { Wish } from "./intake.ts";

/** What a change of a field sends. @param told its value */
export function wishOf(definition: Definition, device: DeviceNode, field: FieldNode, told: Value): Wish {
  const { name, confirmed, replace, wait } = definition;
  const content = { form: "values", values: { [field.row.id]: told } } as const;
  return { device, name, by: "", content, confirmed, replace, wait };
}

/** What is triggered by which field, by the uid of the field. */
export function tableOf(directory: Directory): Map<number, readonly Definition[]> {
  const table = new Map<number, Definition[]>();
  for (const definition of directory.all("downlink")) {
    if (!definition.active) continue;
    const product = directory.productByUid(definition.product);
    for (const id of new Set(definition.triggers)) {
      const field = product?.fields.get(id)?.row.uid;
      if (field !== undefined) table.set(field, [...(table.get(field) ?? []), definition]);
    }
  }
  return table;
}
