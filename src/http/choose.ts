import type { Principal } from "../auth/principal.ts";
import { Refusal } from "../base/errors.ts";
import { Turns } from "../base/turns.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { quote } from "../measure/bytes.ts";
import { authenticate, findReadable, readableOf } from "./access.ts";
import type { HttpContext, HttpDeps } from "./deps.ts";

/** The devices asked for, each once, in the order in which they were made. @throws Refusal unknown_product, unknown_device, … */
export async function chooseDevices(
  directory: Directory,
  principal: Principal,
  { products, devices }: { readonly products: readonly string[]; readonly devices: readonly string[] },
): Promise<DeviceNode[]> {
  if (products.length + devices.length === 0)
    throw new Refusal("invalid_request", "Name products or devices (ids or serials).");
  const chosen = new Set<ProductNode>();
  for (const slug of products) {
    const product = directory.product(slug);
    if (!product || !principal.seesProduct(product))
      throw new Refusal("unknown_product", `There is no product ${quote(slug)} that you may see.`);
    chosen.add(product);
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

/** Rights obey at once (wire contract section 2). Returns whose they are. @throws Refusal unknown_token, expired_token, unknown_device */
export function checkRights(deps: HttpDeps, c: HttpContext, devices: Iterable<DeviceNode>): Principal {
  const principal = authenticate(deps, c);
  for (const device of devices)
    if (!principal.mayView(device))
      throw new Refusal("unknown_device", `There is no device ${quote(device.row.id)} that you may see.`);
  return principal;
}
