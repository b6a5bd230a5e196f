import type { Workspace } from "../../fleet/types.ts";
import { type PageArguments, connectionOf } from "./connection.ts";
import { type GraphContext, principalOf } from "./context.ts";
import { devicesWhere, workspacesOf } from "./lookups.ts";
import { userNode } from "./users.ts";

/** There is one organization for the whole instance, and its owners are those who own one of its workspaces. */
interface Organization {
  readonly owner: number;
}
const ID = "00000000-0000-4000-8000-000000000001";

/** Null: who asks owns no workspace. */
export function organizationOf(context: GraphContext): Organization | null {
  const key = principalOf(context)?.key ?? "";
  if (!key.startsWith("u:")) return null;
  const owner = Number(key.slice(2));
  const owns = context.deps.directory.membershipsOf(owner).some(({ role }) => role === "owner");
  return owns ? { owner } : null;
}
function byName(workspaces: Workspace[], order: string | null | undefined): Workspace[] {
  const sorted = workspaces.sort((a, b) => a.name.localeCompare(b.name));
  return order === "NAME_DESC" ? sorted.reverse() : sorted;
}
function owned(context: GraphContext, owner: number): Workspace[] {
  const owns = new Set(
    context.deps.directory
      .membershipsOf(owner)
      .filter(({ role }) => role === "owner")
      .map(({ workspace }) => workspace),
  );
  return workspacesOf(context).filter(({ uid }) => owns.has(uid));
}

/** OrganizationType. */
export const ORGANIZATION = {
  id: () => ID,
  name: () => "fieldcast",
  permissions: () => ["members", "manage_workspaces"],
  totalDevices: async ({ owner }: Organization, _: unknown, context: GraphContext) => {
    const uids = new Set(owned(context, owner).map(({ uid }) => uid));
    return (await devicesWhere(context, null, ({ product }) => uids.has(product.row.workspace))).length;
  },
  subscriptionUnpaid: () => false,
  entitlementWorkspacesQuota: () => null,
  entitlementRemainingWorkspacesQuota: () => null,
  owner: (organization: Organization, _: unknown, context: GraphContext) => relationOf(context, organization),
  userRelationships: (organization: Organization, page: PageArguments, context: GraphContext) =>
    connectionOf([relationOf(context, organization)], page),
  workspaces: (
    { owner }: Organization,
    page: PageArguments & { readonly orderBy?: string | null },
    context: GraphContext,
  ) => connectionOf(byName(owned(context, owner), page.orderBy), page),
  whitelabelSites: () => connectionOf([], {}),
};
function relationOf(context: GraphContext, { owner }: Organization) {
  return { id: `owner-${owner}`, user: userNode(context, owner), permissions: ["members", "manage_workspaces"] };
}
/** All that who asks has: one, or none. */
export function organizationsOf(context: GraphContext, page: PageArguments) {
  const own = organizationOf(context);
  return connectionOf(own ? [own] : [], page);
}
export function organizationNamed(context: GraphContext, id: string) {
  return id === ID ? organizationOf(context) : null;
}
