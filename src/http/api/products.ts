import { z } from "zod";
import { changeField, changeProduct, createField, createProduct } from "../../fleet/edit/products.ts";
import type { FieldNode, ProductNode } from "../../fleet/nodes.ts";
import type { Field } from "../../fleet/types.ts";
import { findField, findProduct, findProductToEdit, findProductToManage, findWorkspaceFor } from "./find.ts";
import { seesProduct } from "../../admin/find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import * as values from "../../admin/values.ts";
import { etagOf } from "./state.ts";
import { mustConfirm } from "./confirm.ts";
import { removed } from "./takes.ts";

/** Products and their fields. */

const settings = {
  retain_last_values: z.boolean().meta({ description: "Current values are retained MQTT messages." }),
  publish_backfill: z.boolean().meta({ description: "Measurements older than the current value are published, too." }),
  bool_text: values.boolText,
  online_timeout: values.onlineTimeout,
};
const product = z
  .object({
    slug: z.string().meta({ description: "Stands in topics; unique in the instance; never changes." }),
    name: z.string(),
    workspace: z.string().meta({ description: "Slug of its workspace." }),
    ...settings,
  })
  .meta({ id: "Product", description: "A kind of device, with its fields." });

function showProduct({ row, workspace }: ProductNode) {
  return {
    slug: row.slug,
    name: row.name,
    workspace: workspace.slug,
    retain_last_values: row.retainLastValues,
    publish_backfill: row.publishBackfill,
    bool_text: row.boolText,
    online_timeout: row.onlineTimeout ?? null,
  };
}
function productState(node: ProductNode): string {
  return etagOf(node.row);
}

const productChanges = z.strictObject({ name: values.name, ...settings }).partial();
function productSettings(body: z.output<typeof productChanges>) {
  return {
    retainLastValues: body.retain_last_values,
    publishBackfill: body.publish_backfill,
    boolText: body.bool_text,
    onlineTimeout: body.online_timeout,
  };
}

const details = {
  name: values.name,
  unit: values.unit,
  decimals: values.decimals,
  description: values.description,
  active: z.boolean().meta({ description: "false: it takes no measurements; what it has stays readable." }),
};
const field = z
  .object({
    id: z.string().meta({ description: "Stands in topics, in upper case; never changes." }),
    type: values.fieldType.meta({ description: "Never changes: measurements are stored as this." }),
    ...details,
  })
  .meta({ id: "Field", description: "One thing that the devices of a product measure." });

function showField({ id, type, name, unit, decimals, description, active }: Field) {
  return {
    id,
    type,
    name,
    unit,
    decimals: decimals ?? null,
    description: description ?? null,
    active: active ?? true,
  };
}
function fieldState({ row }: FieldNode): string {
  return etagOf(row);
}
const fieldChanges = z.strictObject(details).partial();
function fieldDetails({ unit, decimals, description, active }: z.output<typeof fieldChanges>) {
  // a field is active unless it says that it is not
  return { unit, decimals, description, active: active === true ? null : active } as const;
}

/** The product and the field of an address, for reading. */
function findBoth(seeker: Seeker): { product: ProductNode; field: FieldNode } {
  const node = findProduct(seeker);
  return { product: node, field: findField(seeker, node) };
}
function findBothToEdit(seeker: Seeker): { product: ProductNode; field: FieldNode } {
  const node = findProductToEdit(seeker);
  return { product: node, field: findField(seeker, node) };
}

/** A product that was just committed. */
function made(seeker: Seeker, slug: string): ProductNode {
  const node = seeker.deps.directory.product(slug);
  if (!node) throw new Error("the product that was committed is not there");
  return node;
}

