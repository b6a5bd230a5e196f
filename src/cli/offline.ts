import { mkdirSync } from "node:fs";
import { type AppliedChange, Directory } from "../fleet/directory.ts";
import { FleetService } from "../fleet/service.ts";
import { type Deletion, deletionOps, noted } from "../history/deletion.ts";
import { retainOps } from "../history/retain.ts";
import type { SeriesRef } from "../history/usage.ts";
import { GoneNumbers } from "../ingest/gone.ts";
import type { Columns, DataStore, StoreLock, StoreOp, StoreStats } from "../store/ports.ts";
import { takeNote } from "../store/note.ts";
import type { Stores } from "../store/stores.ts";
import { CommandError } from "./failure.ts";
import { mustBeUpToDate, whyNoData } from "./folder.ts";
import { offlinePeople, offlineShares } from "./offline-people.ts";
import { NEVER_HEARD, StoredDevices } from "./stored.ts";
import { type Operations, operations } from "../admin/operations.ts";
import type { OperationsDeps } from "../admin/types.ts";

const NO_DATA: StoreStats = {
  logRows: 0,
  logBytes: 0,
  headBytes: 0,
  blocks: 0,
  rollups: 0,
  fileBytes: 0,
  freeBytes: 0,
};
const NO_COLUMNS: Columns = { times: new Float64Array(0), values: [] };

/** The operations on the files themselves, for when no server runs. */
export interface Offline {
  readonly operations: Operations;
  close(): Promise<void>;
}

/**
 * Opens the stores of a data folder.
 * @param create whether a folder that does not exist is made
 * @param store what the settings say of where its data is; null: what the folder says
 * @throws Refusal damaged_store, newer_store, storage_unavailable; CommandError
 */
