import type { Principal } from "../../auth/principal.ts";
import { deviceCan, heldBy, heldOnDevice, heldOnProduct } from "../../auth/held.ts";
import { Refusal } from "../../base/errors.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../../fleet/nodes.ts";
import type {
  ApiUser,
  DevicePermission,
  Membership,
  Token,
  Workspace,
  WorkspacePermission,
} from "../../fleet/types.ts";
import { quote } from "../../measure/bytes.ts";
import type { Seeker } from "./route.ts";

/**
 * From the names in an address to what they mean for who asks. What may not be seen is not there (404); what may be seen
 * and not changed is refused (403). All object-level rights of the API are decided here.
 */

/** A workspace that the account belongs to; instance administrators see that there are others. @throws not_found */
export function findWorkspace({ deps, who, param }: Seeker): Workspace {
  const slug = param("workspace");
  const row = deps.directory.workspaceBySlug(slug);
  if (row && (who.principal.inWorkspace(row.uid) || who.principal.operate)) return row;
  throw new Refusal("not_found", `There is no workspace ${quote(slug)} that you may see.`);
}

/** @throws Refusal not_found, not_permitted */
export function findWorkspaceFor(seeker: Seeker, permission: WorkspacePermission): Workspace {
  const row = findWorkspace(seeker);
  if (seeker.who.principal.may(row.uid, permission)) return row;
  throw new Refusal("not_permitted", `This takes the permission "${permission}" in the workspace ${row.slug}.`);
}

/** For its owners and the instance's administrators. @throws Refusal not_found, not_permitted */
export function findWorkspaceToDelete(seeker: Seeker): Workspace {
  const row = findWorkspace(seeker);
  const { key, operate } = seeker.who.principal;
  const own = seeker.deps.directory.membersOf(row.uid).find(({ user }) => key === `u:${user}`);
  if (operate || own?.role === "owner") return row;
  throw new Refusal(
    "not_permitted",
    'Deleting a workspace is for its owners, and for the instance permission "operate".',
  );
}

/** Products of which something may be seen; all of a workspace for who manages its devices. */
export function seesProduct(principal: Principal, product: ProductNode): boolean {
  return principal.seesProduct(product) || principal.may(product.row.workspace, "devices");
}
export function seesDevice(principal: Principal, device: DeviceNode): boolean {
  return (
    principal.mayView(device) || principal.mayRecord(device) || principal.may(device.product.row.workspace, "devices")
  );
}

/** @throws Refusal unknown_product */
export function findProduct({ deps, who, param }: Seeker): ProductNode {
  const slug = param("product");
  const product = deps.directory.product(slug);
  if (product && seesProduct(who.principal, product)) return product;
  throw new Refusal("unknown_product", `There is no product ${quote(slug)} that you may see.`);
}

/** To create and delete devices and products. @throws Refusal unknown_product, not_permitted */
export function findProductToManage(seeker: Seeker): ProductNode {
  const product = findProduct(seeker);
  if (seeker.who.principal.may(product.row.workspace, "devices")) return product;
  const { slug } = product.workspace;
  throw new Refusal("not_permitted", `This takes the permission "devices" in the workspace ${slug}.`);
}

/** To change a product and its fields. @throws Refusal unknown_product, not_permitted */
export function findProductToEdit(seeker: Seeker): ProductNode {
  const product = findProduct(seeker);
  const { deps, who } = seeker;
  if (who.principal.may(product.row.workspace, "devices")) return product;
  if (deviceCan(heldOnProduct(heldBy(deps.directory, who.principal.key), product)).has("edit_product")) return product;
  throw new Refusal(
    "not_permitted",
    `This takes "edit_product" on all of the product, or the permission "devices" in the workspace.`,
  );
}

/** A field of a product that was found. @throws Refusal unknown_field */
export function findField({ param }: Seeker, product: ProductNode): FieldNode {
  const field = product.fields.get(param("field").toUpperCase());
  if (field) return field;
  throw new Refusal("unknown_field", `${product.row.slug} has no field ${quote(param("field"))}.`);
}

/** By id, then by serial. @throws Refusal unknown_product, unknown_device */
export function findDevice(seeker: Seeker): DeviceNode {
  const product = findProduct(seeker);
  const device = product.device(seeker.param("device"));
  if (device && seesDevice(seeker.who.principal, device)) return device;
  const what = quote(seeker.param("device"));
  throw new Refusal("unknown_device", `${product.row.slug} has no device ${what} that you may see.`);
}

/** The permissions that who asks has on a device. */
export function permissionsOn({ deps, who }: Seeker, device: DeviceNode): Set<DevicePermission> {
  return deviceCan(heldOnDevice(heldBy(deps.directory, who.principal.key), device));
}

/** To change name, serial, tags, location, metadata. @throws Refusal unknown_product, unknown_device, not_permitted */
export function findDeviceToEdit(seeker: Seeker): DeviceNode {
  const device = findDevice(seeker);
  if (seeker.who.principal.may(device.product.row.workspace, "devices")) return device;
  if (permissionsOn(seeker, device).has("edit_basics")) return device;
  throw new Refusal(
    "not_permitted",
    `This takes "edit_basics" on the device, or the permission "devices" in the workspace.`,
  );
}

/** @throws Refusal unknown_product, unknown_device, not_permitted */
export function findDeviceToDelete(seeker: Seeker): DeviceNode {
  const device = findDevice(seeker);
  const { product } = device;
  if (seeker.who.principal.may(product.row.workspace, "devices")) return device;
  throw new Refusal("not_permitted", `This takes the permission "devices" in the workspace ${product.workspace.slug}.`);
}

/** An API user, by number, for who manages them. @throws Refusal not_found, not_permitted */
export function findApiUser(seeker: Seeker): { workspace: Workspace; apiUser: ApiUser } {
  const workspace = findWorkspaceFor(seeker, "members");
  const apiUser = seeker.deps.directory.apiUser(numberOf(seeker.param("api_user")));
  if (apiUser?.workspace === workspace.uid) return { workspace, apiUser };
  throw new Refusal("not_found", `${workspace.slug} has no API user ${quote(seeker.param("api_user"))}.`);
}

/** @throws Refusal not_found, not_permitted */
export function findApiUserToken(seeker: Seeker): { workspace: Workspace; apiUser: ApiUser; token: Token } {
  const { workspace, apiUser } = findApiUser(seeker);
  const token = seeker.deps.directory.token(numberOf(seeker.param("token")));
  if (token?.apiUser === apiUser.uid) return { workspace, apiUser, token };
  throw new Refusal("not_found", `This API user has no token ${quote(seeker.param("token"))}.`);
}

/** A person in a workspace, by number. @throws Refusal not_found, not_permitted */
export function findMember(seeker: Seeker): { workspace: Workspace; member: Membership } {
  const workspace = findWorkspace(seeker);
  const uid = numberOf(seeker.param("member"));
  const own = seeker.who.principal.key === `u:${uid}`;
  if (!own) findWorkspaceFor(seeker, "members");
  const member = seeker.deps.directory.membersOf(workspace.uid).find((m) => m.user === uid);
  if (member) return { workspace, member };
  throw new Refusal("not_found", `${workspace.slug} has no member ${quote(seeker.param("member"))}.`);
}

/** The number in an address; 0, which nobody has, when it is none. */
export function numberOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
