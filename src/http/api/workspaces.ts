import { checkRole } from "../../admin/giving.ts";
import { z } from "zod";
import { BadValues, Refusal } from "../../base/errors.ts";
import { changeRole, changeWorkspace, createWorkspace, removeMember } from "../../fleet/edit/accounts.ts";
import type { Membership, Workspace } from "../../fleet/types.ts";
import { mustConfirm } from "./confirm.ts";
import { findMember, findWorkspace, findWorkspaceFor, findWorkspaceToDelete } from "./find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, type ApiDeps, route, type Seeker } from "./route.ts";
import { uuidGiven } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";
import { etagOf } from "./state.ts";
import { removed } from "./takes.ts";
import { showWorkspace, stateOf, workspace } from "./workspace-shape.ts";

/** Workspaces and the people in them. */

const member = z
  .object({
    member: z.int().meta({ description: "Number of the user." }),
    email: z.string(),
    role: values.role,
  })
  .meta({ id: "Member" });

function showMember({ directory }: ApiDeps, { user, role }: Membership) {
  return { member: user, email: directory.user(user)?.email ?? "", role };
}
function memberState({ user, role }: Membership): string {
  return etagOf({ user, role });
}

/** Who will own a new workspace: the user who asks, or one that is named. */
function ownerOf({ deps, who }: Seeker, address: string | undefined): number {
  if (address === undefined) {
    if (who.principal.key.startsWith("u:")) return Number(who.principal.key.slice(2));
    throw new BadValues("invalid_request", [{ path: "owner", message: "An API user must say who will own it." }]);
  }
  const user = deps.directory.userByEmail(address);
  if (user) return user.uid;
  throw new BadValues("invalid_request", [{ path: "owner", message: "There is no account with this address." }]);
}

export const WORKSPACES: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/workspaces",
    id: "listWorkspaces",
    tag: "Workspaces",
    summary: "List workspaces",
    description: "Those that you belong to; all of the instance for its administrators.",
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(workspace),
    find: () => null,
    run: ({ deps, who, query }) => {
      const seen = [...deps.directory.workspaces()].filter(
        ({ uid }) => who.principal.operate || who.principal.inWorkspace(uid),
      );
      return { body: page(seen, query, ({ uid }) => uid, showWorkspace) };
    },
  }),
  route({
    method: "post",
    path: "/workspaces",
    id: "createWorkspace",
    tag: "Workspaces",
    summary: "Create a workspace",
    description: "For administrators of the instance. Who asks becomes its owner, unless another is named.",
    body: z.strictObject({
      ...{ name: values.name, slug: values.slug.optional(), owner: values.email.optional() },
      uuid: uuidGiven.optional(),
    }),
    result: workspace,
    status: 201,
    refusals: ["already_exists", "not_permitted"],
    find: ({ who }) => {
      if (!who.principal.operate)
        throw new Refusal("not_permitted", 'Making workspaces takes the instance permission "operate".');
    },
    run: async (call) => {
      const slug = await call.edit((draft) => {
        call.again();
        return createWorkspace(draft, call.body, ownerOf(call, call.body.owner));
      });
      const row = call.deps.directory.workspaceBySlug(slug) as Workspace; // it was committed in this turn
      return { body: showWorkspace(row), etag: stateOf(row), location: `/api/v1/workspaces/${slug}` };
    },
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}",
    id: "getWorkspace",
    tag: "Workspaces",
    summary: "Get a workspace",
    result: workspace,
    find: findWorkspace,
    run: ({ found }) => ({ body: showWorkspace(found), etag: stateOf(found) }),
  }),
  route({
    method: "patch",
    path: "/workspaces/{workspace}",
    id: "updateWorkspace",
    tag: "Workspaces",
    summary: "Update a workspace",
    description: 'Gives it another name. Takes the workspace permission "basics". The slug never changes.',
    body: z.strictObject({ name: values.name.optional() }),
    result: workspace,
    needsState: true,
    find: (seeker) => findWorkspaceFor(seeker, "basics"),
    run: async (call) => {
      await call.edit((draft) => {
        const now = call.again();
        call.checkState(stateOf(now));
        changeWorkspace(draft, now, { name: call.body.name });
      });
      const row = call.again();
      return { body: showWorkspace(row), etag: stateOf(row) };
    },
  }),
  route({
    method: "delete",
    path: "/workspaces/{workspace}",
    id: "deleteWorkspace",
    tag: "Workspaces",
    summary: "Delete a workspace",
    description:
      "With its products, devices, API users and everything that was measured. For its owners, and who has the instance permission `operate`. Takes the slug once more as `confirm`. With dry_run=true it only " +
      "tells what would go. The people in it keep their accounts.",
    query: z.strictObject({ dry_run: values.dryRun, confirm: values.confirm }),
    result: values.takes,
    refusals: ["confirmation_needed"],
    find: findWorkspaceToDelete,
    run: (call) => {
      const { found, query } = call;
      if (query.dry_run !== true) mustConfirm("workspace", found.slug, query.confirm);
      return removed(call, (row) => ({ kind: "workspace", row }), stateOf);
    },
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/members",
    id: "listMembers",
    tag: "Members",
    summary: "List members",
    description: 'Those of a workspace, oldest first. Takes the workspace permission "members".',
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(member),
    find: (seeker) => findWorkspaceFor(seeker, "members"),
    run: ({ deps, found, query }) => ({
      body: page(
        deps.directory.membersOf(found.uid),
        query,
        (m) => m.user,
        (m) => showMember(deps, m),
      ),
    }),
  }),
  route({
    method: "get",
    path: "/workspaces/{workspace}/members/{member}",
    id: "getMember",
    tag: "Members",
    summary: "Get a member",
    description: 'Yourself, or with the workspace permission "members" anybody.',
    result: member,
    find: findMember,
    run: ({ deps, found }) => ({ body: showMember(deps, found.member), etag: memberState(found.member) }),
  }),
  route({
    method: "patch",
    path: "/workspaces/{workspace}/members/{member}",
    id: "updateMember",
    tag: "Members",
    summary: "Update a member",
    description:
      'Gives a member another role. Takes the workspace permission "members". Nobody gives a role that has more than what they have; owners alone make ' +
      "and unmake owners. The last owner stays one.",
    body: z.strictObject({ role: values.role }),
    result: member,
    needsState: true,
    refusals: ["last_owner"],
    find: (seeker) => {
      findWorkspaceFor(seeker, "members");
      return findMember(seeker);
    },
    run: async (call) => {
      await call.edit((draft) => {
        const { workspace: at, member: row } = call.again();
        call.checkState(memberState(row));
        checkRole(call, at.uid, row.role);
        checkRole(call, at.uid, call.body.role);
        changeRole(draft, row, call.body.role);
      });
      const row = { ...call.found.member, role: call.body.role };
      return { body: showMember(call.deps, row), etag: memberState(row) };
    },
  }),
  route({
    method: "delete",
    path: "/workspaces/{workspace}/members/{member}",
    id: "removeMember",
    tag: "Members",
    summary: "Remove a member",
    description:
      'Takes somebody out of a workspace; removing yourself is leaving it. Yourself, or with the workspace permission "members" anybody. The last owner stays.',
    result: member,
    refusals: ["last_owner"],
    find: findMember,
    run: async (call) => {
      const gone = await call.edit((draft) => {
        const { workspace: at, member: row } = call.again();
        call.checkState(memberState(row));
        if (call.who.principal.key !== `u:${row.user}`) checkRole(call, at.uid, row.role);
        removeMember(draft, row);
        return row;
      });
      return { body: showMember(call.deps, gone) };
    },
  }),
];
