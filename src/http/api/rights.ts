import { z } from "zod";
import type { Held } from "../../auth/held.ts";
import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import { DEVICE_PERMISSIONS, WORKSPACE_PERMISSIONS } from "../../fleet/types.ts";
import { DEVICE_RIGHTS } from "./device-rights.ts";
import { findApiUser, findMember } from "./find.ts";
import { becauseOf, type Given, rightsOf } from "../../admin/rights.ts";
import { showGrant } from "../../admin/grants.ts";
import { type AnyOperation, type ApiDeps, route, type Seeker } from "./route.ts";
import * as values from "../../admin/values.ts";

/** What an account may do, and why. */

export const line = z.object({
  because: z.string().meta({ description: "The role, the grant by what it is on, or being an administrator." }),
  workspace: z.string().nullable().meta({ description: "Slug; null: of the instance." }),
  grant: values.grant,
});
const on = z.object({
  can: z.array(z.enum(DEVICE_PERMISSIONS)),
  because: z.array(line).meta({ description: "What gives it." }),
});
const rights = z
  .object({
    account: z.object({ kind: z.enum(["user", "api_user"]), number: z.int(), name: z.string() }),
    mqtt: z.boolean(),
    operate: z.boolean(),
    workspaces: z.array(z.object({ workspace: z.string(), can: z.array(z.enum(WORKSPACE_PERMISSIONS)) })),
    free_topics: z
      .string()
      .nullable()
      .meta({ description: "Slug of the workspace whose free topics it uses, all or some; null: of none." }),
    lines: z.array(line).meta({ description: "Everything that it holds." }),
    product: on.extend({ product: z.string() }).optional().meta({ description: "With ?product=: on all of it." }),
    device: on
      .extend({ product: z.string(), device: z.string() })
      .optional()
      .meta({ description: "With ?product= and ?device=." }),
  })
  .meta({ id: "Rights", description: "What an account may do, and why." });
const rightsQuery = z.strictObject({ product: values.slug.optional(), device: values.deviceId.optional() });

export function showLine(deps: ApiDeps, held: Held) {
  const workspace = deps.directory.workspace(held.workspace)?.slug ?? null;
  return { because: becauseOf(deps.directory, held), workspace, grant: showGrant(deps, held.grant) };
}
function showGiven<N>(deps: ApiDeps, { can, held }: Given<N>) {
  return { can: [...can], because: held.map((one) => showLine(deps, one)) };
}

/**
 * The rights of an account, as far as who asks may see.
 * @param only uid of a workspace beyond which nothing is told; null: all
 */
function show(seeker: Seeker, key: string, only: number | null, query: z.output<typeof rightsQuery>) {
  const { deps } = seeker;
  const account = deps.authority.principalOf(key);
  if (!account) throw new Refusal("not_found", "There is no such account.");
  const { held, product, device } = rightsOf(seeker, key, query, only);
  const kind: "user" | "api_user" = key.startsWith("u:") ? "user" : "api_user";
  return {
    account: { kind, number: Number(key.slice(2)), name: account.name },
    mqtt: account.mqtt,
    operate: account.operate,
    workspaces: [...account.workspaces]
      .filter((uid) => only === null || uid === only)
      .map((uid) => ({
        workspace: deps.directory.workspace(uid)?.slug ?? "",
        can: WORKSPACE_PERMISSIONS.filter((permission) => account.may(uid, permission)),
      })),
    free_topics: freeTopicsOf(deps, account, only),
    lines: held.map((one) => showLine(deps, one)),
    ...(product && { product: { product: product.node.row.slug, ...showGiven(deps, product) } }),
    ...(device && {
      device: { product: device.node.product.row.slug, device: device.node.row.id, ...showGiven(deps, device) },
    }),
  };
}

function freeTopicsOf({ directory }: ApiDeps, { free }: Principal, only: number | null): string | null {
  if (free === null || (only !== null && free.workspace !== only)) return null;
  return directory.workspace(free.workspace)?.slug ?? null;
}

export const RIGHTS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/rights",
    id: "getOwnRights",
    tag: "Rights",
    summary: "Get your own rights",
    description: "What this token or account may do, and why.",
    query: rightsQuery,
    refusals: ["unknown_product", "unknown_device"],
    result: rights,
    find: () => null,
    run: (call) => ({ body: show(call, call.who.principal.key, null, call.query) }),
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/api-users/{api_user}/rights",
    id: "getApiUserRights",
    tag: "Rights",
    summary: "Get the rights of an API user",
    description: 'What it may do, and why. Takes the workspace permission "members".',
    query: rightsQuery,
    refusals: ["unknown_product", "unknown_device"],
    result: rights,
    find: findApiUser,
    run: (call) => ({ body: show(call, `a:${call.found.apiUser.uid}`, call.found.workspace.uid, call.query) }),
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/members/{member}/rights",
    id: "getMemberRights",
    tag: "Rights",
    summary: "Get the rights of a member",
    description:
      'What they may do in the workspace, and why. Yourself, or with the workspace permission "members" anybody.',
    query: rightsQuery,
    refusals: ["unknown_product", "unknown_device"],
    result: rights,
    find: findMember,
    run: (call) => ({ body: show(call, `u:${call.found.member.user}`, call.found.workspace.uid, call.query) }),
  }),
  ...DEVICE_RIGHTS,
];
