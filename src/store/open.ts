import { join } from "node:path";
import type { AccountStore, DataStore, FleetStore, Maintenance, TokenUseStore } from "./ports.ts";
import { startBackup } from "./sqlite/backup/thread.ts";
import { SqliteDataStore } from "./sqlite/data/store.ts";
import { SqliteFleetStore } from "./sqlite/fleet/store.ts";
import { latestTimes } from "./sqlite/latest.ts";
import { acquireLock, holderOf } from "./sqlite/lock.ts";
import { pendingUpgrade } from "./sqlite/upgrade.ts";

/** The one place that chooses an engine for the ports; today there is one: SQLite, in the data folder. */

/** Fleet metadata and accounts in one transaction; the two halves of a folder know of each other. */
export interface FleetDatabase extends FleetStore, TokenUseStore {
  readonly accounts: AccountStore;
  /** Whether there ever was data beside it, as `setPaired` noted. */
  isPaired(): Promise<boolean>;
  setPaired(): Promise<void>;
}
/** Data, with work in the background that can be waited for. */
export interface DataDatabase extends DataStore {
  /** Resolves when sealing and deleting in the background have nothing left to do; rejects when they fail. */
  idle(): Promise<void>;
}
export interface Stores {
  readonly fleet: FleetDatabase;
  readonly accounts: AccountStore;
  readonly uses: TokenUseStore;
  readonly data: DataDatabase;
  readonly maintenance: Maintenance;
}

export interface StoreOptions {
  /** Work on files goes on beside the caller's thread, so that a slow disk holds up nobody: for servers. */
  readonly isServer?: boolean;
  /** Something failed in the background and is tried again: a line for the log. */
  readonly onNotice?: (text: string) => void;
  /** A store cannot go on without a new start of the process. */
  readonly onFatal?: (error: Error) => void;
}

/** The stores of a data folder, which must exist; none is open yet. */
export function storesIn(folder: string, { isServer = false, onNotice, onFatal }: StoreOptions = {}): Stores {
  const told = onFatal === undefined ? {} : { onFatal };
  const fleet = new SqliteFleetStore(join(folder, "fleet.db"), { worker: isServer, ...told });
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
  };
}

/** What is done with a data folder as a whole. What only commands need is loaded when it is asked for. */
export function maintenanceOf(folder: string): Maintenance {
  return {
    lock: () => acquireLock(folder),
    holder: () => holderOf(folder),
    upgrade: () => pendingUpgrade(folder),
    check: async (work) => (await import("./sqlite/check/check.ts")).checkFolder(folder, work),
    backup: async (wish, work) => (await import("./sqlite/backup/backup.ts")).writeBackup({ ...wish, folder }, work),
    startBackup: (wish) => startBackup({ ...wish, folder }),
    restore: async (wish, work) =>
      (await import("./sqlite/backup/restore.ts")).restoreBackup({ ...wish, folder }, work),
    salvage: async (to, work) => (await import("./sqlite/salvage/salvage.ts")).salvageFolder({ folder, to }, work),
    latestTimes: () => latestTimes(folder),
  };
}
