import type { Principal } from "../../auth/principal.ts";
import type { AlertNeeds } from "./needs.ts";
import type { ActingRule } from "./types.ts";

/** Whose rights a rule has at this moment; null: the account is gone. */
export function principalFor(
  { authority }: Pick<AlertNeeds, "authority">,
  { account: { user, apiUser } }: Pick<ActingRule, "account">,
): Principal | null {
  if (user !== null) return authority.principalOf(`u:${user}`) ?? null;
  return apiUser === null ? authority.localOwner() : (authority.principalOf(`a:${apiUser}`) ?? null);
}
