import { Refusal } from "../../base/errors.ts";
import type { Role } from "../../fleet/types.ts";
import { act, there } from "./act.ts";
import { type GraphContext, mustBeSomebody, orWhy } from "./context.ts";
import { workspaceNamed } from "./lookups.ts";
import { userNamed } from "./users.ts";

export interface DeviceRights {
  readonly device: string;
  readonly permissions: readonly (string | null)[];
}

/** Permissions of the platform that there are here; of the others nothing is given. */
export const KNOWN: ReadonlySet<string> = new Set([
  "basics",
  "members",
  "devices",
  "integrations",
  "rules",
  "dashboards",
  "exports",
]);

/** People have roles here: the least that has all of what was wished. */
function roleFor(permissions: readonly (string | null)[], devices: readonly DeviceRights[]): Role {
  if (permissions.includes("members") || permissions.includes("basics")) return "admin";
  const changes = devices.some(({ permissions: on }) => on.length > 0);
  return permissions.some((one) => one !== null && KNOWN.has(one)) || changes ? "member" : "observer";
}
interface MemberWish {
  readonly workspace: string;
  readonly email: string;
  readonly wsPermissions: readonly (string | null)[];
  readonly deviceRelationships?: readonly DeviceRights[] | null;
}
export function addUserToWorkspace(_: unknown, { input }: { input: MemberWish }, context: GraphContext) {
  return orWhy(async () => {
    const workspace = there(workspaceNamed(context, input.workspace), "workspace");
    const { user, people, asker } = inviter(context);
    const role = roleFor(input.wsPermissions, input.deviceRelationships ?? []);
    await people.links.invite(user, { email: input.email.trim().toLowerCase(), role, workspace: workspace.uid }, asker);
    return { ok: true, invited: true, workspace };
  });
}
/** A user that may invite; programs may not. @throws Refusal not_permitted */
export function inviter(context: GraphContext) {
  const { principal, address } = mustBeSomebody(context);
  const { people } = context.deps;
  if (!people || !principal.key.startsWith("u:"))
    throw new Refusal("not_permitted", "People invite people: use the token of a user.");
  return { user: Number(principal.key.slice(2)), people: people.service, asker: { address, agent: "" } };
}

export function memberAt(context: GraphContext, userId: string, workspaceId: string): Record<string, string> {
  const workspace = there(workspaceNamed(context, workspaceId), "workspace");
  const user = userNamed(context, userId);
  const members = context.deps.directory.membersOf(workspace.uid);
  const member = members.find((one) => one.user === user) ?? null;
  return { workspace: workspace.slug, member: String(there(member, "member").user) };
}

interface PermissionChange {
  readonly permission: string;
  readonly permitted: boolean;
}
export async function updateWorkspacePermissions(
  _: unknown,
  { input }: { input: { workspaceId: string; userId: string; changeset: readonly (PermissionChange | null)[] } },
  context: GraphContext,
) {
  const params = memberAt(context, input.userId, input.workspaceId);
  const { directory } = context.deps;
  const member = () => directory.membersOf(uid).find(({ user }) => String(user) === params.member);
  const uid = there(workspaceNamed(context, input.workspaceId), "workspace").uid;
  const wished = input.changeset.filter((one) => one !== null).filter(({ permitted }) => permitted);
  const role = roleFor(
    wished.map(({ permission }) => permission),
    [],
  );
  await act(context, "updateMember", { params, body: { role } });
  return { ok: true, relationship: member() };
}
