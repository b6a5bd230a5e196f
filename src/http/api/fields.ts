import { z } from "zod";
import { uuidGiven } from "../../admin/integration-values.ts";
import { formulaAnswer, formulaWish, tryOverHistory } from "../../admin/formula-tryout.ts";
import * as values from "../../admin/values.ts";
import { changeField, createField } from "../../fleet/edit/products.ts";
import type { FieldNode, ProductNode } from "../../fleet/nodes.ts";
import { field, fieldChanges, fieldDetails, fieldState, showField } from "./field-shape.ts";
import { findField, findProduct, findProductToEdit } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import { removed } from "./takes.ts";

/** Fields of products. */

/** The product and the field of an address, for reading. */
function findBoth(seeker: Seeker): { product: ProductNode; field: FieldNode } {
  const node = findProduct(seeker);
  return { product: node, field: findField(seeker, node) };
}
function findBothToEdit(seeker: Seeker): { product: ProductNode; field: FieldNode } {
  const node = findProductToEdit(seeker);
  return { product: node, field: findField(seeker, node) };
}

export const FIELDS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/fields",
    id: "listFields",
    tag: "Fields",
    summary: "List fields",
    description: "Those of a product, oldest first.",
    query: z.strictObject({
      ...PAGE_QUERY,
      active: values.flagQuery.optional().meta({ description: "Only those that are (or are not) switched on." }),
    }),
    result: pageOf(field),
    find: findProduct,
    run: ({ found, query }) => {
      const rows = [...found.fields.values()].filter(
        ({ row: { active = true } }) => query.active === undefined || active === query.active,
      );
      return { body: page(rows, query, ({ row }) => row.uid, showField) };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/fields",
    id: "createField",
    tag: "Fields",
    summary: "Create a field",
    description: 'Takes "edit_product" on all of the product, or the workspace permission "devices".',
    body: fieldChanges.extend({ id: values.fieldId, type: values.fieldTypeGiven, uuid: uuidGiven.optional() }),
    result: field,
    status: 201,
    refusals: ["already_exists"],
    find: findProductToEdit,
    run: async (call) => {
      const { id, type, name = id, ...rest } = call.body;
      await call.edit((draft) => createField(draft, call.again(), { id, type, name, ...fieldDetails(rest) }));
      const node = call.found.fields.get(id);
      if (!node) throw new Error("the field that was committed is not there");
      const location = `/api/v1/products/${call.found.row.slug}/fields/${id}`;
      return { body: showField(node), etag: fieldState(node), location };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/formulas/try",
    id: "tryFormula",
    tag: "Fields",
    summary: "Try a formula",
    description:
      "Computes it over what is recorded of a device, as if it had been there. Nothing is stored. " +
      'Takes "edit_product" on all of the product, or the workspace permission "devices"; measurements come only of a device that may be viewed.',
    body: formulaWish,
    result: formulaAnswer,
    refusals: ["unknown_device"],
    find: findProductToEdit,
    run: async ({ deps, who, found, body, again }) => {
      const answer = await tryOverHistory(deps, who.principal, found, body);
      again(); // rights may have changed meanwhile
      return { body: answer };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/fields/{field}",
    id: "getField",
    tag: "Fields",
    summary: "Get a field",
    result: field,
    find: findBoth,
    run: ({ found }) => ({ body: showField(found.field), etag: fieldState(found.field) }),
  }),
  route({
    method: "patch",
    path: "/products/{product}/fields/{field}",
    id: "updateField",
    tag: "Fields",
    summary: "Update a field",
    description:
      'Takes "edit_product" on all of the product, or the workspace permission "devices". Identifier and type never change.',
    body: fieldChanges,
    result: field,
    needsState: true,
    refusals: ["already_exists"],
    find: findBothToEdit,
    run: async (call) => {
      await call.edit((draft) => {
        const { field: node } = call.again();
        call.checkState(fieldState(node));
        changeField(draft, node, { name: call.body.name, ...fieldDetails(call.body) });
      });
      const { field: node } = call.found;
      return { body: showField(node), etag: fieldState(node) };
    },
  }),
  route({
    method: "delete",
    path: "/products/{product}/fields/{field}",
    id: "deleteField",
    tag: "Fields",
    summary: "Delete a field",
    description:
      'With everything that was measured in it. Takes "edit_product" on all of the product, or the workspace permission "devices". With dry_run=true it only tells ' +
      "what would go.",
    query: z.strictObject({ dry_run: values.dryRun }),
    result: values.takes,
    find: findBothToEdit,
    run: (call) =>
      removed(
        call,
        (both) => ({ kind: "field", node: both.field }),
        (both) => fieldState(both.field),
      ),
  }),
];
