import { z } from "zod";
import { configurationFieldShown } from "../../admin/configuration.ts";
import { configurationId, configurationType, configurationValue } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";
import { configurationFields } from "../../fleet/decoders.ts";
import {
  changeConfigurationField,
  configurationFieldNamed,
  createConfigurationField,
  deleteConfigurationField,
} from "../../fleet/edit/configuration.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { findProduct, findProductToEdit } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** Configuration fields of products. */

const TAKES = 'Takes "edit_product" on all of the product, or the workspace permission "devices".';
const fallback = configurationValue
  .nullable()
  .meta({ description: "What holds where a device has no value of its own; null: nothing." });
const details = { name: values.name, default: fallback, unit: values.unit, description: values.description };
const field = z
  .object({
    id: configurationId.meta({ description: "As scripts read it, `configurationValues.<id>`; never changes." }),
    type: configurationType,
    ...details,
  })
  .meta({ id: "ConfigurationField", description: "What decoders and encoders may know of a device." });
function findField(seeker: Seeker, product: ProductNode) {
  return configurationFieldNamed(seeker.deps.directory, product, seeker.param("configuration_field"));
}
const fieldPath = "/products/{product}/configuration/{configuration_field}";

export const CONFIGURATION: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/configuration",
    id: "listConfigurationFields",
    tag: "Decoders",
    summary: "List configuration fields",
    description: "Those of a product, oldest first.",
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(field),
    find: findProduct,
    run: ({ deps, found, query }) => {
      const rows = configurationFields(deps.directory, found.row.uid);
      return { body: page(rows, query, ({ uid }) => uid, configurationFieldShown) };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/configuration",
    id: "createConfigurationField",
    tag: "Decoders",
    summary: "Create a configuration field",
    description: TAKES,
    body: z.strictObject(details).partial().extend({ id: configurationId, type: configurationType }),
    result: field,
    status: 201,
    refusals: ["already_exists"],
    find: findProductToEdit,
    run: async (call) => {
      await call.edit((draft) => createConfigurationField(draft, call.again(), call.body));
      const row = configurationFieldNamed(call.deps.directory, call.found, call.body.id);
      const location = `/api/v1/products/${call.found.row.slug}/configuration/${row.id}`;
      return { body: configurationFieldShown(row), etag: etagOf(row), location };
    },
  }),
  route({
    method: "get",
    path: fieldPath,
    id: "getConfigurationField",
    tag: "Decoders",
    summary: "Get a configuration field",
    result: field,
    refusals: ["not_found"],
    find: (seeker) => findField(seeker, findProduct(seeker)),
    run: ({ found }) => ({ body: configurationFieldShown(found), etag: etagOf(found) }),
  }),
  route({
    method: "patch",
    path: fieldPath,
    id: "updateConfigurationField",
    tag: "Decoders",
    summary: "Update a configuration field",
    description: `Identifier and type never change. ${TAKES}`,
    body: z.strictObject(details).partial(),
    result: field,
    needsState: true,
    refusals: ["not_found"],
    find: (seeker) => findField(seeker, findProductToEdit(seeker)),
    run: async (call) => {
      await call.edit((draft) => {
        const row = call.again();
        call.checkState(etagOf(row));
        changeConfigurationField(draft, row, call.body);
      });
      const row = call.again();
      return { body: configurationFieldShown(row), etag: etagOf(row) };
    },
  }),
  route({
    method: "delete",
    path: fieldPath,
    id: "deleteConfigurationField",
    tag: "Decoders",
    summary: "Delete a configuration field",
    description: `With the values that devices have in it. ${TAKES}`,
    result: z.object({ ok: z.literal(true) }),
    refusals: ["not_found"],
    find: (seeker) => findField(seeker, findProductToEdit(seeker)),
    run: async (call) => {
      await call.edit((draft) => deleteConfigurationField(draft, call.again()));
      return { body: { ok: true } as const };
    },
  }),
];
