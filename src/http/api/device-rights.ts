import { z } from "zod";
import { seesDevice } from "../../admin/find.ts";
import { becauseOf } from "../../admin/rights.ts";
import { heldBy, heldOnDevice, deviceCan } from "../../auth/held.ts";
import type { DeviceNode } from "../../fleet/nodes.ts";
import { DEVICE_PERMISSIONS } from "../../fleet/types.ts";
import * as values from "../../admin/values.ts";
import { devicesFor, firstOf } from "../kit/pages.ts";
import { searched } from "./device-filter.ts";
import { findApiUser, findMember } from "./find.ts";
import { DEFAULT, PAGE_QUERY, pageOf, readCursor, writeCursor } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";

/** What an account may do with every device of a workspace, in pages: "see as", in one question. */

const deviceRights = z
  .object({
    product: z.string(),
    device: z.string(),
    name: z.string(),
    can: z.array(z.enum(DEVICE_PERMISSIONS)).meta({ description: "Empty: it does not see the device." }),
    because: z
      .array(z.string())
      .meta({ description: "The role, the grants by what they are on, or being an administrator." }),
  })
  .meta({ id: "DeviceRights", description: "What an account may do with a device, and why." });
const query = z.strictObject({
  ...PAGE_QUERY,
  product: values.slug.optional(),
  search: z.string().max(200).optional().meta({ description: "In id, name, serial or location, upper or lower case." }),
});

/** A page of the devices of a workspace that who asks sees, oldest first, with what an account may do with each. */
async function listed(
  { deps, who }: Seeker,
  key: string,
  workspace: { readonly uid: number },
  { product, search, cursor, limit = DEFAULT }: z.output<typeof query>,
) {
  const { directory } = deps;
  const only = product === undefined ? null : directory.product(product);
  if (only === undefined) return { items: [], next: null };
  const text = search?.toLowerCase();
  const wanted = (node: DeviceNode) =>
    !node.deleted &&
    seesDevice(who.principal, node) &&
    node.product.row.workspace === workspace.uid &&
    (text === undefined || searched(node).some((part) => part.toLowerCase().includes(text)));
  const candidates = devicesFor(directory, who.principal, only, readCursor(cursor));
  const { items, more } = await firstOf(candidates, limit, wanted);
  const held = heldBy(directory, key).filter((one) => one.workspace === workspace.uid);
  const last = items.at(-1);
  return {
    // rights may have changed in between, and obey at once
    items: items.filter(wanted).map((node) => {
      const own = heldOnDevice(held, node);
      const can = deviceCan(own);
      return {
        product: node.product.row.slug,
        device: node.row.id,
        name: node.row.name,
        can: DEVICE_PERMISSIONS.filter((permission) => can.has(permission)),
        because: [...new Set(own.map((one) => becauseOf(directory, one)))],
      };
    }),
    next: more && last !== undefined ? writeCursor(last.row.uid) : null,
  };
}

export const DEVICE_RIGHTS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces/{workspace}/api-users/{api_user}/device-rights",
    id: "listApiUserDeviceRights",
    tag: "Rights",
    summary: "List the rights of an API user on devices",
    description:
      'Of every device of the workspace that you see, oldest first. Takes the workspace permission "members".',
    query,
    result: pageOf(deviceRights),
    find: findApiUser,
    run: async (call) => ({
      body: await listed(call, `a:${call.found.apiUser.uid}`, call.found.workspace, call.query),
    }),
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/members/{member}/device-rights",
    id: "listMemberDeviceRights",
    tag: "Rights",
    summary: "List the rights of a member on devices",
    description:
      'Of every device of the workspace that you see, oldest first. Yourself, or with the workspace permission "members" anybody.',
    query,
    result: pageOf(deviceRights),
    find: findMember,
    run: async (call) => ({
      body: await listed(call, `u:${call.found.member.user}`, call.found.workspace, call.query),
    }),
  }),
];
