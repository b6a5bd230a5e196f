import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import { Turns } from "../base/turns.ts";
import type { Directory } from "../fleet/directory.ts";
import { noDevice, productNamed, type Sight } from "../fleet/named.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { quote } from "../measure/bytes.ts";

/** Devices whose measurements are read or recorded, by names that say no product, or several. */

/** Who reads, as far as this room asks it. */
export type Reader = Pick<Principal, "mayView" | "mayRecord" | "seesProduct" | "inWorkspace">;

/** To manage devices is not to read them: only what may be read or recorded is seen here. */
function sightOf(principal: Reader): Sight {
  return {
    workspace: (uid) => principal.inWorkspace(uid),
    product: (product) => principal.seesProduct(product),
    device: (device) => principal.mayView(device) || principal.mayRecord(device),
  };
}
/** A product that who asks may see. @throws Refusal unknown_product */
export function readableProduct(directory: Directory, principal: Reader, slug: string): ProductNode {
  return productNamed(directory, slug, sightOf(principal));
}

/**
 * The device of an address (wire contract section 4): by id, then by serial, among those that the caller may see, which
 * is to read or to record.
 * @throws Refusal unknown_device, ambiguous_device
 */
export function findDeviceAnywhere(directory: Directory, principal: Reader, idOrSerial: string): DeviceNode {
  const seen = directory
    .devicesNamed(idOrSerial)
    .filter((device) => principal.mayView(device) || principal.mayRecord(device));
  const byId = seen.filter((device) => device.row.id === idOrSerial);
  const [found, ...more] = byId.length > 0 ? byId : seen;
  if (!found) throw new Refusal("unknown_device", noDevice(idOrSerial, undefined, sightOf(principal)));
  if (more.length === 0) return found;
  const products = [found, ...more.slice(0, 4)].map((device) => device.product.row.slug).join(", ");
  const what = byId.length > 0 ? "id" : "serial";
  const way =
    what === "id"
      ? "Use a token that may see only one of them, or MQTT, whose topics name the product."
      : "Use its id.";
  throw new Refusal(
    "ambiguous_device",
    `Several devices that you may see have the ${what} ${quote(idOrSerial)}, in the products ${products}. ${way}`,
  );
}

/** The same for reading. @throws Refusal unknown_device, ambiguous_device, not_permitted */
export function findReadable(directory: Directory, principal: Reader, idOrSerial: string): DeviceNode {
  const device = findDeviceAnywhere(directory, principal, idOrSerial);
  if (principal.mayView(device)) return device;
  throw new Refusal("not_permitted", "You may record measurements of this device, but not read it.");
}

/**
 * The devices of some products with this id or serial: one of each product that has it.
 * @throws Refusal unknown_device when none may be seen, not_permitted when one may not be read
 */
function readableOf(products: readonly ProductNode[], principal: Reader, idOrSerial: string): DeviceNode[] {
  const seen = products
    .map((product) => product.device(idOrSerial))
    .filter((device) => device !== undefined)
    .filter((device) => principal.mayView(device) || principal.mayRecord(device));
  if (seen.length === 0)
    throw new Refusal("unknown_device", noDevice(idOrSerial, nameOf(products), sightOf(principal)));
  if (seen.every((device) => principal.mayView(device))) return seen;
  throw new Refusal("not_permitted", "You may record measurements of this device, but not read it.");
}
function nameOf(products: readonly ProductNode[]): string | undefined {
  return products.length === 1 ? products[0]?.row.slug : undefined;
}

/** The devices asked for, each once, in the order in which they were made. @throws Refusal unknown_product, unknown_device, … */
export async function chooseDevices(
  directory: Directory,
  principal: Reader,
  { products, devices }: { readonly products: readonly string[]; readonly devices: readonly string[] },
): Promise<DeviceNode[]> {
  if (products.length + devices.length === 0)
    throw new Refusal("invalid_request", "Name products or devices (ids or serials).");
  const chosen = new Set<ProductNode>();
  for (const slug of products) {
    chosen.add(readableProduct(directory, principal, slug));
  }
  const found = new Set<DeviceNode>();
  const turns = new Turns();
  for (const name of devices) {
    if (chosen.size === 0) found.add(findReadable(directory, principal, name));
    else for (const device of readableOf([...chosen], principal, name)) found.add(device);
  }
  if (devices.length === 0)
    for (const product of chosen)
      for (const device of product.devicesById.values()) {
        if (principal.mayView(device)) found.add(device);
        if (turns.due) await turns.next();
      }
  return [...found].sort((a, b) => a.row.uid - b.row.uid);
}

/** Rights may have changed while it was read, and obey at once (wire contract section 2). @throws Refusal unknown_device */
export function mustStillRead(principal: Reader, devices: Iterable<DeviceNode>): void {
  for (const device of devices)
    if (!principal.mayView(device))
      throw new Refusal("unknown_device", noDevice(device.row.id, device.product.row.slug, sightOf(principal)));
}
