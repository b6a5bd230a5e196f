import type { Authority } from "../auth/authority.ts";
import type { Principal } from "../auth/principal.ts";
import type { Directory } from "../fleet/directory.ts";

/** An API user: slug of its workspace, and its name there. */
interface ApiUserName {
  readonly workspace: string;
  readonly name: string;
}
export interface AnonymousRule extends ApiUserName {
  /** Also for clients that are not on this machine. */
  readonly anywhere: boolean;
}

/** The key of the API user with this name; null: there is none. */
export function apiUserKey(rule: ApiUserName, directory: Directory): string | null {
  const workspace = directory.workspaceBySlug(rule.workspace);
  if (!workspace) return null;
  const user = directory.apiUsersOf(workspace.uid).find(({ name }) => name === rule.name);
  return user ? `a:${user.uid}` : null;
}

/**
 * Who a client without credentials acts as (wire contract section 2): exactly the API user that the setting names, looked
 * up at each login, so that a deleted or renamed one lets nobody in.
 */
export function anonymousLogin(
  rule: AnonymousRule | null,
  directory: Directory,
  authority: Authority,
): (local: boolean) => Principal | null {
  return (local) => {
    if (rule === null || (!rule.anywhere && !local)) return null;
    const key = apiUserKey(rule, directory);
    const principal = key === null ? undefined : authority.principalOf(key);
    return principal?.mqtt ? principal : null;
  };
}
