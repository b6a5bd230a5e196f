import { z } from "zod";
import { changeIntegration, revokeOldIntegrationKey, rotateIntegrationKey } from "../fleet/edit/integrations.ts";
import { productNamed } from "../fleet/named.ts";
import type { ProductNode } from "../fleet/nodes.ts";
import { checked } from "./checked.ts";
import { printTime } from "../measure/time.ts";
import { createsDevices, createsFields, keyGrace } from "./integration-values.ts";
import type { OperationsDeps } from "./types.ts";
import * as values from "./values.ts";

/** How devices that speak otherwise reach a product. */

/** With the key: for those alone who may change it. @param now µs */
export function integrationShown({ row }: ProductNode, now: number) {
  const { oldIntegrationKey: old } = row;
  const isGood = old !== undefined && old.until > now;
  return {
    product: row.slug,
    uuid: row.uuid ?? "",
    integration_key: row.integrationKey ?? "",
    old_key: isGood ? { begins: old.key.slice(0, 8), until: printTime(old.until) } : null,
    accepts_product_uuid: row.acceptsProductUuid ?? true,
    network_token_needed: row.networkTokenNeeded ?? true,
    creates_devices: row.createsDevices ?? 0,
    creates_fields: row.createsFields ?? 0,
  };
}

const one = { product: values.named };
const schemas = {
  one: z.strictObject(one),
  rotate: z.strictObject({ ...one, grace_seconds: keyGrace }),
  change: z.strictObject({
    ...one,
    acceptsProductUuid: z.boolean().optional(),
    networkTokenNeeded: z.boolean().optional(),
    createsDevices: createsDevices.optional(),
    createsFields: createsFields.optional(),
  }),
};

/** Seeing and setting it. @throws Refusal unknown_product, invalid_request, storage_unavailable */
export function integrationOperations({ fleet, directory }: OperationsDeps) {
  const shown = (slug: string) => integrationShown(productNamed(directory, slug), Date.now() * 1000);
  return {
    integrationShow: checked(schemas.one, async ({ product }) => shown(product)),
    integrationSet: checked(schemas.change, async ({ product, ...wish }) => {
      await fleet.edit((draft) => changeIntegration(draft, productNamed(directory, product), wish));
      return shown(product);
    }),
    integrationRotateKey: checked(schemas.rotate, async ({ product, grace_seconds }) => {
      await fleet.edit((draft) => rotateIntegrationKey(draft, productNamed(directory, product), grace_seconds * 1e6));
      return shown(product);
    }),
    integrationRevokeOldKey: checked(schemas.one, async ({ product }) => {
      await fleet.edit((draft) => revokeOldIntegrationKey(draft, productNamed(directory, product)));
      return shown(product);
    }),
  };
}
