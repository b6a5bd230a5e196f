import { BadValues } from "../../base/errors.ts";
import type { ProductNode } from "../nodes.ts";
import type { Draughtsman } from "../plan-draft.ts";
import { switches } from "../plan-integrations.ts";
import { newUuid } from "../uuids.ts";
import { changeProduct } from "./products.ts";

/** Edits of what a product says of its integrations, for FleetService.edit. */

interface IntegrationWish {
  readonly acceptsProductUuid?: boolean | undefined;
  readonly networkTokenNeeded?: boolean | undefined;
  readonly createsDevices?: number | undefined;
  readonly createsFields?: number | undefined;
  /** In lower case. */
  readonly integrationKey?: string | undefined;
}
/** @throws BadValues already_exists */
export function changeIntegration(draft: Draughtsman, product: ProductNode, wish: IntegrationWish): void {
  keyIsFree(draft, product, wish.integrationKey);
  const { createsDevices: devices, createsFields: fields, integrationKey } = wish;
  changeProduct(draft, product, {
    ...switches(wish),
    createsDevices: devices === 0 ? null : devices,
    createsFields: fields === 0 ? null : fields,
    integrationKey,
    // who says the key means this one alone
    ...(integrationKey !== undefined && integrationKey !== product.row.integrationKey && { oldIntegrationKey: null }),
  });
}

function keyIsFree({ directory, supplies }: Draughtsman, product: ProductNode, key: string | undefined): void {
  if (key === undefined) return;
  const old = directory.productKeys.byOldKey(key);
  const held = old !== undefined && old.until > supplies.now ? old.product : undefined;
  const other = directory.productKeys.byIntegrationKey(key) ?? held;
  if (other === undefined || other === product) return;
  throw new BadValues("already_exists", [
    { path: "integration_key", message: "Another product has this key already." },
  ]);
}

/** Gives a product another key. @param grace µs that the old one is good all the same; 0: not at all @returns the new one */
export function rotateIntegrationKey(draft: Draughtsman, product: ProductNode, grace: number): string {
  const { random, now } = draft.supplies;
  const integrationKey = newUuid(random);
  const { integrationKey: key } = product.row;
  const oldIntegrationKey = grace === 0 || key === undefined ? null : { key, until: now + grace };
  changeProduct(draft, product, { integrationKey, oldIntegrationKey });
  return integrationKey;
}

/** The key of before is good no more. */
export function revokeOldIntegrationKey(draft: Draughtsman, product: ProductNode): void {
  changeProduct(draft, product, { oldIntegrationKey: null });
}
