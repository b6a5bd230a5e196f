import type { Principal } from "../auth/principal.ts";
import { didYouMean } from "../base/suggest.ts";
import { NO_DEVICE_THERE, NO_PRODUCT_THERE } from "../fleet/named.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { type PublishRefusal, refused } from "./refused.ts";

/** May not be recorded: not seen at all, or seen but not recorded. */
export function deny(principal: Principal, device: DeviceNode): PublishRefusal {
  if (principal.mayView(device))
    return refused("not_permitted", "You may see this device, but not record its measurements.", device);
  if (!principal.seesProduct(device.product)) return refused("unknown_product", NO_PRODUCT_THERE);
  return refused("unknown_device", NO_DEVICE_THERE);
}
/** Why nothing can be recorded in a field of a device. */
export interface NoField {
  readonly code: "unknown_field" | "computed_field";
  readonly message: string;
}

/** The device takes no measurements of a field: there is none, it is switched off, or it is computed. */
export function noField(device: DeviceNode, id: string): PublishRefusal {
  const { fields, row } = device.product;
  const field = fields.get(id)?.row;
  if (field?.formula !== undefined)
    return refused("computed_field", `${field.id} is computed: ${field.formula}. Nobody records in it.`, device);
  const message = field
    ? `The field ${field.id} is switched off: it takes no measurements.`
    : `The product ${row.slug} has no such field.${didYouMean(id, fields.keys())}`;
  return refused("unknown_field", message, device);
}
/** The same for a row of a batch. */
export function missing(device: DeviceNode, field: string, suggest: boolean): NoField {
  const { fields } = device.product;
  const row = fields.get(field)?.row;
  if (row?.formula !== undefined)
    return { code: "computed_field", message: "This field is computed: nobody records in it." };
  if (row !== undefined) return { code: "unknown_field", message: "This field is switched off." };
  const near = suggest ? didYouMean(field, fields.keys()) : "";
  return { code: "unknown_field", message: `There is no such field.${near}` };
}
