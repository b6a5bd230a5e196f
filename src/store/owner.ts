/** Key of an account: a person's, or an API user's, with its uid. */
const ACCOUNT = /^[ua]:\d{1,15}$/;
/** To whom a share name belongs: a workspace, or one account (wire contract section 6). */
const SCOPE = /^[wua]:\d{1,15}$/;
/** What the principal of a stored session's row begins with that is a shared subscription, and no session. */
const GROUP = "g:";

/** Whether this is the key of an account, as it stands with sessions, refusals and events. */
export function isAccountKey(text: string): boolean {
  return ACCOUNT.test(text);
}

/** Whose a row among the stored sessions is. */
export type Owner =
  | { readonly kind: "account"; readonly key: string }
  /** A shared subscription; `scope`: to whom its name belongs. */
  | { readonly kind: "group"; readonly scope: string };

/** Reads the principal of a stored session's row; null: the program never writes such a one. */
export function ownerOf(principal: string): Owner | null {
  if (isAccountKey(principal)) return { kind: "account", key: principal };
  if (!principal.startsWith(GROUP)) return null;
  const scope = principal.slice(GROUP.length);
  return SCOPE.test(scope) ? { kind: "group", scope } : null;
}

/** The principal of the row of a shared subscription. */
export function groupPrincipal(scope: string): string {
  return GROUP + scope;
}
