import { deviceCan, heldBy, heldOnDevice } from "../auth/held.ts";
import { Refusal } from "../base/errors.ts";
import { deviceNamed, fieldNamed, productNamed, type Sight, workspaceNamed } from "../fleet/named.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { ApiUser, DevicePermission, Membership, Token, Workspace, WorkspacePermission } from "../fleet/types.ts";
import { quote } from "../measure/bytes.ts";
import { type Asker, OWNER_OF_THE_FOLDER, type Powers } from "./actor.ts";
import { mayEditProduct } from "./may-edit.ts";

/**
 * From names to what they mean for who asks. What may not be seen is not there (404); what may be seen and not changed is
 * refused (403). All object-level rights of what administrators do are decided here, whichever way they come.
 */

/** What an account may see when it manages; undefined: everything. */
export function sightOf(who: Powers): Sight | undefined {
  if (who === OWNER_OF_THE_FOLDER) return undefined;
  return {
    workspace: (uid) => who.operate || who.inWorkspace(uid),
    product: (product) => seesProduct(who, product),
    device: (device) => seesDevice(who, device),
  };
}
/** Products of which something may be seen; all of a workspace for who manages its devices. */
export function seesProduct(who: Powers, product: ProductNode): boolean {
  return who.seesProduct(product) || who.may(product.row.workspace, "devices");
}
export function seesDevice(who: Powers, device: DeviceNode): boolean {
  return who.mayView(device) || who.mayRecord(device) || who.may(device.product.row.workspace, "devices");
}

/** A workspace that the account belongs to; instance administrators see that there are others. @throws Refusal not_found */
export function findWorkspace({ deps, who }: Asker, slug: string): Workspace {
  return workspaceNamed(deps.directory, slug, sightOf(who.principal));
}
/** A workspace in which who asks has a permission. @throws Refusal not_found, not_permitted */
export function findWorkspaceFor(asker: Asker, slug: string, permission: WorkspacePermission): Workspace {
  const row = findWorkspace(asker, slug);
  if (asker.who.principal.may(row.uid, permission)) return row;
  throw new Refusal("not_permitted", takes(permission, row.slug));
}
/** For its owners and the instance's administrators. @throws Refusal not_found, not_permitted */
export function findWorkspaceToDelete(asker: Asker, slug: string): Workspace {
  const row = findWorkspace(asker, slug);
  const { key, operate } = asker.who.principal;
  const own = asker.deps.directory.membersOf(row.uid).find(({ user }) => key === `u:${user}`);
  if (operate || own?.role === "owner") return row;
  throw new Refusal(
    "not_permitted",
    'Deleting a workspace is for its owners, and for the instance permission "operate".',
  );
}

/** A product that who asks may see. @throws Refusal unknown_product */
export function findProduct({ deps, who }: Asker, slug: string): ProductNode {
  return productNamed(deps.directory, slug, sightOf(who.principal));
}
/** To create and delete devices and products. @throws Refusal unknown_product, not_permitted */
export function findProductToManage(asker: Asker, slug: string): ProductNode {
  const product = findProduct(asker, slug);
  if (asker.who.principal.may(product.row.workspace, "devices")) return product;
  throw new Refusal("not_permitted", takes("devices", product.workspace.slug));
}
/** To change a product and its fields. @throws Refusal unknown_product, not_permitted */
export function findProductToEdit(asker: Asker, slug: string): ProductNode {
  const product = findProduct(asker, slug);
  if (mayEditProduct(asker, product)) return product;
  throw new Refusal(
    "not_permitted",
    `This takes "edit_product" on all of the product, or the permission "devices" in the workspace.`,
  );
}

/** To set how devices that speak otherwise reach a product. @throws Refusal unknown_product, not_permitted */
export function findProductToIntegrate(asker: Asker, slug: string): ProductNode {
  const product = findProduct(asker, slug);
  return asker.who.principal.may(product.row.workspace, "integrations") ? product : findProductToEdit(asker, slug);
}

/** A field of a product that was found. @throws Refusal unknown_field */
export function findField(product: ProductNode, id: string): FieldNode {
  return fieldNamed(product, id);
}

/** By id, then by serial. @throws Refusal unknown_product, unknown_device */
export function findDevice(asker: Asker, slug: string, idOrSerial: string): DeviceNode {
  return deviceNamed(findProduct(asker, slug), idOrSerial, sightOf(asker.who.principal));
}
/** The permissions on a device that who asks has. */
export function permissionsOn({ deps, who }: Asker, device: DeviceNode): Set<DevicePermission> {
  return deviceCan(heldOnDevice(heldBy(deps.directory, who.principal.key), device));
}
/** To change name, serial, tags, location, metadata. @throws Refusal unknown_product, unknown_device, not_permitted */
export function findDeviceToEdit(asker: Asker, slug: string, idOrSerial: string): DeviceNode {
  const device = findDevice(asker, slug, idOrSerial);
  if (asker.who.principal.may(device.product.row.workspace, "devices")) return device;
  if (permissionsOn(asker, device).has("edit_basics")) return device;
  throw new Refusal(
    "not_permitted",
    `This takes "edit_basics" on the device, or the permission "devices" in the workspace.`,
  );
}
/** A device that who asks may delete. @throws Refusal unknown_product, unknown_device, not_permitted */
export function findDeviceToDelete(asker: Asker, slug: string, idOrSerial: string): DeviceNode {
  const device = findDevice(asker, slug, idOrSerial);
  const { product } = device;
  if (asker.who.principal.may(product.row.workspace, "devices")) return device;
  throw new Refusal("not_permitted", takes("devices", product.workspace.slug));
}

/** An API user, by number, for who manages them. @throws Refusal not_found, not_permitted */
export function findApiUser(asker: Asker, slug: string, number: string): { workspace: Workspace; apiUser: ApiUser } {
  const workspace = findWorkspaceFor(asker, slug, "members");
  const apiUser = asker.deps.directory.apiUser(numberOf(number));
  if (apiUser?.workspace === workspace.uid) return { workspace, apiUser };
  throw new Refusal("not_found", `${workspace.slug} has no API user ${quote(number)}.`);
}
/** A token of an API user that who asks may manage. @throws Refusal not_found, not_permitted */
export function findApiUserToken(
  asker: Asker,
  slug: string,
  apiUserNumber: string,
  number: string,
): { workspace: Workspace; apiUser: ApiUser; token: Token } {
  const { workspace, apiUser } = findApiUser(asker, slug, apiUserNumber);
  const token = asker.deps.directory.token(numberOf(number));
  if (token?.apiUser === apiUser.uid) return { workspace, apiUser, token };
  throw new Refusal("not_found", `This API user has no token ${quote(number)}.`);
}
/** A member of a workspace, by the number of the user. @throws Refusal not_found, not_permitted */
export function findMember(asker: Asker, slug: string, number: string): { workspace: Workspace; member: Membership } {
  const workspace = findWorkspace(asker, slug);
  const uid = numberOf(number);
  const own = asker.who.principal.key === `u:${uid}`;
  if (!own) findWorkspaceFor(asker, slug, "members");
  const member = asker.deps.directory.membersOf(workspace.uid).find((m) => m.user === uid);
  if (member) return { workspace, member };
  throw new Refusal("not_found", `${workspace.slug} has no member ${quote(number)}.`);
}

/** The number in an address; 0, which nobody has, when it is none. */
export function numberOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

function takes(permission: WorkspacePermission, workspace: string): string {
  return `This takes the permission "${permission}" in the workspace ${workspace}.`;
}
