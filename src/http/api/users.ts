import { z } from "zod";
import { Refusal } from "../../base/errors.ts";
import { removePerson } from "../../fleet/edit/accounts.ts";
import type { FleetRows } from "../../fleet/types.ts";
import { quote } from "../../measure/bytes.ts";
import { numberOf } from "../../admin/find.ts";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route, type Seeker } from "./route.ts";
import * as the from "../../admin/values.ts";
import { etagOf } from "./state.ts";

/** The users of the instance: people who can sign in, whatever workspaces they are in. */

type User = FleetRows["user"];

const user = z
  .object({
    user: z.int().meta({ description: "Number of the user." }),
    email: z.string(),
    admin: z.boolean().meta({ description: "Whether they administer the instance." }),
    workspaces: z
      .array(z.object({ slug: z.string(), role: the.role }))
      .meta({ description: "Those whose members you may see." }),
  })
  .meta({ id: "User", description: "A person who can sign in, whatever workspaces they are in." });

/** The memberships of a user that who asks may see. */
function shownOf({ deps: { directory }, who: { principal } }: Seeker, { uid }: User) {
  return directory.membershipsOf(uid).flatMap(({ workspace, role }) => {
    const may = principal.operate || principal.key === `u:${uid}` || principal.may(workspace, "members");
    const slug = directory.workspace(workspace)?.slug;
    return may && slug !== undefined ? [{ slug, role }] : [];
  });
}
function show(seeker: Seeker, user: User) {
  return { user: user.uid, email: user.email, admin: user.admin, workspaces: shownOf(seeker, user) };
}

function maySee(seeker: Seeker, user: User): boolean {
  const { operate, key } = seeker.who.principal;
  return operate || key === `u:${user.uid}` || shownOf(seeker, user).length > 0;
}

/** The user of an address, to be seen. @throws Refusal not_found, not_permitted */
function findUser(seeker: Seeker): User {
  const { deps, who, param } = seeker;
  const uid = numberOf(param("user"));
  const user = deps.directory.user(uid);
  if (user && maySee(seeker, user)) return user;
  // who shares a workspace with them knows that there are people in it
  if (user && deps.directory.membershipsOf(uid).some(({ workspace }) => who.principal.inWorkspace(workspace)))
    throw new Refusal("not_permitted", 'Seeing users takes the permission "members" in a workspace of theirs.');
  throw new Refusal("not_found", `There is no user ${quote(param("user"))} that you may see.`);
}
/** The same, to be deleted. @throws Refusal not_found, not_permitted */
function findDeletable(seeker: Seeker): User {
  const user = findUser(seeker);
  if (seeker.who.principal.operate) return user;
  throw new Refusal("not_permitted", 'Deleting users takes the instance permission "operate".');
}
function stateOf({ uid, email, admin }: User): string {
  return etagOf({ uid, email, admin });
}

export const USERS: readonly AnyOperation[] = [
  route({
    method: "get",
    path: "/users",
    id: "listUsers",
    tag: "Users",
    summary: "List users",
    description:
      'Those that you may see, oldest first. Yourself, and the members of the workspaces where you have the permission "members"; with the instance permission ' +
      '"operate" everybody.',
    query: z.strictObject(PAGE_QUERY),
    result: pageOf(user),
    find: () => null,
    run: (call) => {
      const seen = [...call.deps.directory.users()].filter((user) => maySee(call, user));
      const body = page(
        seen,
        call.query,
        ({ uid }) => uid,
        (user) => show(call, user),
      );
      return { body };
    },
  }),
  route({
    method: "get",
    path: "/users/{user}",
    id: "getUser",
    tag: "Users",
    summary: "Get a user",
    result: user,
    refusals: ["not_found"],
    find: findUser,
    run: (call) => ({ body: show(call, call.found), etag: stateOf(call.found) }),
  }),
  route({
    method: "delete",
    path: "/users/{user}",
    id: "deleteUser",
    tag: "Users",
    summary: "Delete a user",
    description:
      'Takes the instance permission "operate". Their tokens, connections and browsers end at once; what they made stays. The last ' +
      "owner of a workspace stays, and the last administrator.",
    result: user,
    refusals: ["not_found", "last_owner"],
    find: findDeletable,
    run: async (call) => ({
      body: await call.edit((draft) => {
        const user = call.again();
        call.checkState(stateOf(user));
        const gone = show(call, user);
        removePerson(draft, user.uid);
        return gone;
      }),
    }),
  }),
];
