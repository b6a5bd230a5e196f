import { Refusal } from "../base/errors.ts";
import { workspaceNamed } from "../fleet/named.ts";
import { uuidIsTaken } from "../fleet/edit/products.ts";
import { emailOf, RULE } from "../fleet/rules.ts";
import type { FleetChange, Role } from "../fleet/types.ts";
import { type Core, emptyLogin } from "./core.ts";
import type { Links } from "./links.ts";
import { checkPassword, normalPassword } from "./password.ts";
import type { MadeLink } from "./types.ts";

/** An account as who owns the data folder wants it. */
export interface NewAccount {
  readonly email: string;
  readonly admin: boolean;
  /** In lower case; a random one when absent. */
  readonly uuid?: string | undefined;
  /** Slug of one to join, with this role; null: none. */
  readonly workspace: string | null;
  readonly role: Role;
  /** Its password, or a link to set one; absent: neither, until somebody makes one. */
  readonly first?: { readonly password: string } | "link";
}

/**
 * Makes an account with all that it begins with, in one transaction.
 * @throws Refusal weak_password; invalid_request for what is no address; not_found; invalid_fleet when it exists
 */
export async function createAccount(
  core: Core,
  links: Links,
  wish: NewAccount,
): Promise<{ email: string; setup: MadeLink | null }> {
  const { directory, fleet, note, micros } = core.needs;
  const email = emailOf(wish.email);
  if (email === null) throw new Refusal("invalid_request", `"${wish.email}" is not ${RULE.email}.`);
  const { first } = wish;
  const password = typeof first === "object" ? await hashed(core, first.password, email) : null;
  return fleet.edit((draft) => {
    if (directory.userByEmail(email)) throw new Refusal("invalid_fleet", `There is an account ${email} already.`);
    const user = draft.temporary();
    const { admin, uuid } = wish;
    if (uuid !== undefined && [...directory.users()].some((other) => other.uuid === uuid)) throw uuidIsTaken("user");
    draft.drafts.push({
      kind: "user",
      op: "put",
      row: { uid: user, email, admin, ...(uuid !== undefined && { uuid }) },
    });
    if (wish.workspace !== null) {
      const workspace = workspaceNamed(directory, wish.workspace);
      const row = { uid: 0, user, workspace: workspace.uid, role: wish.role };
      draft.drafts.push({ kind: "membership", op: "put", row });
    }
    if (first === undefined) return { email, setup: null };
    const link = first === "link" ? links.draft("setup", email, { user }) : null;
    if (link !== null) draft.accounts.push(...link.changes);
    if (password !== null)
      draft.accounts.push({ op: "login_put", login: { ...emptyLogin(user), password, passwordSet: micros() } });
    const what = link === null ? "set_up" : "link_made";
    draft.notes.push((made) => [note({ what, email, user: uidOf(made, email), address: null })]);
    return { email, setup: link?.made ?? null };
  });
}

async function hashed(core: Core, password: string, email: string): Promise<string> {
  checkPassword(password, email);
  return core.needs.hasher.hash(normalPassword(password), { sender: "", known: true });
}

/** The real uid of an account that a commit makes. */
export function uidOf(made: readonly FleetChange[], email: string): number {
  for (const change of made)
    if (change.kind === "user" && change.op === "put" && change.row.email === email) return change.row.uid;
  throw new Error("the account that was drafted was not made");
}
