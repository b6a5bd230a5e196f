import { z } from "zod";
import { passShown } from "../../admin/passes.ts";
import type { PassQuery } from "../../store/ports.ts";
import { findDevice, findProductToIntegrate, findWorkspaceFor } from "./find.ts";
import { newestFirst, PAGE_QUERY, pageOf } from "./paging.ts";
import { pass } from "./pass-shape.ts";
import { type AnyOperation, type Call, route } from "./route.ts";

/** What came in by integrations, and what became of it. */

const TAKES =
  'The last hundred, newest first. Takes "edit_product" on all of the product, or the workspace permission "integrations" or "devices"; what was sent is ' +
  "shown to those who may read the devices that it concerns.";
const query = z.strictObject(PAGE_QUERY);

async function list(call: Call<unknown, z.output<typeof query>, unknown>, of: Pick<PassQuery, "list" | "owner">) {
  const { deps, who } = call;
  const { items, next } = await newestFirst(call.query, (part) => deps.integrations.passes.read({ ...of, ...part }));
  // rights may have changed while the store was asked
  call.again();
  return { body: { items: items.map((one) => passShown(deps, who.principal, one)), next } };
}

export const PASSES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/products/{product}/passes",
    id: "listProductPasses",
    tag: "Integrations",
    summary: "List passes of a product",
    description: TAKES,
    query,
    result: pageOf(pass),
    find: findProductToIntegrate,
    run: (call) => list(call, { list: "product", owner: call.found.row.uid }),
  }),
  route({
    method: "get",
    path: "/products/{product}/devices/{device}/passes",
    id: "listDevicePasses",
    tag: "Integrations",
    summary: "List passes of a device",
    description: TAKES,
    query,
    result: pageOf(pass),
    find: (seeker) => {
      findProductToIntegrate(seeker);
      return findDevice(seeker);
    },
    run: (call) => list(call, { list: "device", owner: call.found.row.uid }),
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/passes",
    id: "listWorkspacePasses",
    tag: "Integrations",
    summary: "List passes of no product",
    description:
      'What an account of the workspace sent and no product took: events of devices that nobody knows, bodies that cannot be read. Takes the workspace permission "integrations".',
    query,
    result: pageOf(pass),
    find: (seeker) => findWorkspaceFor(seeker, "integrations"),
    run: (call) => list(call, { list: "workspace", owner: call.found.uid }),
  }),
];
