import type { Principal } from "../auth/principal.ts";
import type { BrokerContext } from "./context.ts";

/**
 * To whom the share name of a shared subscription belongs (wire contract section 6): to the workspace of the account;
 * for a person in several, to that of the product that the filter names; otherwise to the account alone.
 * @param filter as the platform reads it, without $share/<name>/
 * @returns "w:<workspace uid>", or the principal's key
 */
export function scopeOf(context: BrokerContext, principal: Principal, filter: string): string {
  const [first, second] = principal.workspaces;
  if (first !== undefined && second === undefined) return `w:${first}`;
  const { product } = context.topics.classifyFilter(filter);
  const workspace = product === null ? undefined : context.directory.product(product)?.row.workspace;
  return workspace !== undefined && principal.inWorkspace(workspace) ? `w:${workspace}` : principal.key;
}
