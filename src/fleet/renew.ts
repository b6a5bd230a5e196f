import type { Draughtsman } from "./plan-draft.ts";
import type { Token } from "./types.ts";

/** A token that takes the place of one that nobody has seen. */
export interface Renewed {
  /** For the person. */
  readonly owner: string;
  readonly token: string;
  /** The one that goes. */
  readonly old: Token;
}

/**
 * Drafts a new token in place of each of these, for the same account, with the same name and end.
 * @param hashes of tokens; what is not there any more is passed over
 */
export function renewTokens(draft: Draughtsman, hashes: readonly string[]): Renewed[] {
  const { directory } = draft;
  return hashes.flatMap((hash) => {
    const old = directory.tokenByHash(hash);
    if (!old) return [];
    const { user, apiUser, name, expires, uid } = old;
    draft.drafts.push({ kind: "token", op: "delete", uid });
    draft.token({ user, apiUser, title: titleOf(draft, old), name }, undefined, expires);
    const made = draft.newTokens.at(-1);
    return made ? [{ ...made, old }] : [];
  });
}

function titleOf({ directory }: Draughtsman, { user, apiUser }: Token): string {
  if (user !== null) return `user ${directory.user(user)?.email ?? user}`;
  const row = directory.apiUser(apiUser ?? 0);
  return `API user "${row?.name ?? apiUser}" of ${directory.workspace(row?.workspace ?? 0)?.slug ?? "?"}`;
}
