import { z } from "zod";
import { changeProduct, createProduct } from "../../fleet/edit/products.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { findProduct, findProductToEdit, findProductToManage, findWorkspaceFor } from "./find.ts";
import { seesProduct } from "../../admin/find.ts";
import { product, productChanges, productSettings, showProduct } from "./product-shape.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import { uuidGiven } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";
import { etagOf } from "./state.ts";
import { mustConfirm } from "./confirm.ts";
import { removed } from "./takes.ts";

/** Products. */

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
    body: productChanges.extend({ name: values.name, slug: values.slug.optional(), uuid: uuidGiven.optional() }),
    result: product,
    status: 201,
    refusals: ["already_exists"],
    find: (seeker) => findWorkspaceFor(seeker, "devices"),
    run: async (call) => {
      const { slug: wished, name, uuid: given, ...rest } = call.body;
      const slug = await call.edit((draft) =>
        createProduct(draft, call.again().uid, { slug: wished, name, uuid: given, settings: productSettings(rest) }),
      );
      const node = made(call, slug);
      return { body: showProduct(node), etag: etagOf(node.row), location: `/api/v1/products/${slug}` };
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
    run: ({ found }) => ({ body: showProduct(found), etag: etagOf(found.row) }),
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
        call.checkState(etagOf(node.row));
        changeProduct(draft, node, { name: call.body.name, ...productSettings(call.body) });
      });
      return { body: showProduct(call.found), etag: etagOf(call.found.row) };
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
      return removed(
        call,
        (node) => ({ kind: "product", node }),
        ({ row }) => etagOf(row),
      );
    },
  }),
];
