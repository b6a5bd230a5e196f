import { Refusal } from "../base/errors.ts";
import { Turns } from "../base/turns.ts";
import { deviceNamed, productNamed } from "../fleet/named.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { numbersOf, rangeOf } from "../fleet/range.ts";
import { isDeviceId, RULE } from "../fleet/rules.ts";
import { quote } from "../measure/bytes.ts";
import type { AdminDeps } from "./types.ts";

/** Several devices, as a command names them. */

/** Those that fulfil all that is said. */
interface DeviceWish {
  readonly product?: string | undefined;
  readonly tag?: string | undefined;
  /** `dev*` */
  readonly pattern?: string | undefined;
  /** One, by id or serial. */
  readonly device?: string | undefined;
}

/** The ids that `dev{0..99}` stands for; of anything else itself. @throws Refusal invalid_request */
export function idsOf(id: string): string[] {
  const range = rangeOf(id);
  if (typeof range === "string") throw new Refusal("invalid_request", `id: ${range}.`);
  const ids = range === null ? [id] : [...numbersOf(range)].map((n) => range.prefix + n + range.suffix);
  if (!ids.every(isDeviceId))
    throw new Refusal("invalid_request", `id: allowed is ${RULE.deviceId}; or a range like dev{0..99}.`);
  return ids;
}

/**
 * Devices that fulfil all that is said, of which something must be; looked for in short turns.
 * @throws Refusal unknown_product, invalid_request
 */
export async function chosenDevices(
  { directory }: Pick<AdminDeps, "directory">,
  { tag, pattern, device, product }: DeviceWish,
): Promise<DeviceNode[]> {
  if (tag === undefined && pattern === undefined && device === undefined)
    throw new Refusal(
      "invalid_request",
      'Say which devices: --tag, or --pattern (like "dev*"; "*" is all of the product).',
    );
  if ((pattern ?? device) !== undefined && product === undefined)
    throw new Refusal("invalid_request", "A pattern needs a product.");
  const node = product === undefined ? null : productNamed(directory, product);
  const one = device === undefined || node === null ? undefined : oneNamed(node, device);
  const turns = new Turns();
  const found: DeviceNode[] = [];
  for (const device of one ? [one] : (node ?? directory).ordered.after(0)) {
    if (turns.due) await turns.next();
    const { tags, id } = device.row;
    if ((tag === undefined || tags.includes(tag)) && (pattern === undefined || fits(pattern, id))) found.push(device);
  }
  return found;
}

/** A device by its name; of one that looks like a pattern it is said where patterns go. @throws Refusal unknown_device */
export function oneNamed(product: ProductNode, device: string): DeviceNode {
  if (!/[*?]/.test(device) || product.device(device) !== undefined) return deviceNamed(product, device);
  throw new Refusal(
    "unknown_device",
    `No device is called ${quote(device)}. Several are meant by --pattern ${quote(device)} in place of the device.`,
  );
}

/** Whether a text is what a pattern says: `*` is any characters, `?` is one. */
export function fits(pattern: string, given: string): boolean {
  let [at, in_, star, mark] = [0, 0, -1, 0];
  while (in_ < given.length) {
    if (at < pattern.length && pattern[at] === "*") [star, mark] = [at++, in_];
    else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === given[in_])) [at, in_] = [at + 1, in_ + 1];
    else if (star >= 0) [at, in_] = [star + 1, ++mark];
    else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