export async function openOffline(folder: string, create: boolean, store: string | null = null): Promise<Offline> {
  const why = whyNoData(folder);
  if (why !== null && store === null && !create) throw new CommandError(why);
  if (why !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (store !== null) takeNote(folder, store);
  const { storesIn } = await import("../store/open.ts");
  const stores = storesIn(folder);
  const lock = await stores.maintenance.lock();
  if (lock === null)
    throw new CommandError(
      `${folder} is in use by another fieldcast${await stores.maintenance.holder()} that does not answer: it is starting, stopping, or another command; try again`,
    );
  try {
    mustBeUpToDate(folder, stores.maintenance);
    return await openStores(stores, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openStores(stores: Stores, lock: StoreLock): Promise<Offline> {
  const { fleet } = stores;
  const directory = new Directory();
  const micros = () => Date.now() * 1000;
  directory.apply(await fleet.open());
  const data = new LazyData(stores);
  directory.onChange((changes) => data.changed(changes));
  const service = new FleetService({
    store: fleet,
    directory,
    micros,
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  const people = offlinePeople(fleet.accounts, service, directory, micros);
  const shares = offlineShares(people);
  const deps: OperationsDeps = {
    fleet: service,
    people,
    get shares() {
      return shares();
    },
    directory,
    store: {
      readRefusals: async (...asked) => (await data.open())?.store.readRefusals(...asked) ?? [],
      // asked only of series that there are
      seriesStats: async (asked) => (await data.must()).seriesStats(asked),
      columns: async (...asked) => (await data.open())?.store.columns(...asked) ?? NO_COLUMNS,
      columnsOfMany: async (asked) =>
        (await data.open())?.store.columnsOfMany(asked) ?? {
          columns: Array.from(asked.series, () => NO_COLUMNS),
          more: false,
        },
      newest: async (...asked) => (await data.open())?.store.newest(...asked) ?? [],
      aggregate: async (asked) => (await data.must()).aggregate(asked),
      stats: async () => (await data.open())?.store.stats() ?? NO_DATA,
    },
    index: {
      async open() {
        const opened = await data.open();
        return { idOf: (device, field) => opened?.ids.get(`${device} ${field}`) };
      },
      all: () => data.refs(directory),
    },
    audit: fleet,
    eraser: {
      erase: (deletion) => noted(fleet, micros, deletion, () => data.erase(deletion)),
      forget: (...gone) => data.deleteSeries(...gone),
    },
    durable: async () => {}, // each change is before it is answered
    sweeps: { next: () => null, run: async () => data.sweep(await data.refs(directory)) },
    current: (device, field) => data.stored?.current(device, field) ?? null,
    presence: (device) => data.stored?.presence(device) ?? NEVER_HEARD,
  };
  const close = async () => {
    await data.close();
    await fleet.close();
    lock.release();
  };
  const table = operations(deps);
  /** What is stored of devices is read when it is asked for. */
  const withStored =
    <R>(run: (input: unknown) => Promise<R>) =>
    async (input: unknown): Promise<R> => {
      await data.load(directory);
      return run(input);
    };
  return {
    operations: { ...table, deviceList: withStored(table.deviceList), deviceShow: withStored(table.deviceShow) },
    close,
  };
}

/** The data store, opened when the first operation needs it: most commands work with the fleet alone. */
class LazyData {
  private opened: ReturnType<LazyData["start"]> | null = null;

  constructor(private readonly stores: Stores) {}

  /** null when nothing was ever measured here. */
  async open() {
    if (!this.stores.hasData()) return null;
    this.opened ??= this.start();
    return this.opened;
  }
  /** What is stored of devices, once `load` has read it; null: nothing. */
  stored: StoredDevices | null = null;
  async load(directory: Directory): Promise<void> {
    const data = await this.open();
    if (data !== null) this.stored ??= new StoredDevices(data, directory);
  }
  private async start() {
    const { data: store } = this.stores;
    const { seenFloor } = await store.open();
    const series = (await Array.fromAsync(store.series())).flat();
    const presence = (await Array.fromAsync(store.presence())).flat();
    const ids = new Map(series.map(({ id, device, field }) => [`${device} ${field}`, id]));
    const kept = (await Array.fromAsync(store.gone())).flat();
    const gone = new GoneNumbers();
    gone.load(kept);
    return { store, series, presence, seenFloor, ids, kept, gone };
  }
  /** What the fleet lost of devices since their numbers were last kept. */
  private left: AppliedChange[] = [];
  changed(changes: readonly AppliedChange[]): void {
    for (const change of changes) {
      const renamed = change.kind === "device" && change.before !== null && change.before.id !== change.node.row.id;
      if (renamed || (change.op === "delete" && (change.kind === "device" || change.kind === "product")))
        this.left.push(change);
    }
  }
  /** Keeps the numbers of *seen* and *connected* of devices that went. */
  private async keepNumbers(): Promise<void> {
    const changes = this.left.splice(0);
    const data = changes.length > 0 ? await this.open() : null;
    if (data === null) return;
    const numbers = new Map<number, number>();
    for (const { device, lastSeq } of data.series) numbers.set(device, Math.max(numbers.get(device) ?? 0, lastSeq));
    for (const { device, number } of data.presence) numbers.set(device, Math.max(numbers.get(device) ?? 0, number));
    const ops = data.gone.follow(changes, ({ row }) => numbers.get(row.uid) ?? 0);
    if (ops.length > 0) await data.store.commit({ count: 0, blob: null, ops });
  }
  async deleteSeries(...nodes: Parameters<OperationsDeps["eraser"]["forget"]>): Promise<void> {
    await this.keepNumbers();
    const data = await this.open();
    const [devices, fields] = [new Set<number>(), new Set<number>()];
    for (const { row } of nodes[0]) devices.add(row.uid);
    for (const { row } of nodes[1]) fields.add(row.uid);
    const gone = data?.series.filter((one) => devices.has(one.device) || fields.has(one.field)) ?? [];
    if (data === null || gone.length === 0) return;
    // the devices stay when a field goes, and their number of *seen* never falls
    const seq = gone.reduce((most, one) => (devices.has(one.device) ? most : Math.max(most, one.lastSeq)), 0);
    const ops: StoreOp[] = [
      { op: "series_delete", ids: gone.map((one) => one.id) },
      { op: "seen_floor", seq },
    ];
    await data.store.commit({ count: 0, blob: null, ops });
  }
  /** For what can only be asked when there is something. */
  async must(): Promise<DataStore> {
    const data = await this.open();
    if (data === null) throw new RangeError("nothing was ever measured here");
    return data.store;
  }
  async refs(directory: Directory): Promise<SeriesRef[]> {
    const data = await this.open();
    return (data?.series ?? []).flatMap((one) => {
      const [device, field] = [directory.deviceByUid(one.device), directory.field(one.field)];
      return device && field ? [{ id: one.id, device, field }] : [];
    });
  }
  async sweep(series: readonly SeriesRef[]): Promise<void> {
    const data = await this.open();
    const ops = retainOps(series, Date.now() * 1000);
    if (data === null || ops.length === 0) return;
    await data.store.commit({ count: 0, blob: null, ops });
    await data.store.idle();
  }
  async erase(deletion: Deletion): Promise<void> {
    const ops = deletionOps(deletion);
    const data = await this.open();
    if (data !== null && ops.length > 0) await data.store.commit({ count: 0, blob: null, ops });
  }
  async close(): Promise<void> {
    await this.keepNumbers();
    const data = await this.opened?.catch(() => null);
    await data?.store.close();
  }
}
