import { grantsOfRole, heldBy, mayGive } from "../auth/held.ts";
import { Refusal } from "../base/errors.ts";
import type { DeviceNode } from "../fleet/nodes.ts";
import { DEVICE_PERMISSIONS, type Grant, type Role } from "../fleet/types.ts";
import type { Asker } from "./actor.ts";
import { permissionsOn } from "./find.ts";
import { scopeOf } from "./rights.ts";

/** Nobody gives more than what is their own: as grants, as a role, or by moving a device to where others have rights. */

/** Nobody may give rights, or act for an account with rights, that they do not hold themselves. @throws Refusal not_permitted */
export function checkGiving({ deps, who }: Asker, workspace: number, grants: readonly Grant[]): void {
  const held = heldBy(deps.directory, who.principal.key);
  const tooMuch = grants.findIndex((grant) => !mayGive(deps.directory, held, workspace, grant));
  const grant = grants[tooMuch];
  if (!grant) return;
  const on = scopeOf(deps.directory, grant);
  throw new Refusal(
    "not_permitted",
    `grants[${tooMuch}], on ${on}, has more than what you have yourself; nobody gives more than what is their own.`,
  );
}

/** Nobody may give or take a role with more rights than their own; owners alone make and unmake owners. @throws Refusal not_permitted */
export function checkRole({ deps, who }: Asker, workspace: number, role: Role): void {
  const { key } = who.principal;
  const own = deps.directory.membersOf(workspace).find((m) => `u:${m.user}` === key)?.role;
  if (own === "owner") return;
  const held = heldBy(deps.directory, key);
  if (role !== "owner" && grantsOfRole(role).every((grant) => mayGive(deps.directory, held, workspace, grant))) return;
  throw new Refusal("not_permitted", `You may not give or take the role "${role}": it has more than what you have.`);
}

/**
 * Tags that rights are given on move devices between people's rights. To change them takes what giving rights takes, or
 * having every right on the device oneself, so that nobody gains by it.
 * @throws Refusal not_permitted
 */
export function checkTags(asker: Asker, node: DeviceNode, tags: readonly string[] | undefined): void {
  if (tags === undefined) return;
  const { workspace } = node.product.row;
  const moved = [...tags.filter((t) => !node.row.tags.includes(t)), ...node.row.tags.filter((t) => !tags.includes(t))];
  const carrying = new Set<string>();
  for (const { grants } of asker.deps.directory.apiUsersOf(workspace))
    for (const g of grants) if (g.scope === "tag") carrying.add(g.tag);
  const [found] = moved.filter((t) => carrying.has(t));
  if (found === undefined || asker.who.principal.may(workspace, "members")) return;
  const own = permissionsOn(asker, node);
  if (DEVICE_PERMISSIONS.every((permission) => own.has(permission))) return;
  throw new Refusal(
    "not_permitted",
    `Rights are given on the tag ${JSON.stringify(found)}: changing it takes the permission "members", or every right on the device.`,
  );
}
