import { z } from "zod";
import { PAGE_QUERY, page, pageOf } from "./paging.ts";
import { type AnyOperation, route } from "./route.ts";
import {
  deleteUser,
  findUser,
  findUserToDelete,
  listUsers,
  type SeenUser,
  seen,
  type User,
} from "../../admin/users.ts";
import { uuid } from "../../admin/integration-values.ts";
import * as values from "../../admin/values.ts";
import { etagOf } from "./state.ts";

/** The users of the instance: people who can sign in, whatever workspaces they are in. */

const user = z
  .object({
    user: z.int().meta({ description: "Number of the user." }),
    email: z.string(),
    uuid,
    admin: z.boolean().meta({ description: "Whether they administer the instance." }),
    workspaces: z
      .array(z.object({ slug: z.string(), role: values.role }))
      .meta({ description: "Those whose members you may see." }),
  })
  .meta({ id: "User", description: "A person who can sign in, whatever workspaces they are in." });

function show({ row, workspaces }: SeenUser) {
  return { user: row.uid, email: row.email, uuid: row.uuid ?? "", admin: row.admin, workspaces: [...workspaces] };
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
    run: (call) => ({
      body: page(
        listUsers(call),
        call.query,
        ({ uid }) => uid,
        (row) => show(seen(call, row)),
      ),
    }),
  }),
  route({
    method: "get",
    path: "/users/{user}",
    id: "getUser",
    tag: "Users",
    summary: "Get a user",
    result: user,
    refusals: ["not_found"],
    find: (seeker) => findUser(seeker, seeker.param("user")),
    run: (call) => ({ body: show(seen(call, call.found)), etag: stateOf(call.found) }),
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
    find: (seeker) => findUserToDelete(seeker, seeker.param("user")),
    run: async (call) => {
      const find = () => {
        const row = call.again();
        call.checkState(stateOf(row));
        return row;
      };
      return { body: show(await deleteUser(call, call.edit, find)) };
    },
  }),
];
