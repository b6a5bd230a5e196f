import type { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { ApiUser } from "../fleet/types.ts";
import { countPoints } from "../history/usage.ts";
import type { AdminDeps } from "./types.ts";
import { plural } from "../base/words.ts";

/** What goes when something is deleted. */

export interface Chosen {
  readonly products: readonly ProductNode[];
  readonly fields: readonly FieldNode[];
  readonly devices: readonly DeviceNode[];
  readonly apiUsers: readonly ApiUser[];
}
/** As the API counts it. */
export interface Taken {
  readonly products: number;
  readonly fields: number;
  readonly devices: number;
  readonly series: number;
  /** As history shows them; those that only rollups keep do not count. */
  readonly measurements: number;
  readonly apiUsers: number;
  readonly tokens: number;
}

export async function takenBy({ directory, index, store }: AdminDeps, chosen: Chosen): Promise<Taken> {
  const [devices, fields] = [new Set(chosen.devices), new Set(chosen.fields)];
  const ids: number[] = [];
  if (devices.size + fields.size > 0)
    for (const { id, device, field } of await index.all()) if (devices.has(device) || fields.has(field)) ids.push(id);
  return {
    products: chosen.products.length,
    fields: fields.size,
    devices: devices.size,
    series: ids.length,
    measurements: await countPoints(store, ids),
    apiUsers: chosen.apiUsers.length,
    tokens: chosen.apiUsers.reduce((sum, { uid }) => sum + directory.tokensOf(`a:${uid}`).length, 0),
  };
}

/** One sentence a line; for the question before a deletion. */
export function describe(what: string, { products, fields, devices, measurements, apiUsers, tokens }: Taken): string[] {
  const parts = [
    [products, "product"],
    [fields, "field"],
    [devices, "device"],
    [measurements, "measurement"],
    [apiUsers, "API user"],
    [tokens, "token"],
  ] as const;
  const told = parts.filter(([n]) => n > 0).map(([n, noun]) => plural(n, noun));
  const takes = told.length === 0 ? [] : [`This takes ${told.join(", ")}.`];
  return [`${what} will be deleted, with everything that belongs to it.`, ...takes, "This cannot be undone."];
}
