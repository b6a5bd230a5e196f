import { Refusal } from "../../../base/errors.ts";
import type { AccountChange, Basis, StoredPreference } from "../../ports.ts";
import { linkTo, loginTo, signInTo } from "./account-rows.ts";
import type { Telling } from "./commit.ts";
import { replace } from "./replace.ts";
import type { FleetTransaction } from "./schema.ts";

/** What nobody decides on, and no node keeps in memory. */
const QUIET: ReadonlySet<AccountChange["op"]> = new Set(["preference_put", "preference_delete", "expire"]);

/** What nodes are to know of such changes; null: nothing. */
export function tellingOf(accounts: readonly AccountChange[], basis: Basis | null): Telling | null {
  if (accounts.every(({ op }) => QUIET.has(op))) return null;
  return { changes: [], created: [], accounts, basis };
}

/** Changes how people sign in, in the caller's transaction. @throws Refusal link_over */
export async function changeAccounts(trx: FleetTransaction, changes: readonly AccountChange[]): Promise<void> {
  for (const change of changes) if (change.op !== "ticket_put") await write(trx, change);
}
async function write(trx: FleetTransaction, change: Exclude<AccountChange, { op: "ticket_put" }>): Promise<void> {
  switch (change.op) {
    case "login_put":
      await replace(trx, "login", ["account"], loginTo(change.login));
      return;
    case "sign_in_put":
      await replace(trx, "sign_in", ["hash"], signInTo(change.signIn));
      return;
    case "sign_in_used":
      return useSignIn(trx, change);
    case "sign_in_delete":
      await trx.deleteFrom("sign_in").where("hash", "=", change.hash).execute();
      return;
    case "sign_ins_delete": {
      const all = trx.deleteFrom("sign_in").where("account", "=", change.user);
      await (change.except === null ? all : all.where("hash", "<>", change.except)).execute();
      return;
    }
    case "link_put":
      await replace(trx, "link", ["hash"], linkTo(change.link));
      return;
    case "link_take": {
      const { numDeletedRows } = await trx.deleteFrom("link").where("hash", "=", change.hash).executeTakeFirst();
      if (numDeletedRows === 0n) throw new Refusal("link_over", "This link was used, or has been replaced by another.");
      return;
    }
    case "links_delete":
      await trx.deleteFrom("link").where("account", "=", change.user).where("kind", "=", change.kind).execute();
      return;
    case "invitations_delete":
      await trx
        .deleteFrom("link")
        .where("workspace", "=", change.workspace)
        .where("email", "=", change.email)
        .where("kind", "=", "invitation")
        .execute();
      return;
    case "identity_put": {
      const { user: account, ...rest } = change.identity;
      await replace(trx, "identity", ["issuer", "subject"], { ...rest, account });
      return;
    }
    case "identity_delete": {
      const own = trx.deleteFrom("identity").where("subject", "=", change.subject);
      await own.where("issuer", "=", change.issuer).execute();
      return;
    }
    case "preference_put":
      return putPreference(trx, change.preference);
    case "preference_delete":
      return dropPreference(trx, change);
    case "expire":
      await trx.deleteFrom("sign_in").where("expires", "<", change.before).execute();
      await trx.deleteFrom("link").where("expires", "<", change.before).execute();
      return;
    default:
      change satisfies never;
  }
}

async function useSignIn(trx: FleetTransaction, { hash, lastUsed }: { hash: string; lastUsed: number }): Promise<void> {
  const known = trx.updateTable("sign_in").set({ last_used: lastUsed }).where("hash", "=", hash);
  await known.where("last_used", "<", lastUsed).execute();
}
async function putPreference(trx: FleetTransaction, preference: StoredPreference): Promise<void> {
  await dropPreference(trx, preference);
  const { user, ...row } = preference;
  await trx
    .insertInto("preference")
    .values({ ...row, account: user })
    .execute();
}
async function dropPreference(
  trx: FleetTransaction,
  { user, workspace, name }: Pick<StoredPreference, "user" | "workspace" | "name">,
): Promise<void> {
  const own = trx.deleteFrom("preference").where("account", "=", user).where("name", "=", name);
  await (workspace === null ? own.where("workspace", "is", null) : own.where("workspace", "=", workspace)).execute();
}
