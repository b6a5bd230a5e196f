import type { Principal } from "../../auth/principal.ts";
import type { AlertNeeds } from "./needs.ts";
import type { ActingRule } from "./types.ts";

/** Whose rights a rule has at this moment; null: the account is gone, or no member any more. */
export function principalFor(
  { authority }: Pick<AlertNeeds, "authority">,
  { account: { user, apiUser }, workspace }: Pick<ActingRule, "account" | "workspace">,
): Principal | null {
  if (user === null && apiUser === null) return authority.localOwner(workspace);
  const principal = authority.principalOf(user === null ? `a:${apiUser}` : `u:${user}`);
  // who left the workspace has free topics of another one, where nothing of this rule belongs
  return principal?.inWorkspace(workspace) ? principal : null;
}
