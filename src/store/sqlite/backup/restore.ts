import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Refusal } from "../../../base/errors.ts";
import type { Micros } from "../../../base/types.ts";
import { checkFolder } from "../check/check.ts";
import { syncPath } from "../../../base/sync.ts";
import { acquireLock, holderOf } from "../lock.ts";
import type { Work } from "../../work.ts";
import { readArchive, verifyArchive } from "./archive.ts";
import { type BackupFile, damagedBackup, type Manifest } from "./manifest.ts";
import { writeFully } from "./tar.ts";

export interface RestoreWish {
  readonly file: string;
  /** The data folder to be; absent or empty, or else moved aside with `force`. */
  readonly folder: string;
  readonly force: boolean;
  readonly now: Micros;
}
export interface RestoreReport {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Where the folder that was there is now; null: there was none, or an empty one. */
  readonly aside: string | null;
}

/** Files that everybody may read: they are given to clients. */
const PUBLIC = new Set<BackupFile>(["tls/ca.pem", "tls/server.pem"]);

/**
 * Makes a data folder from a backup: verified as a whole first, unpacked beside the folder (`.partial`), checked as
 * `store check` does, synced, and renamed at last. It is whole or not there.
 * @throws Refusal damaged_store, newer_store: nothing was changed; invalid_request: there is data in the folder;
 * storage_unavailable: a server runs there, the disk is full; Stopped
 */
export async function restoreBackup(wish: RestoreWish, work: Work): Promise<RestoreReport> {
  const folder = resolve(wish.folder);
  const partial = `${folder}.partial`;
  if (!existsSync(wish.file)) throw new Refusal("invalid_request", `There is no file ${wish.file}.`);
  const taken = existsSync(folder) && readdirSync(folder).length > 0;
  if (taken && !wish.force)
    throw new Refusal(
      "invalid_request",
      `${folder} is not empty, and nothing in it was changed. Restore into another folder, or say --force to move this one aside.`,
    );
  await verifyArchive(wish.file, work);
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(join(partial, "tls"), { recursive: true, mode: 0o700 });
    const manifest = await unpack(wish.file, partial, work);
    const { damage } = await checkFolder(partial, work);
    if (damage.length > 0) throw damagedBackup(wish.file, damage[0] ?? "");
    for (const { name } of manifest.files) syncPath(join(partial, name));
    for (const path of [join(partial, "tls"), partial]) syncPath(path);
    const aside = makeRoom(folder, taken, wish.now);
    try {
      renameSync(partial, folder);
    } catch (error) {
      if (aside !== null) renameSync(aside, folder);
      throw error;
    }
    syncPath(dirname(folder));
    return { folder, manifest, aside };
  } catch (error) {
    throw refusalOf(error, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function refusalOf(error: unknown, folder: string): unknown {
  if (error instanceof Refusal || !(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "ENOSPC" || error.code === "EDQUOT")
    return new Refusal("storage_unavailable", `The disk of ${folder} is full. Nothing was changed.`);
  if (error.code === "EBUSY")
    return new Refusal(
      "invalid_request",
      `${folder} is where a file system is mounted, which cannot be replaced: restore into a folder inside it.`,
    );
  return new Refusal("storage_unavailable", `${folder} cannot be restored: ${error.message}. Nothing was changed.`);
}

async function unpack(file: string, partial: string, work: Work): Promise<Manifest> {
  let open: { readonly name: BackupFile; readonly fd: number } | null = null;
  const end = () => {
    if (open === null) return;
    fsyncSync(open.fd);
    closeSync(open.fd);
    open = null;
  };
  const begin = (name: BackupFile) => {
    end();
    open = { name, fd: openSync(join(partial, name), "wx", 0o600) };
    return open;
  };
  try {
    const take = (name: BackupFile, piece: Uint8Array) => {
      const to = open?.name === name ? open : begin(name);
      writeFully(to.fd, piece);
    };
    const manifest = await readArchive(file, take, work, "unpacking");
    end();
    for (const { name } of manifest.files) if (PUBLIC.has(name)) chmodSync(join(partial, name), 0o644);
    return manifest;
  } finally {
    end();
  }
}

/** Takes what is there out of the way. @returns where it is now; null: there was nothing */
function makeRoom(folder: string, taken: boolean, now: Micros): string | null {
  if (!existsSync(folder)) return null;
  if (!taken) {
    rmdirSync(folder);
    return null;
  }
  const lock = acquireLock(folder);
  if (lock === null)
    throw new Refusal(
      "storage_unavailable",
      `A fieldcast runs on ${folder}${holderOf(folder)}: stop it first. Nothing was changed.`,
    );
  const aside = `${folder}.before-${new Date(now / 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}`;
  try {
    if (existsSync(aside)) throw new Refusal("invalid_request", `${aside} is in the way. Nothing was changed.`);
    renameSync(folder, aside);
    return aside;
  } finally {
    lock.release();
  }
}
