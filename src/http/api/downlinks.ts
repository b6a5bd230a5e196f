import { z } from "zod";
import {
  downlinkChanges,
  downlinkDetails,
  downlinkInfo,
  downlinkStated,
  downlinkWish,
  hasField,
} from "../../admin/downlinks.ts";
import { mayEditProduct } from "../../admin/may-edit.ts";
import * as values from "../../admin/values.ts";
import { changeDownlink, createDownlink } from "../../fleet/edit/downlinks.ts";
import type { ProductNode } from "../../fleet/nodes.ts";
import { DOWNLINK_SOURCES, type Downlink } from "../../fleet/types.ts";
import { findDownlink, findDownlinkToEdit, findProduct, findProductToEdit } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import { etagOf } from "./state.ts";

/** What can be sent to the devices of a product. */

const TAKES = 'Takes "edit_product" on all of the product, or the workspace permission "devices".';
const { encoder, field, hex, text, ...details } = downlinkDetails;

const downlink = z
  .object({
    name: z.string().meta({ description: "Never changes." }),
    product: z.string(),
    ...details,
    made_by: z.enum(DOWNLINK_SOURCES).meta({ description: "What it is made of: the one of these that is not null." }),
    encoder: encoder.nullable().meta({ description: "The script, for who may change it." }),
    field: field.nullable(),
    hex: hex.nullable(),
    text: text.nullable(),
  })
  .meta({ id: "Downlink", description: "Something that can be sent to the devices of a product." });

function show(seeker: Seeker, product: ProductNode, row: Downlink) {
  return downlinkInfo(seeker.deps.directory, row, mayEditProduct(seeker, product));
}
function made({ deps }: Seeker, product: ProductNode, name: string): Downlink {
  const row = deps.directory.named("downlink", product.row.uid, name);
  if (row === undefined) throw new Error("the downlink that was committed is not there");
  return row;
}

export const DOWNLINKS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/downlinks",
    id: "listDownlinks",
    tag: "Downlinks",
    summary: "List a product's downlinks",
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(downlink),
    find: findProduct,
    run: (call) => {
      const rows = call.deps.directory.childrenOf("downlink", "product", call.found.row.uid);
      return {
        body: page(
          rows,
          call.query,
          ({ uid }) => uid,
          (row) => show(call, call.found, row),
        ),
      };
    },
  }),
  route({
    method: "post",
    path: "/products/{product}/downlinks",
    id: "createDownlink",
    tag: "Downlinks",
    summary: "Create a downlink of a product",
    description: `It is made by one of encoder, field, hex and text. ${TAKES}`,
    body: downlinkChanges.extend({ name: values.slug }),
    result: downlink,
    status: 201,
    refusals: ["already_exists"],
    find: findProductToEdit,
    run: async (call) => {
      const { name, ...given } = call.body;
      await call.edit((draft) => {
        const product = call.again();
        const { uid, slug } = product.row;
        createDownlink(draft, { uid, slug, has: hasField(product) }, downlinkWish(name, given));
      });
      const row = made(call, call.found, name);
      const location = `/api/v1/products/${call.found.row.slug}/downlinks/${name}`;
      return { body: show(call, call.found, row), etag: etagOf(row), location };
    },
  }),
  route({
    method: "get",
    path: "/products/{product}/downlinks/{downlink}",
    id: "getDownlink",
    tag: "Downlinks",
    summary: "Get a downlink of a product",
    result: downlink,
    find: findDownlink,
    run: (call) => ({ body: show(call, call.found.product, call.found.downlink), etag: etagOf(call.found.downlink) }),
  }),
  route({
    method: "patch",
    path: "/products/{product}/downlinks/{downlink}",
    id: "updateDownlink",
    tag: "Downlinks",
    summary: "Update a downlink of a product",
    description: `The name never changes. ${TAKES}`,
    body: downlinkChanges,
    result: downlink,
    needsState: true,
    find: findDownlinkToEdit,
    run: async (call) => {
      await call.edit((draft) => {
        const { product, downlink: row } = call.again();
        call.checkState(etagOf(row));
        changeDownlink(draft, row, hasField(product), downlinkStated(call.body));
      });
      const row = made(call, call.found.product, call.found.downlink.name);
      return { body: show(call, call.found.product, row), etag: etagOf(row) };
    },
  }),
  route({
    method: "delete",
    path: "/products/{product}/downlinks/{downlink}",
    id: "deleteDownlink",
    tag: "Downlinks",
    summary: "Delete a downlink of a product",
    description: `What is queued of it is not sent any more. ${TAKES}`,
    result: z.object({ deleted: z.string() }),
    find: findDownlinkToEdit,
    run: async (call) => {
      await call.edit((draft) => {
        const { downlink: row } = call.again();
        call.checkState(etagOf(row));
        draft.drafts.push({ kind: "downlink", op: "delete", uid: row.uid });
      });
      return { body: { deleted: call.found.downlink.name } };
    },
  }),
];
