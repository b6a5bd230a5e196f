import type { FleetService } from "../fleet/service.ts";
import { isAccountKey } from "../store/owner.ts";

/** The names of accounts, and accounts by their names. */
export type AccountNames = Pick<FleetService, "accountKey" | "accountName">;

/** Key of an account, from its key or its name (e-mail address, name@workspace). @throws Refusal not_found, invalid_request */
export function accountKeyOf(fleet: AccountNames, account: string): string {
  return isAccountKey(account) ? account : fleet.accountKey(account);
}
