import { Refusal } from "../base/errors.ts";
import type { Draughtsman } from "./plan-draft.ts";
import type { WebhookAccount } from "./types.ts";

/**
 * The account whose rights a webhook or a rule has: an account of the file, or of the fleet.
 * @param account an e-mail address, or an API user; null: whoever has the data folder; undefined: nothing is said @param known as it was
 * @throws Refusal invalid_fleet
 */
export function fileAccount(
  draft: Draughtsman,
  account: string | null | undefined,
  known: WebhookAccount | undefined,
  workspace: number,
  at: string,
): WebhookAccount {
  if (account === undefined) return known ?? { user: null, apiUser: null };
  if (account === null) return { user: null, apiUser: null };
  const { directory, drafts } = draft;
  const slug = account.lastIndexOf("@") < 0 ? null : account.slice(account.lastIndexOf("@") + 1);
  const name =
    slug !== null && draft.findWorkspace(slug) === workspace ? account.slice(0, account.lastIndexOf("@")) : account;
  for (const draft of drafts) {
    if (draft.op !== "put") continue;
    if (draft.kind === "apiUser" && draft.row.workspace === workspace && draft.row.name === name)
      return { user: null, apiUser: draft.row.uid };
    if (draft.kind === "user" && draft.row.email === account.toLowerCase())
      return { user: draft.row.uid, apiUser: null };
  }
  const apiUser = directory.apiUsersOf(workspace).find((one) => one.name === name);
  if (apiUser !== undefined) return { user: null, apiUser: apiUser.uid };
  const user = directory.userByEmail(account.toLowerCase());
  if (user !== undefined) return { user: user.uid, apiUser: null };
  throw new Refusal("invalid_fleet", `${at}.account: there is no user and no API user of the workspace "${account}"`);
}
