import { z } from "zod";
import { plural } from "../base/words.ts";
import { workspaceNamed } from "../fleet/named.ts";
import { ROLES, type Role } from "../fleet/types.ts";
import { atTheCommandLine } from "./actor.ts";
import type { Edit } from "./remove.ts";
import { deleteUser, listUsers, seen, type User } from "./users.ts";
import { checked } from "./checked.ts";
import { noUser } from "./shared.ts";
import { uuidGiven } from "./integration-values.ts";
import * as values from "./values.ts";
import type { OperationsDeps } from "./types.ts";

/** Accounts of people, for administrators: who there is, and taking somebody out. */

const schemas = {
  setupLink: z.strictObject({ email: values.named.optional() }),
  create: z.strictObject({
    email: values.named,
    admin: z.boolean().default(false),
    workspace: values.named.optional(),
    role: z.enum(ROLES).default("member"),
    password: z.string().max(1024).optional(),
    uuid: uuidGiven.optional(),
  }),
  list: z.strictObject({ workspace: values.named.optional() }),
  one: z.strictObject({ email: values.named }),
};

/** Managing the users of the instance. @throws Refusal not_found, invalid_request, weak_password, last_owner, not_permitted, storage_unavailable */
export function accountOperations(deps: OperationsDeps) {
  return {
    setupLink: checked(schemas.setupLink, ({ email }) => deps.people.links.makeSetup(email ?? null)),
    accountCreate: checked(schemas.create, (wish) => createAccount(deps, wish)),
    accountList: checked(schemas.list, async (wish) => listAccounts(deps, wish)),
    accountDescribe: checked(schemas.one, async (wish) => describeAccount(deps, wish)),
    accountDelete: checked(schemas.one, (wish) => deleteAccount(deps, wish)),
  };
}

/** Makes an account, with a password or a link to set one. */
async function createAccount({ people }: OperationsDeps, wish: z.output<typeof schemas.create>) {
  const { email, admin, role, password, workspace = null, uuid } = wish;
  return people.create({ email, admin, workspace, role, uuid, first: password === undefined ? "link" : { password } });
}

export interface AccountInfo {
  readonly email: string;
  readonly admin: boolean;
  readonly workspaces: readonly { readonly slug: string; readonly role: Role }[];
  /** Personal tokens. */
  readonly tokens: number;
}

function accountOf(deps: OperationsDeps, user: User): AccountInfo {
  const { row, workspaces } = seen(atTheCommandLine(deps), user);
  return { email: row.email, admin: row.admin, workspaces, tokens: deps.directory.tokensOf(`u:${row.uid}`).length };
}
function find({ directory }: OperationsDeps, wish: string): User {
  const user = directory.userByEmail(wish.trim().toLowerCase());
  if (user) return user;
  throw noUser(wish);
}

/** @throws Refusal not_found: no such workspace */
function listAccounts(deps: OperationsDeps, { workspace }: z.output<typeof schemas.list>): AccountInfo[] {
  const { directory } = deps;
  if (workspace !== undefined) workspaceNamed(directory, workspace);
  return listUsers(atTheCommandLine(deps))
    .map((user) => accountOf(deps, user))
    .filter(({ workspaces }) => workspace === undefined || workspaces.some(({ slug }) => slug === workspace))
    .sort((a, b) => (a.email < b.email ? -1 : 1));
}

/** What goes with an account, in sentences. @throws Refusal not_found */
function describeAccount(deps: OperationsDeps, wish: z.output<typeof schemas.one>): string[] {
  const { email: address, workspaces, tokens } = accountOf(deps, find(deps, wish.email));
  const places = workspaces.map(({ slug, role }) => `${slug} (${role})`);
  return [
    `The user ${address} will be deleted.`,
    ...(places.length > 0 ? [`They are in ${places.join(", ")}.`] : []),
    `Their ${tokens > 0 ? `${plural(tokens, "token")}, ` : ""}connections and browsers end at once; what they made stays.`,
    "This cannot be undone.",
  ];
}

/** @throws Refusal not_found, last_owner; not_permitted: the last administrator of the instance */
async function deleteAccount(deps: OperationsDeps, wish: z.output<typeof schemas.one>): Promise<{ email: string }> {
  const edit: Edit = (decide) => deps.fleet.edit(decide);
  const { row } = await deleteUser(atTheCommandLine(deps), edit, () => find(deps, wish.email));
  return { email: row.email };
}
