import { z } from "zod";
import { createsDevices, createsFields, keyGrace, uuid, uuidGiven } from "../../admin/integration-values.ts";
import { integrationShown } from "../../admin/integrations.ts";
import { changeIntegration, revokeOldIntegrationKey, rotateIntegrationKey } from "../../fleet/edit/integrations.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { findProductToIntegrate } from "./find.ts";
import * as values from "../../admin/values.ts";
import { type AnyOperation, type ApiDeps, route } from "./route.ts";
import { etagOf } from "./state.ts";

/** How devices that speak otherwise reach a product. */

const TAKES = 'Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices".';

const settings = {
  accepts_product_uuid: z
    .boolean()
    .meta({ description: "The HTTP integration takes the product's UUID, beside its key." }),
  network_token_needed: z.boolean().meta({ description: "A LoRaWAN network has to send an access token." }),
  creates_devices: createsDevices,
  creates_fields: createsFields,
};
const integration = z
  .object({
    product: z.string(),
    uuid: uuid.meta({ description: "The product's UUID." }),
    integration_key: z
      .string()
      .meta({ description: "Finds the product at the HTTP integration; whoever has it may send." }),
    old_key: z
      .object({ begins: z.string().meta({ description: "Its first eight digits." }), until: values.time })
      .nullable()
      .meta({ description: "The key of before, while it is good; null: none is." }),
    ...settings,
  })
  .meta({ id: "Integration", description: "How devices that speak otherwise reach a product." });

function stateOf(product: ProductNode): string {
  // that a grace period ends is no change
  return etagOf(integrationShown(product, 0));
}
function shown({ deps, found }: { readonly deps: ApiDeps; readonly found: ProductNode }) {
  return { body: integrationShown(found, deps.clock.trusted()), etag: stateOf(found) };
}

export const INTEGRATIONS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/integration",
    id: "getIntegration",
    tag: "Integrations",
    summary: "Get the integration of a product",
    description: TAKES,
    result: integration,
    find: findProductToIntegrate,
    run: shown,
  }),
  route({
    method: "patch",
    path: "/products/{product}/integration",
    id: "updateIntegration",
    tag: "Integrations",
    summary: "Update the integration of a product",
    description: TAKES,
    body: z.strictObject({ ...settings, integration_key: uuidGiven }).partial(),
    result: integration,
    needsState: true,
    refusals: ["already_exists"],
    find: findProductToIntegrate,
    run: async (call) => {
      const { body } = call;
      await call.edit((draft) => {
        const product = call.again();
        call.checkState(stateOf(product));
        changeIntegration(draft, product, {
          acceptsProductUuid: body.accepts_product_uuid,
          networkTokenNeeded: body.network_token_needed,
          createsDevices: body.creates_devices,
          createsFields: body.creates_fields,
          integrationKey: body.integration_key,
        });
      });
      return shown(call);
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/integration/rotate-key",
    id: "rotateIntegrationKey",
    tag: "Integrations",
    summary: "Rotate the integration key of a product",
    description: `Makes another key. The old one stays good for the grace period, so that senders can be changed meanwhile. ${TAKES}`,
    body: z.strictObject({ grace_seconds: keyGrace }),
    result: integration,
    find: findProductToIntegrate,
    run: async (call) => {
      const grace = call.body.grace_seconds * 1_000_000;
      await call.edit((draft) => rotateIntegrationKey(draft, call.again(), grace));
      return shown(call);
    },
  }),
  route({
    method: "delete",
    path: "/products/{product}/integration/old-key",
    id: "revokeOldIntegrationKey",
    tag: "Integrations",
    summary: "Revoke the old integration key of a product",
    description: `Ends the grace period of the key of before; where there is none, nothing changes. ${TAKES}`,
    result: integration,
    find: findProductToIntegrate,
    run: async (call) => {
      await call.edit((draft) => revokeOldIntegrationKey(draft, call.again()));
      return shown(call);
    },
  }),
];
