import { Refusal } from "../base/errors.ts";
import { accountNameOf } from "./account-name.ts";
import { type Directory, ownerKey } from "./directory.ts";
import { hashToken, isTokenForm } from "./token.ts";
import type { Token } from "./types.ts";

/** The account that a person means. @throws Refusal not_found, invalid_request */
export function ownerMeant(directory: Directory, text: string): { user: number | null; apiUser: number | null } {
  const user = directory.userByEmail(text.trim().toLowerCase());
  if (user) return { user: user.uid, apiUser: null };
  const at = text.lastIndexOf("@");
  const workspace = at < 0 ? undefined : directory.workspaceBySlug(text.slice(at + 1));
  const inWorkspace = workspace ? directory.apiUsersOf(workspace.uid) : [];
  const exact = inWorkspace.filter((a) => a.name === text.slice(0, at));
  const named = exact.length > 0 ? exact : [...directory.apiUsers()].filter((a) => a.name === text);
  const [apiUser] = named;
  if (!apiUser) {
    throw new Refusal(
      "not_found",
      `There is no user and no API user "${text}". Give an e-mail address, or an API user as name@workspace.`,
    );
  }
  if (named.length > 1) {
    const ways = named.map((a) => `"${accountNameOf(directory, `a:${a.uid}`)}"`).join(" or ");
    throw new Refusal("invalid_request", `Several API users have this name. Write ${ways}.`);
  }
  return { user: null, apiUser: apiUser.uid };
}

/** The token that a person means. @throws Refusal not_found, invalid_request */
export function tokenMeant(directory: Directory, which: string): Token {
  if (isTokenForm(which)) {
    const token = directory.tokenByHash(hashToken(which));
    if (!token) throw new Refusal("not_found", "This token is not known here.");
    return token;
  }
  const all = [...directory.tokens()];
  const found = which.startsWith("#")
    ? all.filter((t) => `#${t.uid}` === which)
    : all.filter((t) => t.hint === which || String(t.uid) === which);
  const [token] = found;
  if (!token) {
    throw new Refusal("not_found", "There is no such token. Give its number, its last four characters, or all of it.");
  }
  if (found.length > 1) {
    const ways = found.map((t) => `#${t.uid} (${accountNameOf(directory, ownerKey(t))})`).join(" or ");
    throw new Refusal("invalid_request", `Several tokens match. Give the number: ${ways}.`);
  }
  return token;
}
