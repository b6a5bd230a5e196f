import { membersShown } from "./lookups.ts";
import { type Held, deviceCan, heldBy } from "../../auth/held.ts";
import { ROLE_BUNDLES } from "../../auth/roles.ts";
import type { Directory } from "../../fleet/directory.ts";
import type { ApiUser, DevicePermission, Membership, Workspace, WorkspacePermission } from "../../fleet/types.ts";
import type { GraphContext } from "./context.ts";
import { shown } from "./device-parts.ts";
import { userNode } from "./users.ts";
import { timeText } from "./values.ts";

const DEVICE_WORDS = [
  "edit_basics",
  "edit_product",
  "record_measurements",
] as const satisfies readonly DevicePermission[];

/** What is held in a workspace, in the platform's words. */
function inWorkspace(directory: Directory, key: string, { uid }: Workspace) {
  const held = heldBy(directory, key).filter(({ workspace }) => workspace === uid);
  const everywhere = held.filter(({ grant }) => grant.scope === "all");
  return {
    permissions: workspaceWords(held),
    all: everywhere.length > 0,
    allDevices: deviceWords(everywhere),
    held,
  };
}
function workspaceWords(held: readonly Held[]): WorkspacePermission[] {
  return [...new Set(held.flatMap(({ grant }) => (grant.scope === "workspace" ? grant.can : [])))];
}
function deviceWords(held: readonly Held[]): DevicePermission[] {
  const can = deviceCan(held);
  return DEVICE_WORDS.filter((one) => can.has(one));
}
/** Rights that are given on single devices, of those that who asks may see. */
function deviceRelations(context: GraphContext, owner: string, held: readonly Held[]) {
  const { directory } = context.deps;
  return held.flatMap((one) => {
    const device = one.grant.scope === "device" ? directory.deviceByUid(one.grant.device) : undefined;
    if (!device || shown(context, [device]).length === 0) return [];
    return [{ id: `${owner}:${device.row.uid}`, device, permissions: deviceWords([one]) }];
  });
}

/** UserWorkspaceRelationshipType, of a membership. */
export const MEMBER = {
  id: ({ uid }: Membership) => `member-${uid}`,
  user: ({ user }: Membership, _: unknown, context: GraphContext) => userNode(context, user),
  workspace: ({ workspace }: Membership, _: unknown, { deps }: GraphContext) => deps.directory.workspace(workspace),
  permissions: (member: Membership, _: unknown, context: GraphContext) => rightsOf(context, member)?.permissions,
  isOrganizationOwner: ({ role }: Membership) => role === "owner",
  allDevicesPermissionExists: (member: Membership, _: unknown, context: GraphContext) =>
    rightsOf(context, member)?.all ?? false,
  allDevicePermissions: (member: Membership, _: unknown, context: GraphContext) =>
    rightsOf(context, member)?.allDevices,
  // people have roles here, on all devices of a workspace
  deviceRelationships: () => [],
};
function rightsOf({ deps: { directory } }: GraphContext, { user, workspace }: Membership) {
  const row = directory.workspace(workspace);
  return row && inWorkspace(directory, `u:${user}`, row);
}

/** ApiUserWorkspaceRelationshipType. */
export const API_MEMBER = {
  id: ({ uid }: ApiUser) => `api-user-${uid}`,
  user: (row: ApiUser) => row,
  permissions: ({ uid, workspace }: ApiUser, _: unknown, { deps: { directory } }: GraphContext) => {
    const row = directory.workspace(workspace);
    return row ? inWorkspace(directory, `a:${uid}`, row).permissions : [];
  },
  deviceRelationships: ({ uid }: ApiUser, _: unknown, context: GraphContext) =>
    deviceRelations(context, `api-user-${uid}`, heldBy(context.deps.directory, `a:${uid}`)),
};
/** ApiUserType; its token is shown once, when it is made. */
export const API_USER = {
  id: ({ uid }: ApiUser) => `api-user-${uid}`,
  apiKey: (row: ApiUser & { readonly apiKey?: string }) => row.apiKey ?? null,
  name: ({ name }: ApiUser) => name,
  created: ({ created }: ApiUser) => timeText(created ?? 0),
};
/** Number of an API user from its id here; null: it is none. */
export function apiUserNumber(id: string): number | null {
  const found = /^(?:api-user-|a:)?(\d{1,12})$/.exec(id);
  return found ? Number(found[1]) : null;
}

/** Invitations that wait; null: who asks may not know. */
export async function invitationsOf(context: GraphContext, workspace: Workspace) {
  const { people } = context.deps;
  if (!membersShown(context, workspace) || !people) return null;
  const waiting = await people.service.links.invitations(workspace.uid);
  if (!membersShown(context, workspace)) return null; // rights obey at once, also while the store was asked
  return waiting.flatMap(({ email, role }) => {
    if (email === null || role === null) return [];
    const permissions = ROLE_BUNDLES[role].workspace;
    return [{ id: `${workspace.uuid}:${email}`, email, permissions, deviceInvites: [] }];
  });
}