export const PRODUCTS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products",
    id: "listProducts",
    tag: "Products",
    summary: "List products",
    description: "Those of which you may see something, oldest first.",
    query: z.strictObject({
      ...PAGE_QUERY,
      workspace: values.slug.optional(),
      search: z.string().max(200).optional().meta({ description: "In slug or name, upper or lower case." }),
    }),
    result: pageOf(product),
    find: () => null,
    run: ({ deps, who, query }) => {
      const text = query.search?.toLowerCase();
      const seen = [...deps.directory.products()].filter(
        (node) =>
          (query.workspace === undefined || node.workspace.slug === query.workspace) &&
          (text === undefined || node.row.slug.includes(text) || node.row.name.toLowerCase().includes(text)) &&
          seesProduct(who.principal, node),
      );
      return { body: page(seen, query, (node) => node.row.uid, showProduct) };
    },
  }),
  route({
    method: "post",
    path: "/workspaces/{workspace}/products",
    id: "createProduct",
    tag: "Products",
    summary: "Create a product",
    description: 'Takes the workspace permission "devices". Without a slug, one is made from the name.',
    body: productChanges.extend({ name: values.name, slug: values.slug.optional() }),
    result: product,
    status: 201,
    refusals: ["already_exists"],
    find: (seeker) => findWorkspaceFor(seeker, "devices"),
    run: async (call) => {
      const { slug: wished, name, ...rest } = call.body;
      const slug = await call.edit((draft) =>
        createProduct(draft, call.again().uid, { slug: wished, name, settings: productSettings(rest) }),
      );
      const node = made(call, slug);
      return { body: showProduct(node), etag: productState(node), location: `/api/v1/products/${slug}` };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}",
    id: "getProduct",
    tag: "Products",
    summary: "Get a product",
    result: product,
    find: findProduct,
    run: ({ found }) => ({ body: showProduct(found), etag: productState(found) }),
  }),
  route({
    method: "patch",
    path: "/products/{product}",
    id: "updateProduct",
    tag: "Products",
    summary: "Update a product",
    description:
      'Takes "edit_product" on all of the product, or the workspace permission "devices". The slug never changes.',
    body: productChanges,
    result: product,
    needsState: true,
    find: findProductToEdit,
    run: async (call) => {
      await call.edit((draft) => {
        const node = call.again();
        call.checkState(productState(node));
        changeProduct(draft, node, { name: call.body.name, ...productSettings(call.body) });
      });
      return { body: showProduct(call.found), etag: productState(call.found) };
    },
  }),
  route({
    method: "delete",
    path: "/products/{product}",
    id: "deleteProduct",
    tag: "Products",
    summary: "Delete a product",
    description:
      'With its devices and everything that they measured. Takes the workspace permission "devices", and the slug once more as `confirm`. With dry_run=true it only tells what would go.',
    query: z.strictObject({ dry_run: values.dryRun, confirm: values.confirm }),
    result: values.takes,
    refusals: ["confirmation_needed"],
    find: findProductToManage,
    run: (call) => {
      const { found, query } = call;
      if (query.dry_run !== true) mustConfirm("product", found.row.slug, query.confirm);
      return removed(call, (node) => ({ kind: "product", node }), productState);
    },
  }),
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
      const rows = [...found.fields.values()]
        .map(({ row }) => row)
        .filter(({ active = true }) => query.active === undefined || active === query.active);
      return { body: page(rows, query, ({ uid }) => uid, showField) };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/fields",
    id: "createField",
    tag: "Fields",
    summary: "Create a field",
    description: 'Takes "edit_product" on all of the product, or the workspace permission "devices".',
    body: fieldChanges.extend({ id: values.fieldId, type: values.fieldTypeGiven }),
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
      return { body: showField(node.row), etag: fieldState(node), location };
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
    run: ({ found }) => ({ body: showField(found.field.row), etag: fieldState(found.field) }),
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
    find: findBothToEdit,
    run: async (call) => {
      await call.edit((draft) => {
        const { field: node } = call.again();
        call.checkState(fieldState(node));
        changeField(draft, node.row, { name: call.body.name, ...fieldDetails(call.body) });
      });
      const { field: node } = call.found;
      return { body: showField(node.row), etag: fieldState(node) };
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
