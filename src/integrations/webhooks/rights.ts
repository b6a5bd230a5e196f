import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Webhook } from "../../fleet/types.ts";
import type { WebhookNeeds } from "./needs.ts";

/** Which devices a webhook's account may view at this moment; null: the account is gone. */
export function viewOf(
  { authority }: Pick<WebhookNeeds, "authority">,
  row: Webhook,
): ((device: DeviceNode) => boolean) | null {
  const key = accountKeyOf(row);
  // whoever has the data folder: all of the workspace
  if (key === null) return ({ product }) => product.row.workspace === row.workspace;
  const principal = authority.principalOf(key);
  return principal === undefined ? null : (device) => principal.mayView(device);
}
/** Null: nobody's, the folder's owner. */
export function accountKeyOf({ account: { user, apiUser } }: Pick<Webhook, "account">): string | null {
  if (user !== null) return `u:${user}`;
  return apiUser === null ? null : `a:${apiUser}`;
}
