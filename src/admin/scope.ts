import { BadValues } from "../base/errors.ts";
import type { Directory } from "../fleet/directory.ts";

/** Which devices a rule or a webhook is about, in rows (uids). */
interface Scope {
  readonly products: readonly number[];
  readonly devices: readonly number[];
  readonly tags: readonly string[];
}
/** The same as people give it. */
interface GivenScope {
  readonly products: readonly string[];
  readonly devices: readonly { readonly product: string; readonly device: string }[];
  readonly tags: readonly string[];
}

/** Finds what is named within a workspace. @param at the key that it has. @throws BadValues invalid_request: all that is not there */
export function scopeIn(directory: Directory, workspace: number, given: GivenScope, at: string) {
  const bad: { path: string; message: string }[] = [];
  const productOf = (slug: string, path: string) => {
    const node = directory.product(slug);
    if (node?.row.workspace === workspace) return node;
    bad.push({ path, message: `The workspace has no product ${JSON.stringify(slug)}.` });
    return undefined;
  };
  const products = given.products.map((slug, i) => productOf(slug, `${at}.products[${i}]`)?.row.uid ?? 0);
  const devices = given.devices.map(({ product, device }, i) => {
    const node = productOf(product, `${at}.devices[${i}].product`);
    const found = node?.device(device);
    const message = `No device of ${product} is called ${JSON.stringify(device)}.`;
    if (node !== undefined && found === undefined) bad.push({ path: `${at}.devices[${i}].device`, message });
    return found?.row.uid ?? 0;
  });
  if (bad.length > 0) throw new BadValues("invalid_request", bad);
  return { products, devices, tags: given.tags };
}

/** As answers have it: what is gone has no name any more. */
export function showScope(directory: Directory, { products, devices, tags }: Scope) {
  return {
    products: products.flatMap((uid) => directory.productByUid(uid)?.row.slug ?? []),
    devices: devices.flatMap((uid) => {
      const node = directory.deviceByUid(uid);
      return node === undefined ? [] : [{ product: node.product.row.slug, device: node.row.id }];
    }),
    tags: [...tags],
  };
}
