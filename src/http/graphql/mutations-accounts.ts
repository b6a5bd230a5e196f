import {
  addUserToWorkspace,
  type DeviceRights,
  inviter,
  KNOWN,
  memberAt,
  updateWorkspacePermissions,
} from "./members.ts";
import type { Workspace } from "../../fleet/types.ts";
import { apiUserNumber } from "./accounts.ts";
import { act, acted, there } from "./act.ts";
import { type GraphContext, orWhy } from "./context.ts";
import { deviceNamed, workspaceNamed, workspacesOf } from "./lookups.ts";

/** API users, members and invitations. */

interface ApiUserWish {
  readonly workspace: string;
  readonly name: string;
  readonly wsPermissions: readonly (string | null)[];
  readonly deviceRelationships: readonly DeviceRights[];
}

/** On each device at least to view, as the platform has it. */
function grantsOf(context: GraphContext, workspace: Workspace, wish: ApiUserWish) {
  const grants: unknown[] = wish.deviceRelationships.map(({ device: name, permissions }) => {
    const device = there(deviceNamed(context, name, workspace.uid), `device ${JSON.stringify(name)}`);
    const can = ["view", ...permissions.filter((one) => one !== null)];
    return { scope: "device", product: device.product.row.slug, device: device.row.id, can } satisfies Record<
      string,
      unknown
    >;
  });
  const can = wish.wsPermissions.filter((one) => one !== null && KNOWN.has(one));
  if (can.length > 0) grants.push({ scope: "workspace", can });
  return grants;
}

function addApiUser(_: unknown, { input }: { input: ApiUserWish }, context: GraphContext) {
  return orWhy(async () => {
    const workspace = there(workspaceNamed(context, input.workspace), "workspace");
    const body = { name: input.name, grants: grantsOf(context, workspace, input) };
    const made = await act(context, "createApiUser", { params: { workspace: workspace.slug }, body });
    const { api_user: number, token } = made as { api_user: number; token: { secret: string } }; // as the operation's schema says
    const row = context.deps.directory.apiUser(number);
    return { ok: true, workspace, apiUser: row ? { ...row, apiKey: token.secret } : null };
  });
}

/** The workspace and number of an API user that who asks may know of. */
function apiUserAt(context: GraphContext, id: string): Record<string, string> {
  const number = apiUserNumber(id);
  const row = number === null ? undefined : context.deps.directory.apiUser(number);
  const workspace = workspacesOf(context).find(({ uid }) => uid === row?.workspace) ?? null;
  return { workspace: there(workspace, "API user").slug, api_user: String(number) };
}

/** Root fields of mutations. */
export const ACCOUNT_MUTATIONS = {
  addApiUser,
  updateApiUser: (_: unknown, { id, name }: { id: string; name: string }, context: GraphContext) =>
    orWhy(async () => acted(context, "updateApiUser", { params: apiUserAt(context, id), body: { name } }, () => ({}))),
  deleteApiUser: (_: unknown, { id }: { id: string }, context: GraphContext) =>
    orWhy(async () => acted(context, "deleteApiUser", { params: apiUserAt(context, id) }, () => ({}))),
  addUserToWorkspace,
  removeUserFromWorkspace: (
    _: unknown,
    { userId, workspaceId }: { userId: string; workspaceId: string },
    context: GraphContext,
  ) =>
    orWhy(async () => acted(context, "removeMember", { params: memberAt(context, userId, workspaceId) }, () => ({}))),
  deleteUserInvite: (_: unknown, { email, workspace }: { email: string; workspace: string }, context: GraphContext) =>
    orWhy(async () => {
      const { uid } = there(workspaceNamed(context, workspace), "workspace");
      const { user, people, asker } = inviter(context);
      await people.links.withdraw(user, uid, email.trim().toLowerCase(), asker);
      return { ok: true, error: null };
    }),
  updateWorkspacePermissions,
  updateWorkspace: (_: unknown, { id, name }: { id: string; name?: string | null }, context: GraphContext) =>
    orWhy(async () => {
      const workspace = there(workspaceNamed(context, id), "workspace");
      if (name != null)
        await act(context, "updateWorkspace", { params: { workspace: workspace.slug }, body: { name } });
      return { ok: true, workspace: context.deps.directory.workspace(workspace.uid) ?? null };
    }),
};
