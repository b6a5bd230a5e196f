import { existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../base/errors.ts";
import { notedStore } from "./note.ts";
import type { AccountStore, DataStore, FleetStore, Maintenance, TokenUseStore } from "./ports.ts";
import { PostgresDataStore } from "./postgres/data/store.ts";
import { PostgresFleetStore } from "./postgres/fleet/store.ts";
import { postgresMaintenance } from "./postgres/maintenance.ts";
import type { MoveReport } from "./postgres/move/files.ts";
import type { Move } from "./postgres/move/whole.ts";
import { mustBeSuitable, type Suitability, suitability } from "./postgres/suitable.ts";
import type { SqlMode } from "./postgres/sql/objects.ts";
import type { Work } from "./work.ts";
export type { SqlMode };
import { startBackup } from "./sqlite/backup/thread.ts";
import { SqliteDataStore } from "./sqlite/data/store.ts";
import { SqliteFleetStore } from "./sqlite/fleet/store.ts";
import { latestTimes } from "./sqlite/latest.ts";
import { acquireLock, holderOf } from "./sqlite/lock.ts";
import { pendingUpgrade } from "./sqlite/upgrade.ts";

/** The one place that chooses an engine for the ports: SQLite in the data folder, or the PostgreSQL that the folder notes (note.ts). */

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
  /** Whether there is a place for data already, though it may be empty; false: the first opening makes it. */
  hasData(): boolean;
  /** Sees to it that the engine keeps what it acknowledges. @throws Refusal invalid_config, with what to do */
  suit(): Promise<void>;
  /** What the two halves are called in messages. */
  readonly names: { readonly fleet: string; readonly data: string };
}

export interface StoreOptions {
  /** Of this program, for people who look into a database. */
  readonly version?: string;
  /** In which form measurements are kept for SQL besides; absent: as they are. */
  readonly sql?: SqlMode;
  /** Work on files goes on beside the caller's thread, so that a slow disk holds up nobody: for servers. */
  readonly isServer?: boolean;
  /** Something failed in the background and is tried again: a line for the log. */
  readonly onNotice?: (text: string) => void;
  /** A store cannot go on without a new start of the process. */
  readonly onFatal?: (error: Error) => void;
}

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
    names,
  };
}

function postgresAt(address: string, folder: string, options: StoreOptions): Stores {
  const { isServer = false, onNotice, onFatal, version } = options;
  const told = onFatal === undefined ? {} : { onFatal };
  const fleet = new PostgresFleetStore(address, { worker: isServer, ...told });
  const noted = {
    ...(onNotice === undefined ? {} : { onNotice }),
    ...(version === undefined ? {} : { version }),
    ...(options.sql === undefined ? {} : { sql: options.sql }),
  };
  return {
    fleet,
    get accounts() {
      return fleet.accounts;
    },
    uses: fleet,
    data: new PostgresDataStore({ address, ...told, ...noted }),
    maintenance: maintenanceOf(folder),
    hasData: () => true,
    suit: () => mustBeSuitable(address, Date.now()),
    names: { fleet: "the fleet in PostgreSQL", data: "the data in PostgreSQL" },
  };
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

/** What a PostgreSQL is like as a store. @param now Unix time in ms */
export function suitabilityOf(address: string, now: number): Promise<Suitability[]> {
  return suitability(address, now);
}

/** Moves all that a folder has to another engine, and notes it in the folder. See moveWhole. */
export async function moveStore(wish: Omit<Move, "from" | "maintenance">, work: Work): Promise<MoveReport> {
  const { moveWhole } = await import("./postgres/move/whole.ts");
  return moveWhole({ ...wish, from: notedStore(wish.folder), maintenance: maintenanceOf(wish.folder) }, work);
}
