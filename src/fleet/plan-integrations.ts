import { versionOf } from "./decoder-versions.ts";
import type { Directory } from "./directory.ts";
import type { Changes } from "./edit/patch.ts";
import type { FileProductDetails } from "./file-details.ts";
import type { Differences } from "./plan-draft.ts";
import { FLEET_FILE } from "./audit.ts";
import type { FleetChange, Product } from "./types.ts";

/** What a fleet file says of a product's integrations. */

/**
 * The decoder version that a file asks for. @param product its uid; @param now µs
 * @returns number: null: none; undefined: the file does not say
 */
export function planDecoder(
  directory: Directory,
  { decoder }: FileProductDetails,
  product: number,
  now: number,
): { readonly number: number | null | undefined; readonly drafts: readonly FleetChange[] } {
  if (decoder === undefined || decoder === null) return { number: decoder, drafts: [] };
  return versionOf(directory, product, { ...decoder, by: FLEET_FILE.name }, now);
}

/** What a file changes in a product's row. @param decoder as planDecoder says */
export function productDetails(file: FileProductDetails, decoder: number | null | undefined): Changes<Product> {
  const stated = { uuid: file.uuid, integrationKey: file.integration_key, decoder };
  const { creates_devices: devices, creates_fields: fields } = file;
  return {
    ...stated,
    network: file.network,
    ...switches({ acceptsProductUuid: file.accepts_product_uuid, networkTokenNeeded: file.network_token_needed }),
    createsDevices: devices === 0 ? null : devices,
    createsFields: fields === 0 ? null : fields,
  };
}

/** Switches of a product that are on unless its row says that they are off. */
export function switches(wish: {
  readonly acceptsProductUuid?: boolean | undefined;
  readonly networkTokenNeeded?: boolean | undefined;
}): Changes<Pick<Product, "acceptsProductUuid" | "networkTokenNeeded">> {
  const { acceptsProductUuid: uuid, networkTokenNeeded: token } = wish;
  return { acceptsProductUuid: uuid === true ? null : uuid, networkTokenNeeded: token === true ? null : token };
}

/** For the lines of a plan; a key is never in them. */
export function productDifferences(before: Product | undefined, after: Product): Differences {
  const { integrationKey: key } = after;
  return {
    uuid: [before?.uuid, after.uuid],
    integration_key: before?.integrationKey === key ? [0, 0] : ["the old one", "the one in the file"],
    accepts_product_uuid: [before?.acceptsProductUuid ?? true, after.acceptsProductUuid ?? true],
    network_token_needed: [before?.networkTokenNeeded ?? true, after.networkTokenNeeded ?? true],
    creates_devices: [before?.createsDevices ?? 0, after.createsDevices ?? 0],
    creates_fields: [before?.createsFields ?? 0, after.createsFields ?? 0],
    decoder: [before?.decoder, after.decoder],
    network: [before?.network, after.network],
  };
}
