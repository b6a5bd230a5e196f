import type { AccountChange } from "./ports.ts";

const KEPT: ReadonlySet<AccountChange["op"]> = new Set([
  "sign_in_put",
  "sign_in_used",
  "sign_in_delete",
  "sign_ins_delete",
  "ticket_put",
]);

/** Of changes to how people sign in those that nodes keep in memory: of browsers that are signed in. No password is in them, and no secret but as its hash. */
export function keptOf(accounts: readonly AccountChange[]): AccountChange[] {
  return accounts.filter(({ op }) => KEPT.has(op));
}
