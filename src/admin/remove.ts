import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { ApiUser, Workspace } from "../fleet/types.ts";
import { countPoints } from "../history/usage.ts";
import { seriesOf } from "./series.ts";
import type { AdminDeps } from "./types.ts";

/** Deleting parts of a fleet, with everything that belongs to them: what goes is told first, and counted alike whoever asks. */

/** What is to be deleted. */
export type Target =
  | { readonly kind: "workspace"; readonly row: Workspace }
  | { readonly kind: "product"; readonly node: ProductNode }
  | { readonly kind: "field"; readonly node: FieldNode }
  | { readonly kind: "devices"; readonly nodes: readonly DeviceNode[] }
  | { readonly kind: "apiUser"; readonly row: ApiUser };

/** What goes with it, itself included. People stay; their memberships go. */
export interface Taken {
  readonly products: number;
  readonly fields: number;
  readonly devices: number;
  /** Fields of devices that were ever measured. */
  readonly series: number;
  /** As history shows them; those that only rollups keep do not count. */
  readonly measurements: number;
  /** Lines of rights that name it, or that it holds. */
  readonly grants: number;
  readonly apiUsers: number;
  readonly tokens: number;
  /** MQTT sessions that end; 0 without a server. */
  readonly sessions: number;
}
export interface Removal {
  readonly dryRun: boolean;
  readonly taken: Taken;
}
/** FleetService.edit, in somebody's name. */
export type Edit = <R>(decide: (draft: Draughtsman) => R | Promise<R>) => Promise<R>;

type Deps = Pick<AdminDeps, "directory" | "durable" | "eraser" | "index" | "sessions" | "store">;

/**
 * Deletes something, or only counts what would go.
 * @param edit changes the fleet in the name of who asks
 * @param options again: finds it once more in the turn in which it is decided, and throws when it may not be any more
 * @throws Refusal storage_unavailable, and what `again` throws; nothing is deleted then
 */
export async function remove(
  deps: Deps,
  edit: Edit,
  target: Target,
  options: { readonly dryRun: boolean; readonly again?: () => Target },
): Promise<Removal> {
  const taken = await takenBy(deps, target);
  if (options.dryRun) return { dryRun: true, taken };
  const gone = await edit((draft) => {
    const now = options.again?.() ?? target;
    draftDeletion(draft, now);
    return partsOf(deps, now);
  });
  // after the fleet: what a crash in between leaves belongs to numbers that are never given again
  const [devices, fields] = [gone.devices.map(({ row }) => row.uid), gone.fields.map(({ row }) => row.uid)];
  if (devices.length + fields.length > 0) await deps.eraser.forget({ devices, fields });
  await deps.durable();
  return { dryRun: false, taken };
}

/** Counts what goes with something. */
export async function takenBy(deps: Deps, target: Target): Promise<Taken> {
  const { products, fields, devices, apiUsers } = partsOf(deps, target);
  // of a field at all devices of its product, otherwise of the devices in all fields of theirs
  const of = target.kind === "field" ? [...target.node.product.devicesById.values()] : devices;
  const only = target.kind === "field" ? new Set([target.node.row.id]) : null;
  const ids = (await seriesOf(deps.index, of, only)).map(({ id }) => id);
  let [tokens, sessions] = [0, 0];
  for (const { uid } of apiUsers) {
    tokens += deps.directory.tokensOf(`a:${uid}`).length;
    sessions += deps.sessions?.select({ limit: 1, principal: `a:${uid}` }).total ?? 0;
  }
  return {
    products: products.length,
    fields: fields.length,
    devices: devices.length,
    series: ids.length,
    measurements: await countPoints(deps.store, ids),
    grants: grantsOf(deps, target, products, devices, apiUsers),
    apiUsers: apiUsers.length,
    tokens,
    sessions,
  };
}

/** What goes that has a row of its own. */
interface Parts {
  readonly products: readonly ProductNode[];
  readonly fields: readonly FieldNode[];
  readonly devices: readonly DeviceNode[];
  readonly apiUsers: readonly ApiUser[];
}
const NOTHING: Parts = { products: [], fields: [], devices: [], apiUsers: [] };

function partsOf({ directory }: Pick<Deps, "directory">, target: Target): Parts {
  switch (target.kind) {
    case "workspace": {
      const { uid } = target.row;
      return { ...contents(directory.productsOf(uid)), apiUsers: directory.apiUsersOf(uid) };
    }
    case "product":
      return { ...contents([target.node]), apiUsers: [] };
    case "field":
      return { ...NOTHING, fields: [target.node] };
    case "devices":
      return { ...NOTHING, devices: target.nodes };
    case "apiUser":
      return { ...NOTHING, apiUsers: [target.row] };
  }
}
function contents(products: readonly ProductNode[]): Omit<Parts, "apiUsers"> {
  const fields = products.flatMap((product) => [...product.fields.values()]);
  const devices = products.flatMap((product) => [...product.devicesById.values()]);
  return { products, fields, devices };
}

function draftDeletion(draft: Draughtsman, target: Target): void {
  const { drafts } = draft;
  if (target.kind === "devices")
    for (const { row } of target.nodes) drafts.push({ kind: "device", op: "delete", uid: row.uid });
  else if ("node" in target) drafts.push({ kind: target.kind, op: "delete", uid: target.node.row.uid });
  else drafts.push({ kind: target.kind, op: "delete", uid: target.row.uid });
}

/** Lines of rights: those that API users hold which go, and those of others that name what goes. */
function grantsOf(
  { directory }: Deps,
  target: Target,
  products: readonly ProductNode[],
  devices: readonly DeviceNode[],
  apiUsers: readonly ApiUser[],
): number {
  const held = apiUsers.reduce((sum, { grants }) => sum + grants.length, 0);
  // a workspace's rights are those of its API users
  if (target.kind === "workspace") return held;
  const [named, whole] = [new Set<number>(), new Set<number>()];
  for (const { row } of devices) named.add(row.uid);
  for (const { row } of products) whole.add(row.uid);
  const workspaces = new Set([...products, ...devices.map(({ product }) => product)].map(({ row }) => row.workspace));
  let n = held;
  for (const workspace of workspaces)
    for (const { grants } of directory.apiUsersOf(workspace))
      for (const g of grants)
        if ((g.scope === "device" && named.has(g.device)) || (g.scope === "product" && whole.has(g.product))) n++;
  return n;
}
