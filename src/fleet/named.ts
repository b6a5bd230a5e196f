import { Refusal } from "../base/errors.ts";
import { quote } from "../measure/bytes.ts";
import type { Directory } from "./directory.ts";
import type { DeviceNode, FieldNode, ProductNode } from "./nodes.ts";
import type { Workspace } from "./types.ts";

/**
 * From names to what they mean, and what is said everywhere of a name that means nothing. What may not be seen is not there: the sentence
 * is the same for what does not exist.
 */

/** What somebody may see; absent where everything may be. */
export interface Sight {
  product(product: ProductNode): boolean;
  device(device: DeviceNode): boolean;
  workspace(uid: number): boolean;
}

/** To who may see everything a name that is not known is wrong; to others it may be hidden. */
const end = (sight: Sight | undefined) => (sight === undefined ? "." : " that you may see.");

function noWorkspace(slug: string, sight?: Sight): string {
  return `There is no workspace with the slug ${quote(slug)}${end(sight)}`;
}
export function noProduct(slug: string, sight?: Sight): string {
  return `There is no product with the slug ${quote(slug)}${end(sight)}`;
}
/** @param where slug of a product, or what else was looked through; absent: everything */
export function noDevice(idOrSerial: string, where?: string, sight?: Sight): string {
  const who = where === undefined ? "There is no device" : `${where} has no device`;
  return `${who} with the id or serial ${quote(idOrSerial)}${end(sight)}`;
}
export function noField(product: string, id: string): string {
  return `${product} has no field ${quote(id)}.`;
}
/** Of a topic, whose levels a refusal does not repeat. */
export const NO_PRODUCT_THERE = "There is no such product, or you may not see it.";
export const NO_DEVICE_THERE = "There is no such device in this product, or you may not see it.";

/** @throws Refusal not_found */
export function workspaceNamed(directory: Directory, slug: string, sight?: Sight): Workspace {
  const row = directory.workspaceBySlug(slug);
  if (row && sight?.workspace(row.uid) !== false) return row;
  throw new Refusal("not_found", noWorkspace(slug, sight));
}
/** @throws Refusal unknown_product */
export function productNamed(directory: Directory, slug: string, sight?: Sight): ProductNode {
  const product = directory.product(slug);
  if (product && sight?.product(product) !== false) return product;
  throw new Refusal("unknown_product", noProduct(slug, sight));
}
/** By id, then by serial. @throws Refusal unknown_device */
export function deviceNamed(product: ProductNode, idOrSerial: string, sight?: Sight): DeviceNode {
  const device = product.device(idOrSerial);
  if (device && sight?.device(device) !== false) return device;
  throw new Refusal("unknown_device", noDevice(idOrSerial, product.row.slug, sight));
}
/** @param path `<product>/<id or serial>` @throws Refusal unknown_device, also when there is no such product */
export function deviceAt(directory: Directory, path: string, sight?: Sight): DeviceNode {
  const [slug = "", idOrSerial = ""] = path.split("/", 2);
  const device = directory.product(slug)?.device(idOrSerial);
  if (device && sight?.device(device) !== false) return device;
  const seen = sight === undefined ? "" : " that you may see";
  throw new Refusal("unknown_device", `There is no device ${quote(path)}${seen}; write <product>/<id or serial>.`);
}
/** @param id in any case @throws Refusal unknown_field */
export function fieldNamed(product: ProductNode, id: string): FieldNode {
  const field = product.fields.get(id.toUpperCase());
  if (field) return field;
  throw new Refusal("unknown_field", noField(product.row.slug, id));
}
