import { z } from "zod";
import { createsDevices, createsFields, uuid, uuidGiven } from "../../admin/integration-values.ts";
import { integrationShown } from "../../admin/integrations.ts";
import { changeIntegration, rotateIntegrationKey } from "../../fleet/edit/integrations.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { findProductToIntegrate } from "./find.ts";
import { type AnyOperation, route } from "./route.ts";
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
    ...settings,
  })
  .meta({ id: "Integration", description: "How devices that speak otherwise reach a product." });

function stateOf(product: ProductNode): string {
  return etagOf(integrationShown(product));
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
    run: ({ found }) => ({ body: integrationShown(found), etag: stateOf(found) }),
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
      return { body: integrationShown(call.found), etag: stateOf(call.found) };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/integration/rotate-key",
    id: "rotateIntegrationKey",
    tag: "Integrations",
    summary: "Rotate the integration key of a product",
    description: `Makes another key; the old one stops to work at once. ${TAKES}`,
    result: integration,
    find: findProductToIntegrate,
    run: async (call) => {
      await call.edit((draft) => rotateIntegrationKey(draft, call.again()));
      return { body: integrationShown(call.found), etag: stateOf(call.found) };
    },
  }),
];
