import { existsSync } from "node:fs";
import { version } from "../../package.json";
import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import type { FleetChange } from "../fleet/types.ts";
import type { Opened } from "../store/ports.ts";
import { storesIn } from "../store/open.ts";
import type { Stores } from "../store/stores.ts";

/** The stores with the fleet, which nobody keeps once the rooms are built on it, and what is said of the data at once. */
export interface OpenedStores {
  readonly stores: Stores;
  readonly rows: readonly FleetChange[];
  readonly opened: Opened;
}

/**
 * Opens both stores of the data folder. @param opened hears of each store, to close it when the start fails
 * @throws Refusal damaged_store, newer_store, storage_unavailable; nothing is overwritten then
 */
export async function openStores(
  { data: folder, dataLostOk, sql, standby, cluster, unreplicatedOk }: Config,
  log: Log,
  opened: (close: () => unknown) => void,
): Promise<OpenedStores> {
  const onFatal = (error: Error) => {
    if (stores.lease?.fenced) return; // its connections are told first (lease-watch.ts)
    log.error({ error: String(error) }, "the store cannot go on; the server ends, start it again");
    process.exit(1);
  };
  const stores: Stores = storesIn(folder, {
    ...{ isServer: true, version, sql, standby, shared: cluster, unreplicatedOk },
    onNotice: (text) => log.warn({}, text),
    onFatal,
  });
  await stores.suit();
  const { fleet, data, names } = stores;
  opened(() => fleet.close());
  opened(() => data.close());
  const missing = !stores.hasData() && existsSync(names.fleet);
  // among several nodes the fleet is as of then or later: what changed it since is told by the log, and passed over when it is in it
  const early = cluster ? await data.open() : null;
  const opening = fleet.open();
  if (missing && !dataLostOk) {
    await opening;
    if (await fleet.isPaired()) throw dataMissing(names.data);
  }
  const [rows, found] = await Promise.all([opening, early ?? data.open()]);
  await checkPair(stores, found);
  await fleet.setPaired();
  return { stores, rows, opened: found };
}

/** A fleet.db that had a data.db beside it must not get an empty one without a word: its disk may not be mounted. */
function dataMissing(path: string): Refusal {
  return new Refusal(
    "damaged_store",
    `${path} is missing, and fleet.db had one: the measurements and sessions are not here. Nothing was changed. Is a disk ` +
      "not mounted, or a link broken? Otherwise restore a backup (fieldcast restore). To go on with this fleet and without what was " +
      "measured, start once with --data-lost-ok on.",
  );
}

/**
 * The two files belong together. With a fleet.db that is new, or older than data.db, uids would be given anew: the
 * measurements of one device would become another's, or nobody's and be deleted.
 */
async function checkPair({ fleet, names }: Stores, { highest }: Opened): Promise<void> {
  const { device, field } = highest;
  if (device < (await fleet.firstFree("device")) && field < (await fleet.firstFree("field"))) return;
  throw new Refusal(
    "damaged_store",
    `${names.fleet} does not know devices or fields that ${names.data} has measurements of: it is new, or an older backup. ` +
      "Nothing was changed. Put both back from the same backup, or move both away to start with an empty instance.",
  );
}
