import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { Refusal } from "../base/errors.ts";
import type { Clock, Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import type { Maintenance, Upgrade } from "../store/ports.ts";
import { BackupPlace } from "./backup-place.ts";

type Settings = Pick<Config, "data" | "backupDir" | "upgradeBackup">;

/** Names of backups that are made before an upgrade. The clock's backups are named otherwise: these are never removed by the program. */
const OWN = /^fieldcast-before-upgrade-\d{8}T\d{6}Z\.tar$/;
const OWN_REST = /^fieldcast-before-upgrade-\d{8}T\d{6}Z\.tar\.partial(?:\.d)?$/;
/** Left free beside what the backup takes. */
const SPARE_BYTES = 64 * 1024 * 1024;
/** How often it is told that the backup goes on, ms. */
const TELL_MS = 10_000;

/**
 * Before the stores are opened, which brings a folder of an older version into the form of this one: tells what will be done, and
 * about how long, and makes a backup first where the settings want one.
 * @returns to be called when the stores are open
 * @throws Refusal storage_unavailable: there is no room for the backup, or it cannot be written; damaged_store
 */
export async function beforeUpgrade(
  maintenance: Pick<Maintenance, "upgrade" | "startBackup">,
  settings: Settings,
  clock: Pick<Clock, "micros" | "steady">,
  log: Log,
): Promise<() => void> {
  const upgrade = maintenance.upgrade();
  if (upgrade === null) return () => {};
  const { steps, bytes, seconds } = upgrade;
  const rewrites = steps.filter((one) => one.rewrites);
  const time = seconds === 0 ? "it takes a moment" : `it takes up to about ${seconds} s on a slow disk`;
  log.info(
    { steps: steps.map(({ name, does }) => `${name}: ${does}`), rewrites: rewrites.map(({ name }) => name), bytes },
    `an older version wrote ${settings.data}: it is brought up to date now, and older versions cannot read it then; ${time}`,
  );
  const wanted = settings.upgradeBackup === "always" || (settings.upgradeBackup === "rewrites" && rewrites.length > 0);
  if (wanted) await backupFirst(maintenance, settings, upgrade, clock, log);
  const begun = clock.steady();
  return () => log.info({ ms: Math.round((clock.steady() - begun) / 1000) }, `${settings.data} is up to date`);
}

async function backupFirst(
  maintenance: Pick<Maintenance, "startBackup">,
  { data, backupDir }: Settings,
  { bytes }: Upgrade,
  clock: Pick<Clock, "micros" | "steady">,
  log: Log,
): Promise<void> {
  const place = backupDir ?? join(data, "upgrade");
  if (backupDir !== null) new BackupPlace(data).ready(backupDir);
  else mkdirSync(place, { recursive: true, mode: 0o700 });
  for (const rest of readdirSync(place)) if (OWN_REST.test(rest)) rmSync(join(place, rest), { recursive: true });
  const there = stillGood(data, place);
  if (there !== null) {
    log.info({ file: there }, "the backup of the last start, which did not end, is still good");
    return;
  }
  checkRoom(place, 2 * bytes + SPARE_BYTES);
  const stamp = new Date(clock.micros() / 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const file = join(place, `fieldcast-before-upgrade-${stamp}Z.tar`);
  const begun = clock.steady();
  const telling = setInterval(() => {
    log.info({}, `the backup before the upgrade goes on, for ${Math.round((clock.steady() - begun) / 1e6)} s now`);
  }, TELL_MS);
  const wish = { file, force: false, version, now: clock.micros() };
  // in a thread of its own: who waits for this start is told meanwhile that it goes on
  const report = await maintenance.startBackup(wish).done.finally(() => clearInterval(telling));
  log.info({ file, bytes: report.bytes }, "made a backup before the upgrade, and verified it: it is the way back");
}

/** A backup that is younger than all that is stored: a start that made one may have failed behind it, again and again. */
function stillGood(data: string, place: string): string | null {
  const stored = ["fleet.db", "fleet.db-wal", "data.db", "data.db-wal"]
    .map((name) => statSync(join(data, name), { throwIfNoEntry: false }))
    .filter((stat) => stat !== undefined && stat.size > 0);
  const changed = Math.max(...stored.map((stat) => stat?.mtimeMs ?? 0));
  const made = readdirSync(place).filter((name) => OWN.test(name));
  const good = made.sort().findLast((name) => statSync(join(place, name)).mtimeMs > changed);
  return good === undefined ? null : join(place, good);
}

function checkRoom(place: string, needed: number): void {
  const { bavail, bsize } = statfsSync(place);
  if (bavail * bsize >= needed) return;
  const megabytes = (n: number) => Math.ceil(n / 1e6).toLocaleString("en-US");
  throw new Refusal(
    "storage_unavailable",
    `The upgrade makes a backup first, which takes ${megabytes(needed)} MB while it is written, and ${place} has ${megabytes(bavail * bsize)} MB. ` +
      "Nothing was changed. Make room, name a folder on another disk with --backup-dir, or make a backup with the old version and start once with --upgrade-backup off.",
  );
}
