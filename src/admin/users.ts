import { Refusal } from "../base/errors.ts";
import { removePerson } from "../fleet/edit/accounts.ts";
import type { FleetRows, Role } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import type { Asker } from "./actor.ts";
import { numberOf } from "./find.ts";
import type { Edit } from "./remove.ts";

/** People who can sign in, whatever workspaces they are in. */

export type User = FleetRows["user"];
/** A user, as far as who asks may see. */
export interface SeenUser {
  readonly row: User;
  readonly workspaces: readonly { readonly slug: string; readonly role: Role }[];
}

/** With the memberships that who asks may see: their own, those of workspaces whose members they may see. */
export function seen({ deps: { directory }, who: { principal } }: Asker, row: User): SeenUser {
  const workspaces = directory.membershipsOf(row.uid).flatMap(({ workspace, role }) => {
    const may = principal.operate || principal.key === `u:${row.uid}` || principal.may(workspace, "members");
    const slug = directory.workspace(workspace)?.slug;
    return may && slug !== undefined ? [{ slug, role }] : [];
  });
  return { row, workspaces };
}
/** Yourself, and whoever shares a workspace in which you may see its members. */
function maySee(asker: Asker, user: User): boolean {
  const { operate, key } = asker.who.principal;
  return operate || key === `u:${user.uid}` || seen(asker, user).workspaces.length > 0;
}
export function listUsers(asker: Asker): User[] {
  return [...asker.deps.directory.users()].filter((user) => maySee(asker, user));
}

/** A user by number, to be seen. @throws Refusal not_found, not_permitted */
export function findUser(asker: Asker, number: string): User {
  const { deps, who } = asker;
  const uid = numberOf(number);
  const user = deps.directory.user(uid);
  if (user && maySee(asker, user)) return user;
  // who shares a workspace with them knows that there are people in it
  if (user && deps.directory.membershipsOf(uid).some(({ workspace }) => who.principal.inWorkspace(workspace)))
    throw new Refusal("not_permitted", 'Seeing users takes the permission "members" in a workspace of theirs.');
  throw new Refusal("not_found", `There is no user ${quote(number)} that you may see.`);
}
/** A user that who asks may delete. @throws Refusal not_found, not_permitted */
export function findUserToDelete(asker: Asker, number: string): User {
  const user = findUser(asker, number);
  if (asker.who.principal.operate) return user;
  throw new Refusal("not_permitted", 'Deleting users takes the instance permission "operate".');
}

/**
 * Deletes a user: tokens, connections and browsers end at once; what they made stays.
 * @param find asked in the turn in which it is decided
 * @returns who it was
 * @throws Refusal last_owner; not_permitted: the last administrator of the instance; and what `find` throws
 */
export function deleteUser(asker: Asker, edit: Edit, find: () => User): Promise<SeenUser> {
  return edit((draft) => {
    const gone = seen(asker, find());
    removePerson(draft, gone.row.uid);
    return gone;
  });
}
