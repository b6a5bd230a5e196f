import { join } from "node:path";
import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { FleetChange } from "../fleet/types.ts";
import type { Recovered } from "../store/ports.ts";
import { SqliteDataStore } from "../store/sqlite/data/store.ts";
import { SqliteFleetStore } from "../store/sqlite/fleet/store.ts";

export interface Stores {
  readonly fleet: SqliteFleetStore;
  readonly store: SqliteDataStore;
  /** What they hold. */
  readonly rows: readonly FleetChange[];
  readonly recovered: Recovered;
}

/**
 * Opens both files of the data folder. @param opened hears of each store, to close it when the start fails
 * @throws Refusal damaged_store, newer_store, storage_unavailable; nothing is overwritten then
 */
export async function openStores(folder: string, log: Log, opened: (close: () => unknown) => void): Promise<Stores> {
  const fleet = new SqliteFleetStore(join(folder, "fleet.db"));
  const store = new SqliteDataStore({
    folder,
    onNotice: (text) => log.warn({}, text),
    onFatal: (error) => {
      log.error({ error: String(error) }, "the store cannot go on; the server ends, start it again");
      process.exit(1);
    },
  });
  opened(() => fleet.close());
  opened(() => store.close());
  const [rows, recovered] = await Promise.all([fleet.open(), store.open()]);
  // uids would be given anew, and the measurements of one device become another's, or nobody's and be deleted
  if (rows.length === 0 && recovered.series.length > 0)
    throw new Refusal(
      "damaged_store",
      `${join(folder, "fleet.db")} is new or empty, but data.db holds measurements of its devices. Nothing was changed. ` +
        "Put fleet.db back from a backup, or move data.db away as well to start with an empty instance.",
    );
  return { fleet, store, rows, recovered };
}
