import type { Look } from "../kind.ts";
import type { WebhookAccount } from "../webhook-rows.ts";

/** The account whose rights a webhook or a rule has, as a column. It is no reference: when it goes the row stays, without rights. */

/** Of the audit log. */
export function accountName({ user, apiUser }: WebhookAccount, look: Look): string {
  if (user !== null) return look.name("user", user) ?? "an account that is gone";
  return apiUser === null
    ? "the owner of the data folder"
    : (look.name("apiUser", apiUser) ?? "an account that is gone");
}
/** Read without trust; null: it cannot be that. */
export function accountOf(value: unknown): WebhookAccount | null {
  if (typeof value !== "object" || value === null) return null;
  const { user, apiUser }: { user?: unknown; apiUser?: unknown } = value;
  const is = (uid: unknown): uid is number | null => uid === null || Number.isSafeInteger(uid);
  return is(user) && is(apiUser) ? { user, apiUser } : null;
}
