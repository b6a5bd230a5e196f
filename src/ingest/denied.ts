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
/** The device takes no measurements of a field: there is none, or it is switched off. */
export function noField(device: DeviceNode, id: string): PublishRefusal {
  const { fields, row } = device.product;
  const field = fields.get(id);
  const message = field
    ? `The field ${field.row.id} is switched off: it takes no measurements.`
    : `The product ${row.slug} has no such field.${didYouMean(id, fields.keys())}`;
  return refused("unknown_field", message, device);
}
/** The same for a row of a batch: there is none, or it is switched off. */
export function missing(device: DeviceNode, field: string, suggest: boolean): string {
  const { fields } = device.product;
  if (fields.has(field)) return "This field is switched off.";
  return `There is no such field.${suggest ? didYouMean(field, fields.keys()) : ""}`;
}
