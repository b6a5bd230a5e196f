import type { DeviceNode, ProductNode } from "../../fleet/nodes.ts";
import { countPoints } from "../../history/usage.ts";
import type { ApiDeps } from "./route.ts";

/** What goes when something is deleted: told first by a dry run, and again by the answer. */
export interface Takes {
  products: number;
  fields: number;
  devices: number;
  series: number;
  measurements: number;
  grants: number;
  api_users: number;
  tokens: number;
  sessions: number;
}
const NOTHING: Takes = {
  products: 0,
  fields: 0,
  devices: 0,
  series: 0,
  measurements: 0,
  grants: 0,
  api_users: 0,
  tokens: 0,
  sessions: 0,
};
const TAKEN = Object.keys(NOTHING) as (keyof Takes)[]; // it has no others

export async function takenByDevice(deps: ApiDeps, device: DeviceNode): Promise<Takes> {
  const { uid } = device.row;
  const grants = grantsNaming(deps, device.product.row.workspace, new Set([uid]), null);
  const fields = [...device.product.fields.values()].map((field) => field.row.uid);
  return { ...NOTHING, devices: 1, grants, ...(await measured(deps, [uid], fields)) };
}

export async function takenByField(deps: ApiDeps, product: ProductNode, fieldUid: number): Promise<Takes> {
  const devices = [...product.devicesById.values()].map((device) => device.row.uid);
  return { ...NOTHING, fields: 1, ...(await measured(deps, devices, [fieldUid])) };
}

export async function takenByProduct(deps: ApiDeps, product: ProductNode): Promise<Takes> {
  const devices = [...product.devicesById.values()].map((device) => device.row.uid);
  const fields = [...product.fields.values()].map((field) => field.row.uid);
  const grants = grantsNaming(deps, product.row.workspace, new Set(devices), product.row.uid);
  const found = await measured(deps, devices, fields);
  return { ...NOTHING, products: 1, devices: devices.length, fields: fields.length, grants, ...found };
}

/** Products with all that is in them, API users, and the sessions of those. People stay; their memberships go. */
export async function takenByWorkspace(deps: ApiDeps, workspace: number): Promise<Takes> {
  const sum = { ...NOTHING };
  const add = (more: Takes) => {
    for (const key of TAKEN) sum[key] += more[key];
  };
  for (const product of deps.directory.productsOf(workspace))
    add({ ...(await takenByProduct(deps, product)), grants: 0 });
  for (const { uid } of deps.directory.apiUsersOf(workspace)) add(takenByApiUser(deps, uid));
  return sum;
}

export function takenByApiUser(deps: ApiDeps, uid: number): Takes {
  const key = `a:${uid}`;
  const grants = deps.directory.apiUser(uid)?.grants.length ?? 0;
  const tokens = deps.directory.tokensOf(key).length;
  return { ...NOTHING, api_users: 1, grants, tokens, sessions: sessionsOf(deps, key) };
}

/** @returns how many sessions an account has */
export function sessionsOf({ sessions }: ApiDeps, principal: string): number {
  return sessions.select({ limit: 1, principal, client: undefined, connected: undefined, after: undefined }).total;
}

function grantsNaming(
  { directory }: ApiDeps,
  workspace: number,
  devices: ReadonlySet<number>,
  product: number | null,
): number {
  let n = 0;
  for (const { grants } of directory.apiUsersOf(workspace))
    for (const g of grants)
      if ((g.scope === "device" && devices.has(g.device)) || (g.scope === "product" && g.product === product)) n++;
  return n;
}

/** Counts what was measured by devices in fields; both by uid. */
async function measured(
  { series, store }: ApiDeps,
  devices: readonly number[],
  fields: readonly number[],
): Promise<{ series: number; measurements: number }> {
  const ids: number[] = [];
  for (const device of devices)
    for (const field of fields) {
      const id = series.idOf(device, field);
      if (id !== undefined) ids.push(id);
    }
  return { series: ids.length, measurements: await countPoints(store, ids) };
}
