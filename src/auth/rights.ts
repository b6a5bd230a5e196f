import type { DeviceNode, Directory, ProductNode } from "../fleet/directory.ts";
import type { ApiUser, DevicePermission, FleetRows, WorkspacePermission } from "../fleet/types.ts";
import { Bitset } from "./bitset.ts";
import { type FreeTopics, freeOfApiUser, freeOfUser } from "./free.ts";
import { givesRecord, givesView, ROLE_BUNDLES } from "./roles.ts";
import type { DeviceSets } from "./sets.ts";

/** What a subscription's filter asks for: the literal product slug and device id, or null for a wildcard. */
export interface FilterShape {
  readonly product: string | null;
  readonly device: string | null;
}

interface Gives {
  readonly view: boolean;
  readonly record: boolean;
}
/** One right on devices: on all of a workspace, a product's, those with a tag, or one. */
type Line = Gives &
  (
    | { readonly scope: "workspace"; readonly workspace: number }
    | { readonly scope: "product"; readonly product: ProductNode }
    | { readonly scope: "tag"; readonly workspace: number; readonly tag: string }
    | { readonly scope: "device"; readonly device: DeviceNode }
  );

/** Everything an account may, as it follows from its rows. */
export interface Rights {
  readonly name: string;
  readonly operate: boolean;
  readonly mqtt: boolean;
  readonly lines: readonly Line[];
  /** Workspaces that the account belongs to, with what it may there. */
  readonly workspaces: ReadonlyMap<number, ReadonlySet<WorkspacePermission>>;
  /** Null also while the instance has no free topics, but for what is an account's own. */
  readonly free: FreeTopics | null;
}
export const NO_RIGHTS: Rights = {
  name: "",
  operate: false,
  mqtt: false,
  lines: [],
  workspaces: new Map(),
  free: null,
};

/**
 * The rights of an account: "u:<uid>" or "a:<uid>"; null when there is none with this key.
 * @param freeTopics whether the instance has free topics
 */
export function rightsOf(directory: Directory, key: string, freeTopics: boolean): Rights | null {
  const uid = Number(key.slice(2));
  if (key.startsWith("u:")) {
    const user = directory.user(uid);
    return user ? rightsOfUser(directory, user, freeTopics) : null;
  }
  const apiUser = key.startsWith("a:") ? directory.apiUser(uid) : undefined;
  return apiUser ? rightsOfApiUser(directory, apiUser, freeTopics) : null;
}

function rightsOfUser(directory: Directory, user: FleetRows["user"], freeTopics: boolean): Rights {
  const lines: Line[] = [];
  const workspaces = new Map<number, ReadonlySet<WorkspacePermission>>();
  for (const m of directory.membershipsOf(user.uid)) {
    const bundle = ROLE_BUNDLES[m.role];
    lines.push({ scope: "workspace", workspace: m.workspace, ...gives(bundle.devices) });
    workspaces.set(m.workspace, new Set(bundle.workspace));
  }
  const free = freeTopics ? freeOfUser(directory, user) : null;
  return { name: user.email, operate: user.admin, mqtt: true, lines, workspaces, free };
}

/** An API user's rights end at its workspace, whatever its grants name. */
function rightsOfApiUser(directory: Directory, apiUser: ApiUser, freeTopics: boolean): Rights {
  const { workspace, name, mqtt } = apiUser;
  const lines: Line[] = [];
  const permissions = new Set<WorkspacePermission>();
  let operate = false;
  for (const g of apiUser.grants) {
    switch (g.scope) {
      case "all":
        lines.push({ scope: "workspace", workspace, ...gives(g.can) });
        break;
      case "product": {
        const product = directory.productByUid(g.product);
        if (product?.row.workspace === workspace) lines.push({ scope: "product", product, ...gives(g.can) });
        break;
      }
      case "tag":
        lines.push({ scope: "tag", workspace, tag: g.tag, ...gives(g.can) });
        break;
      case "device": {
        const device = directory.deviceByUid(g.device);
        if (device?.product.row.workspace === workspace) lines.push({ scope: "device", device, ...gives(g.can) });
        break;
      }
      case "workspace":
        for (const p of g.can) permissions.add(p);
        break;
      case "instance":
        operate ||= g.can.includes("operate");
        break;
      case "free_topics":
        break;
      default:
        g satisfies never;
    }
  }
  const free = freeOfApiUser(apiUser, freeTopics);
  return { name, operate, mqtt, lines, workspaces: new Map([[workspace, permissions]]), free };
}

function gives(can: readonly DevicePermission[]): Gives {
  return { view: givesView(can), record: givesRecord(can) };
}

/** Whether a line covers a device. */
export function coversDevice(line: Line, device: DeviceNode): boolean {
  switch (line.scope) {
    case "workspace":
      return device.product.row.workspace === line.workspace;
    case "product":
      return device.product === line.product;
    case "tag":
      return device.product.row.workspace === line.workspace && device.row.tags.includes(line.tag);
    case "device":
      return device === line.device;
  }
}

/** The devices that some line gives `what` on, by whole words of the shared sets. */
export function devicesOf(lines: readonly Line[], what: keyof Gives, sets: DeviceSets): Bitset {
  const devices = new Bitset();
  for (const line of lines) {
    if (!line[what]) continue;
    if (line.scope === "device") {
      if (!line.device.deleted) devices.add(line.device.index);
      continue;
    }
    const set = setOf(line, sets);
    if (set) devices.or(set);
  }
  return devices;
}
function setOf(line: Exclude<Line, { scope: "device" }>, sets: DeviceSets): Bitset | undefined {
  switch (line.scope) {
    case "workspace":
      return sets.ofWorkspace(line.workspace);
    case "product":
      return sets.ofProduct(line.product.row.uid);
    case "tag":
      return sets.ofTag(line.workspace, line.tag);
  }
}

/** Whether a line can ever give view on a topic under the filter; judged by its scope, never by what exists. */
export function reaches(line: Line, filter: FilterShape): boolean {
  if (!line.view) return false;
  switch (line.scope) {
    case "workspace":
    case "tag":
      return true;
    case "product":
      return filter.product === null || filter.product === line.product.row.slug;
    case "device":
      return (
        (filter.product === null || filter.product === line.device.product.row.slug) &&
        (filter.device === null || filter.device === line.device.row.id)
      );
  }
}

/** Names a line's scope and what it gives, so that two sets of lines can be compared. */
export function lineKeys(lines: readonly Line[]): Set<string> {
  const keys = new Set<string>();
  for (const line of lines) {
    const scope = scopeKey(line);
    if (line.view) keys.add(`view ${scope}`);
    if (line.record) keys.add(`record ${scope}`);
  }
  return keys;
}
function scopeKey(line: Line): string {
  switch (line.scope) {
    case "workspace":
      return `workspace ${line.workspace}`;
    case "product":
      return `product ${line.product.row.uid}`;
    case "tag":
      return `tag ${line.workspace} ${line.tag}`;
    case "device":
      return `device ${line.device.row.uid}`;
  }
}
