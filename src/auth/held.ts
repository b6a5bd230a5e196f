import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import type { DevicePermission, Grant, Role, WorkspacePermission } from "../fleet/types.ts";
import { covers } from "../topic/algebra.ts";
import { givesRecord, givesView, ROLE_BUNDLES } from "./roles.ts";

/** Where a right comes from: a role in a workspace, a line of an API user's rights, or being an administrator. */
type Origin =
  | { readonly from: "role"; readonly role: Role }
  | { readonly from: "grant"; readonly position: number }
  | { readonly from: "administrator" };

/** A right that an account holds, in the form of a grant, and why. `workspace`: uid; 0: of the instance. */
export interface Held {
  readonly workspace: number;
  readonly grant: Grant;
  readonly origin: Origin;
}

/** Everything that an account holds, as grants: roles are written out. Empty when there is no such account. */
export function heldBy(directory: Directory, key: string): Held[] {
  const uid = Number(key.slice(2));
  if (key.startsWith("a:")) {
    const apiUser = directory.apiUser(uid);
    const { workspace = 0, grants = [] } = apiUser ?? {};
    return grants.map((grant, position) => ({ workspace, grant, origin: { from: "grant", position } }));
  }
  const user = key.startsWith("u:") ? directory.user(uid) : undefined;
  if (!user) return [];
  const held: Held[] = directory
    .membershipsOf(uid)
    .flatMap(({ workspace, role }) =>
      grantsOfRole(role).map((grant): Held => ({ workspace, grant, origin: { from: "role", role } })),
    );
  if (user.admin)
    held.push({ workspace: 0, grant: { scope: "instance", can: ["operate"] }, origin: { from: "administrator" } });
  return held;
}

/** What a role gives in its workspace. */
export function grantsOfRole(role: Role): Grant[] {
  const { devices, workspace, freeTopics } = ROLE_BUNDLES[role];
  const grants: Grant[] = [{ scope: "all", can: devices }];
  if (workspace.length > 0) grants.push({ scope: "workspace", can: workspace });
  if (freeTopics) grants.push({ scope: "free_topics", filters: ["#"], except: [], can: ["publish", "subscribe"] });
  return grants;
}

/** The permissions that a list means: view comes with all but record_only, which comes with record_measurements. */
function meant(can: readonly DevicePermission[]): Set<DevicePermission> {
  const all = new Set(can);
  if (givesView(can)) all.add("view");
  if (givesRecord(can)) all.add("record_only");
  return all;
}

/** What is held on a device. */
export function heldOnDevice(held: readonly Held[], device: DeviceNode): Held[] {
  const { product, row } = device;
  return held.filter(({ workspace, grant }) => {
    if (workspace !== product.row.workspace) return false;
    if (grant.scope === "all") return true;
    if (grant.scope === "product") return grant.product === product.row.uid;
    if (grant.scope === "tag") return row.tags.includes(grant.tag);
    return grant.scope === "device" && grant.device === row.uid;
  });
}

/** What is held on a product as a whole: on all its devices, also those to come. */
export function heldOnProduct(held: readonly Held[], { row }: ProductNode): Held[] {
  return held.filter(
    ({ workspace, grant }) =>
      workspace === row.workspace &&
      (grant.scope === "all" || (grant.scope === "product" && grant.product === row.uid)),
  );
}

/** The device permissions that these give together. */
export function deviceCan(held: readonly Held[]): Set<DevicePermission> {
  const can = new Set<DevicePermission>();
  for (const { grant } of held)
    if (grant.scope === "all" || grant.scope === "product" || grant.scope === "tag" || grant.scope === "device")
      for (const one of meant(grant.can)) can.add(one);
  return can;
}

/**
 * Whether somebody who holds these may give a right to somebody else in a workspace: nobody gives more than what is
 * their own. A right on a tag does not allow to give rights on its devices, which would outlast the tag.
 */
export function mayGive(directory: Directory, held: readonly Held[], workspace: number, wanted: Grant): boolean {
  const own = held.filter((h) => h.workspace === workspace);
  switch (wanted.scope) {
    case "instance":
      return held.some(({ grant }) => grant.scope === "instance" && wanted.can.every((c) => grant.can.includes(c)));
    case "workspace": {
      const have = new Set<WorkspacePermission>();
      for (const { grant } of own) if (grant.scope === "workspace") for (const c of grant.can) have.add(c);
      return wanted.can.every((c) => have.has(c));
    }
    case "free_topics":
      return wanted.filters.every((filter) => own.some(({ grant }) => givesFree(grant, wanted, filter)));
    default: {
      const have = deviceCan(own.filter(({ grant }) => reachesScope(directory, grant, wanted)));
      return [...meant(wanted.can)].every((c) => have.has(c));
    }
  }
}

type DeviceGrant = Extract<Grant, { can: readonly DevicePermission[] }>;

/** Whether a held scope has all of a wanted one in it, for good. */
function reachesScope(directory: Directory, held: Grant, wanted: DeviceGrant): boolean {
  if (held.scope === "all") return true;
  switch (wanted.scope) {
    case "all":
      return false;
    case "product":
      return held.scope === "product" && held.product === wanted.product;
    case "tag":
      return held.scope === "tag" && held.tag === wanted.tag;
    case "device":
      if (held.scope === "device") return held.device === wanted.device;
      return held.scope === "product" && held.product === directory.deviceByUid(wanted.device)?.product.row.uid;
  }
}

type FreeGrant = Extract<Grant, { scope: "free_topics" }>;

/** Whether a held line has all of a wanted filter, without what either excepts. */
function givesFree(held: Grant, wanted: FreeGrant, filter: string): boolean {
  if (held.scope !== "free_topics" || !wanted.can.every((c) => held.can.includes(c))) return false;
  if (!held.filters.some((own) => covers(own, filter))) return false;
  return held.except.every((e) => wanted.except.some((w) => covers(w, e)));
}
