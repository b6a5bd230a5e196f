import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../base/errors.ts";
import { NOBODY_ELSE } from "./alone.ts";
import { nodeIdentity, notedStore } from "./note.ts";
import type { Maintenance, StoreLock } from "./ports.ts";
import { PostgresDataStore } from "./postgres/data/store.ts";
import { PostgresFleetStore } from "./postgres/fleet/store.ts";
import { acquireLock as acquireStoreLock } from "./postgres/lock.ts";
import { postgresMaintenance } from "./postgres/maintenance.ts";
import type { MoveReport } from "./postgres/move/files.ts";
import type { Move } from "./postgres/move/whole.ts";
import { listNodes, nodeAddresses, tellOfNode } from "./postgres/nodes.ts";
import type { Demands, Suitability } from "./postgres/replication.ts";
import { mustBeSuitable, suitability, unsuitability } from "./postgres/suitable.ts";

export { clocksOfNodes } from "./postgres/nodes.ts";
export { type ActiveNode, waitForStore } from "./postgres/waiting.ts";

import type { StoreOptions, Stores } from "./stores.ts";
import type { Work } from "./work.ts";
import { startBackup } from "./sqlite/backup/thread.ts";
import { SqliteDataStore } from "./sqlite/data/store.ts";
import { SqliteFleetStore } from "./sqlite/fleet/store.ts";
import { latestTimes } from "./sqlite/latest.ts";
import { acquireLock, holderOf } from "./sqlite/lock.ts";
import { pendingUpgrade } from "./sqlite/upgrade.ts";

/** The one place that chooses an engine for the ports: SQLite in the data folder, or the PostgreSQL that the folder notes (note.ts). */

const ONLY_THERE =
  "--sql: measurements are read with SQL where the data is in PostgreSQL; move it there with --store, or take the setting away";

/** The stores of a data folder, which must exist; none is open yet. */
export function storesIn(folder: string, options: StoreOptions = {}): Stores {
  const address = notedStore(folder);
  return address === null ? sqliteIn(folder, options) : postgresAt(address, folder, options);
}

function sqliteIn(folder: string, { isServer = false, sql = "off", onNotice, onFatal }: StoreOptions): Stores {
  const told = onFatal === undefined ? {} : { onFatal };
  const names = { fleet: join(folder, "fleet.db"), data: join(folder, "data.db") };
  const fleet = new SqliteFleetStore(names.fleet, { worker: isServer, ...told });
  const data = new SqliteDataStore({ folder, ...told, ...(onNotice === undefined ? {} : { onNotice }) });
  return {
    fleet,
    // there once it is open
    get accounts() {
      return fleet.accounts;
    },
    uses: fleet,
    data,
    maintenance: maintenanceOf(folder),
    hasData: () => existsSync(names.data),
    suit: async () => {
      if (sql !== "off") throw new Refusal("invalid_config", ONLY_THERE);
    },
    ...NOBODY_ELSE,
    names,
  };
}

function postgresAt(address: string, folder: string, options: StoreOptions): Stores {
  const { isServer = false, onNotice, onFatal, version } = options;
  const told = onFatal === undefined ? {} : { onFatal };
  const node = (): readonly [number, number] | null => data.node && [data.node.node, data.node.epoch];
  const fleet = new PostgresFleetStore(address, { worker: isServer, ...told, node });
  const noted = {
    ...(onNotice === undefined ? {} : { onNotice }),
    ...(version === undefined ? {} : { version }),
    ...(options.sql === undefined ? {} : { sql: options.sql }),
    ...(options.shared === undefined ? {} : { shared: options.shared }),
  };
  const identity = nodeIdentity(folder);
  const data = new PostgresDataStore({ address, identity, ...told, ...noted });
  return {
    fleet,
    get accounts() {
      return fleet.accounts;
    },
    uses: fleet,
    data,
    maintenance: maintenanceOf(folder),
    hasData: () => true,
    suit: () => mustBeSuitable(address, Date.now(), demandsOf(options)),
    shared: () => data.node,
    lease: data.lease,
    nodes: () => listNodes(address, identity),
    nodeAddresses: () => nodeAddresses(address),
    tellOfNode: (told) => tellOfNode(address, identity, told),
    noteClock: (note) => data.noteClock(note),
    doForAll: () => data.doForAll(),
    names: { fleet: "the fleet in PostgreSQL", data: "the data in PostgreSQL" },
  };
}

/** The lock of a data folder alone, whatever it notes. @returns null: another process has it */
export async function lockOfFolder(folder: string): Promise<StoreLock | null> {
  return acquireLock(folder);
}
/**
 * The lock of the store that a folder notes, for whoever has the folder's. @param shared others who share it may have it as well
 * @returns null: another process has it
 */
export async function lockOfStore(folder: string, shared = false): Promise<StoreLock | null> {
  const address = notedStore(folder);
  return address === null ? { release() {} } : acquireStoreLock(address, shared);
}

/**
 * What is done with a data folder as a whole. What only commands need is loaded when it is asked for.
 * @param store what the settings say of where its data is; null: what the folder says
 */
export function maintenanceOf(folder: string, store: string | null = null): Maintenance {
  const address = store ?? notedStore(folder);
  const files: Maintenance = {
    lock: async () => acquireLock(folder),
    holder: async () => holderOf(folder),
    upgrade: () => pendingUpgrade(folder),
    check: async (work) => (await import("./sqlite/check/check.ts")).checkFolder(folder, work),
    backup: async (wish, work) => (await import("./sqlite/backup/backup.ts")).writeBackup({ ...wish, folder }, work),
    startBackup: (wish) => startBackup({ ...wish, folder }),
    restore: async (wish, work) =>
      (await import("./sqlite/backup/restore.ts")).restoreBackup({ ...wish, folder }, work),
    salvage: async (to, work) => (await import("./sqlite/salvage/salvage.ts")).salvageFolder({ folder, to }, work),
    latestTimes: async () => latestTimes(folder),
  };
  return address === null ? files : postgresMaintenance(address, files);
}

type Wishes = Pick<StoreOptions, "standby" | "shared" | "unreplicatedOk">;
/** Who takes over goes on with what was acknowledged: it has to be there. */
function demandsOf({ standby = false, shared = false, unreplicatedOk = false }: Wishes): Demands {
  return { standby: standby || shared, unreplicatedOk };
}
/** What a PostgreSQL is like as a store. @param now Unix time in ms */
export function suitabilityOf(address: string, now: number, wish: Wishes): Promise<Suitability[]> {
  return suitability(address, now, demandsOf(wish));
}

/** Why it is not taken as a store; null: it is. See unsuitability of PostgreSQL. @param now Unix time in ms */
export function whyUnsuitable(address: string, now: number, wish: Wishes): Promise<Refusal | null> {
  return unsuitability(address, now, demandsOf(wish));
}

/** Moves all that a folder has to another engine, and notes it in the folder. See moveWhole. */
export async function moveStore(wish: Omit<Move, "from" | "maintenance">, work: Work): Promise<MoveReport> {
  const { moveWhole } = await import("./postgres/move/whole.ts");
  return moveWhole({ ...wish, from: notedStore(wish.folder), maintenance: maintenanceOf(wish.folder) }, work);
}
