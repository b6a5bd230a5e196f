import { z } from "zod";
import type { Micros } from "../base/types.ts";
import { type SeriesRef, type Usage, type UsageReport, usageOf } from "../history/usage.ts";
import type { Directory } from "../fleet/directory.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import type { StoreStats } from "../store/ports.ts";
import { checked } from "./checked.ts";
import type { OperationsDeps } from "./types.ts";

const schemas = {
  nothing: z.strictObject({}),
  stats: z.strictObject({ top: z.number().int().min(0).max(100_000).default(10) }),
};

interface Stats {
  readonly workspaces: number;
  readonly products: number;
  readonly devices: number;
  readonly tokens: number;
  readonly store: StoreStats;
}

export interface StorageReport extends UsageReport {
  readonly store: StoreStats;
  /** When what retention does not keep goes next; null: no server runs. */
  readonly nextSweep: Micros | null;
}

/** What is stored, and sweeping what need not be. @throws Refusal storage_unavailable */
export function storageOperations(deps: OperationsDeps) {
  return {
    storeStats: checked(schemas.stats, (wish) => storeStats(deps, wish)),
    storeSweep: checked(schemas.nothing, async () => {
      await deps.sweeps.run();
      return { next: deps.sweeps.next() };
    }),
    stats: checked(schemas.nothing, async (): Promise<Stats> => countAll(deps.directory, await deps.store.stats())),
  };
}

/** What is stored, and what the next sweep will take. @throws Refusal storage_unavailable */
export async function storeStats(
  deps: OperationsDeps,
  { top }: z.output<typeof schemas.stats>,
): Promise<StorageReport> {
  const nextSweep = deps.sweeps.next();
  const report = await usageOf(await deps.index.all(), deps.store, nextSweep ?? Date.now() * 1000, top);
  return { ...report, store: await deps.store.stats(), nextSweep };
}

export interface ProductStorage extends Usage {
  /** Bytes that a measurement takes in the log, where it is before it is sealed; null: the log is empty. */
  readonly logBytesEach: number | null;
}
/** What measurements of a product take of the disk. @param counts which devices @throws Refusal storage_unavailable */
export async function productStorage(
  { index, store, sweeps }: Pick<OperationsDeps, "index" | "store" | "sweeps">,
  product: ProductNode,
  counts: (device: DeviceNode) => boolean,
): Promise<ProductStorage> {
  const names = await index.open();
  const series = seriesOf(product, counts, (device, field) => names.idOf(device, field));
  const { all } = await usageOf(series, store, sweeps.next() ?? Date.now() * 1000, 0);
  const { logRows, logBytes } = await store.stats();
  return { ...all, logBytesEach: logRows === 0 ? null : logBytes / logRows };
}
function* seriesOf(
  product: ProductNode,
  counts: (device: DeviceNode) => boolean,
  idOf: (device: number, field: number) => number | undefined,
): Generator<SeriesRef> {
  for (const device of product.devicesById.values()) {
    if (!counts(device)) continue;
    for (const field of product.fields.values()) {
      const id = idOf(device.row.uid, field.row.uid);
      if (id !== undefined) yield { id, device, field };
    }
  }
}

function countAll(directory: Directory, store: StoreStats): Stats {
  const count = (all: Iterable<unknown>) => [...all].length;
  return {
    workspaces: count(directory.workspaces()),
    products: count(directory.products()),
    devices: count(directory.devices()),
    tokens: count(directory.tokens()),
    store,
  };
}
