import { findProductToEdit } from "../../admin/find.ts";
import { deviceCan, heldBy, heldOnDevice } from "../../auth/held.ts";
import { Refusal } from "../../base/errors.ts";
import { Turns } from "../../base/turns.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../../fleet/nodes.ts";
import type { DevicePermission, Workspace } from "../../fleet/types.ts";
import { devicesFor } from "../kit/pages.ts";
import { type GraphContext, failure, mayShow, principalOf } from "./context.ts";

/**
 * Everything of the fleet that an answer may show is found here, and only what who asks may see: resolvers never look at rights.
 * What is not there and what may not be seen are the same: null, or left out.
 */

/** The workspaces of who asks, in the order in which they were made. */
export function workspacesOf(context: GraphContext): Workspace[] {
  const { directory } = context.deps;
  const uids = [...(principalOf(context)?.workspaces ?? [])].sort((a, b) => a - b);
  return uids.map((uid) => directory.workspace(uid)).filter((row) => row !== undefined);
}
/** By UUID or slug. */
export function workspaceNamed(context: GraphContext, name: string | null | undefined): Workspace | null {
  if (name == null || name === "") return null;
  const lower = name.toLowerCase();
  return workspacesOf(context).find(({ uuid, slug }) => uuid === lower || slug === name) ?? null;
}

/** Products of which who asks may read something. @param workspace null: of all */
export function productsOf(context: GraphContext, workspace: Workspace | null): ProductNode[] {
  const { directory } = context.deps;
  return (workspace === null ? workspacesOf(context) : [workspace])
    .flatMap(({ uid }) => directory.productsOf(uid))
    .filter((product) => sees(context, product));
}
/** Who records and may not read sees no product here, as on the platform. */
export function sees(context: GraphContext, product: ProductNode): boolean {
  const principal = principalOf(context);
  const { workspace, slug } = product.row;
  if (principal === null || product.deleted || !principal.inWorkspace(workspace)) return false;
  return principal.couldEverView({ product: slug, device: null }) || principal.may(workspace, "devices");
}
/** Whether who asks may change a product: its decoder and the address that takes measurements for it are shown only then. */
export function mayEditProduct({ deps, who }: GraphContext, product: ProductNode): boolean {
  if (who === null) return false;
  try {
    findProductToEdit({ deps, who }, product.row.slug);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
/** By UUID or slug. */
export function productNamed(context: GraphContext, name: string | null | undefined): ProductNode | null {
  if (name == null || name === "") return null;
  const { directory } = context.deps;
  const product = directory.productKeys.byUuid(name.toLowerCase()) ?? directory.product(name);
  return product && sees(context, product) ? product : null;
}

/**
 * A device by id, then by serial; in a workspace, or anywhere.
 * @throws GraphQLError CANNOT_PERFORM_OPERATION: several are meant
 */
export function deviceNamed(context: GraphContext, name: string | null | undefined, workspace: number | null = null) {
  if (name == null || name === "") return null;
  const seen = context.deps.directory
    .devicesNamed(name)
    .filter((one) => mayShow(context, one) && (workspace === null || one.product.row.workspace === workspace));
  const byId = seen.filter(({ row }) => row.id === name);
  const [found = null, ...more] = byId.length > 0 ? byId : seen;
  if (more.length === 0) return found;
  const slugs = [found, ...more.slice(0, 4)].map((one) => one?.product.row.slug).join(", ");
  throw failure(
    "CANNOT_PERFORM_OPERATION",
    `Several devices that you may see are called so, in the products ${slugs}. Use a token that may see only one of them.`,
  );
}
/** A device with this serial, or else this id, in a workspace. */
export function deviceWithSerial(context: GraphContext, serial: string, workspace: number): DeviceNode | null {
  const seen = context.deps.directory
    .devicesNamed(serial)
    .filter((one) => one.product.row.workspace === workspace && mayShow(context, one));
  return seen.find(({ row }) => row.serial === serial) ?? seen[0] ?? null;
}

/** All devices that may be read and are wanted, in the order in which they were made. */
export async function devicesWhere(
  context: GraphContext,
  product: ProductNode | null,
  wanted: (device: DeviceNode) => boolean,
): Promise<DeviceNode[]> {
  const principal = principalOf(context);
  if (principal === null) return [];
  const turns = new Turns();
  const found: DeviceNode[] = [];
  for (const device of devicesFor(context.deps.directory, principal, product, 0)) {
    if (turns.due) await turns.next();
    if (!device.deleted && principal.mayView(device) && wanted(device)) found.push(device);
  }
  return found.filter((device) => mayShow(context, device));
}

/** A field by its UUID, of a product that may be seen. */
export function fieldWithUuid(context: GraphContext, uuid: string): FieldNode | null {
  const lower = uuid.toLowerCase();
  for (const product of productsOf(context, null))
    for (const field of product.fields.values()) if (field.row.uuid === lower) return field;
  return null;
}
/** The fields that take measurements. */
export function activeFields(product: ProductNode): FieldNode[] {
  return [...product.fields.values()].filter(({ row }) => row.active !== false);
}

/** What who asks may do on a device, by the platform's names; to view is none of them. */
export function permissionsOn({ deps, who }: GraphContext, device: DeviceNode): DevicePermission[] {
  if (who === null) return [];
  const can = deviceCan(heldOnDevice(heldBy(deps.directory, who.principal.key), device));
  return (["edit_basics", "edit_product", "record_measurements"] as const).filter((one) => can.has(one));
}

/** Members, API users and invitations: of a workspace for those who manage its members, and always of oneself. */
export function membersShown(context: GraphContext, { uid }: Workspace): boolean {
  return principalOf(context)?.may(uid, "members") ?? false;
}
