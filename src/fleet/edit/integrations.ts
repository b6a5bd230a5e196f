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
  });
}

function keyIsFree({ directory }: Draughtsman, product: ProductNode, key: string | undefined): void {
  const other = key === undefined ? undefined : directory.productKeys.byIntegrationKey(key);
  if (other === undefined || other === product) return;
  throw new BadValues("already_exists", [
    { path: "integration_key", message: "Another product has this key already." },
  ]);
}

/** Gives a product another key; the old one does not work any more. @returns the new one */
export function rotateIntegrationKey(draft: Draughtsman, product: ProductNode): string {
  const integrationKey = newUuid(draft.supplies.random);
  changeProduct(draft, product, { integrationKey });
  return integrationKey;
}
