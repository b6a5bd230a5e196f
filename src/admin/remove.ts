import type { Draughtsman } from "../fleet/plan-draft.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import { countPoints } from "../history/usage.ts";
import { grantsOf, type Parts, type Target } from "./removed-grants.ts";
import { seriesOf } from "./series.ts";
import type { AdminDeps } from "./types.ts";

/** Deleting parts of a fleet, with everything that belongs to them: what goes is told first, and counted alike whoever asks. */

export type { Target } from "./removed-grants.ts";

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
  const { devices, fields } = gone;
  if (devices.length + fields.length > 0) await deps.eraser.forget(devices, fields);
  await deps.durable();
  return { dryRun: false, taken };
}

/** Counts what goes with something. */
export async function takenBy(deps: Deps, target: Target): Promise<Taken> {
  const parts = partsOf(deps, target);
  const { products, fields, devices, apiUsers } = parts;
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
    grants: await grantsOf(deps, target, parts),
    apiUsers: apiUsers.length,
    tokens,
    sessions,
  };
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
  const devices: DeviceNode[] = [];
  for (const { devicesById } of products) for (const device of devicesById.values()) devices.push(device);
  return { products, fields, devices };
}

function draftDeletion(draft: Draughtsman, target: Target): void {
  const { drafts } = draft;
  if (target.kind === "devices")
    for (const { row } of target.nodes) drafts.push({ kind: "device", op: "delete", uid: row.uid });
  else if ("node" in target) drafts.push({ kind: target.kind, op: "delete", uid: target.node.row.uid });
  else drafts.push({ kind: target.kind, op: "delete", uid: target.row.uid });
}
