import { Refusal } from "../../base/errors.ts";
import type { Maintenance, StoreLock } from "../ports.ts";
import { latestTimes } from "./latest.ts";
import { acquireLock, holderOf } from "./lock.ts";

/**
 * What is done with a PostgreSQL store as a whole: it has commands of its own for most of it, and these say so.
 * @param folder the lock of the data folder, which holds certificates and the socket for commands
 */
export function postgresMaintenance(address: string, folder: Pick<Maintenance, "lock" | "holder">): Maintenance {
  return {
    lock: () => bothLocks(address, folder),
    holder: async () => (await folder.holder()) || holderOf(address),
    // the tables are brought up to date at the start; what goes before it is a dump
    upgrade: () => null,
    check: () => refused("check", "PostgreSQL's own check is pg_amcheck; each start reads the log and its checksums"),
    backup: () =>
      refused(
        "backup",
        "make one of the database with pg_dump, or with pg_basebackup and its archive (docs/postgresql.md)",
      ),
    startBackup: () => ({
      done: refused("--backup-dir", "the database is backed up by PostgreSQL's own means (docs/postgresql.md)"),
      stop() {},
    }),
    restore: () =>
      refused("restore", "restore the database with pg_restore, or a backup of a folder into another --data"),
    salvage: () => refused("store salvage", "restore the database from a backup"),
    latestTimes: () => latestTimes(address),
  };
}

async function refused(what: string, instead: string): Promise<never> {
  throw new Refusal("not_available", `${what}: the data is in PostgreSQL, not in files of ours; ${instead}.`);
}

async function bothLocks(address: string, folder: Pick<Maintenance, "lock">): Promise<StoreLock | null> {
  const first = await folder.lock();
  if (first === null) return null;
  try {
    const second = await acquireLock(address);
    if (second !== null)
      return {
        release: () => {
          second.release();
          first.release();
        },
      };
  } catch (error) {
    first.release();
    throw error;
  }
  first.release();
  return null;
}
