import { z } from "zod";
import { Refusal } from "../base/errors.ts";
import { removePerson } from "../fleet/edit/accounts.ts";
import type { FleetRows, Role } from "../fleet/types.ts";
import type { OperationsDeps } from "./types.ts";

/** Accounts of people, for administrators: who there is, and taking somebody out. */

type User = FleetRows["user"];

const name = z.string().min(1).max(512);
export const schemas = {
  list: z.strictObject({ workspace: name.optional() }),
  one: z.strictObject({ email: name }),
};

export interface AccountInfo {
  readonly email: string;
  readonly admin: boolean;
  readonly workspaces: readonly { readonly slug: string; readonly role: Role }[];
  /** Personal tokens. */
  readonly tokens: number;
}

function accountOf({ directory }: OperationsDeps, user: User): AccountInfo {
  const workspaces = directory
    .membershipsOf(user.uid)
    .map(({ workspace, role }) => ({ slug: directory.workspace(workspace)?.slug ?? "?", role }));
  return { email: user.email, admin: user.admin, workspaces, tokens: directory.tokensOf(`u:${user.uid}`).length };
}
function find({ directory }: OperationsDeps, wish: string): User {
  const user = directory.userByEmail(wish.trim().toLowerCase());
  if (user) return user;
  throw new Refusal("not_found", `There is no account of "${wish}".`);
}

/** @throws Refusal not_found: no such workspace */
export function listAccounts(deps: OperationsDeps, { workspace }: z.output<typeof schemas.list>): AccountInfo[] {
  const { directory } = deps;
  if (workspace !== undefined && ![...directory.workspaces()].some(({ slug }) => slug === workspace))
    throw new Refusal("not_found", `There is no workspace with the slug "${workspace}".`);
  return [...directory.users()]
    .map((user) => accountOf(deps, user))
    .filter(({ workspaces }) => workspace === undefined || workspaces.some(({ slug }) => slug === workspace))
    .sort((a, b) => (a.email < b.email ? -1 : 1));
}

/** What goes with an account, in sentences. @throws Refusal not_found */
export function describeAccount(deps: OperationsDeps, wish: z.output<typeof schemas.one>): string[] {
  const { email: address, workspaces, tokens } = accountOf(deps, find(deps, wish.email));
  const places = workspaces.map(({ slug, role }) => `${slug} (${role})`);
  return [
    `The account ${address} will be deleted.`,
    ...(places.length > 0 ? [`It is in ${places.join(", ")}.`] : []),
    `Its ${tokens === 1 ? "token ends" : `${tokens} tokens end`} at once, and so do its connections and browsers; what it made stays.`,
    "This cannot be undone.",
  ];
}

/** @throws Refusal not_found, last_owner; not_permitted: the last administrator of the instance */
export function deleteAccount(deps: OperationsDeps, wish: z.output<typeof schemas.one>): Promise<{ email: string }> {
  return deps.fleet.edit((draft) => {
    const user = find(deps, wish.email);
    removePerson(draft, user.uid);
    return { email: user.email };
  });
}
