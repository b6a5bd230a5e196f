import type { Looked } from "../../ports.ts";
import type { Database } from "bun:sqlite";
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Refusal } from "../../../base/errors.ts";
import type { Micros } from "../../../base/types.ts";
import { checkFolder, DATABASES } from "../check/check.ts";
import { fleetSteps } from "../check/fleet.ts";
import { unavailable } from "../data/files.ts";
import { syncPath } from "../../../base/sync.ts";
import { openFrozen } from "../open.ts";
import { Work } from "../../work.ts";
import { copyDatabase, pragma } from "./copy.ts";
import { BACKUP_FILES, BACKUP_FORMAT, type BackupFile, MANIFEST, type Manifest } from "./manifest.ts";
import { readFully, TAR_END, tarHeader, tarPadding, writeFully } from "./tar.ts";
import { verifyArchive } from "./archive.ts";

export interface BackupWish {
  /** The data folder; a server may be running on it. */
  readonly folder: string;
  readonly file: string;
  /** Whether a file of that name is replaced. */
  readonly force: boolean;
  /** Of this program. */
  readonly version: string;
  readonly now: Micros;
}
export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly manifest: Manifest;
}

/** A backup leaves so much of its disk to the server, or half of what is free when there is less. */
const LEAST_FREE = 64 * 1024 * 1024;
const PIECE = 1 << 20;

/**
 * Writes one file that holds what a data folder needs to start again: both databases, as of one moment, and the local
 * certificate authority with its keys. The file is an archive (tar) with a manifest; only its owner may read it.
 *
 * The databases are read by connections of their own; nobody waits for that. The moment: a read transaction begins on
 * data.db first and on fleet.db after it. A device, a field or an account is in fleet.db before anything in data.db
 * refers to it, so the later fleet knows all of them; what was deleted from it in between is a deletion that the start
 * completes, as after a crash. Everything acknowledged before the beginning is in both.
 *
 * It is written beside the file (`.partial`), checked (SQLite's structure, every block, every record of the log), packed,
 * synced, read again and compared, and renamed at last.
 * @throws Refusal storage_unavailable: it cannot be read or written, the disk is full; damaged_store: the data folder is
 * damaged; invalid_request: the file exists, there is no data; Stopped
 */
export async function writeBackup(wish: BackupWish, work: Work): Promise<BackupReport> {
  const file = resolve(wish.file);
  if (existsSync(file) && !wish.force)
    throw new Refusal("invalid_request", `${file} exists already; choose another name, or say --force to replace it.`);
  // made by us it would lie on another disk than the one that is not mounted now
  if (!existsSync(dirname(file)))
    throw new Refusal(
      "invalid_request",
      `There is no folder ${dirname(file)}, and a backup does not make it: is its disk mounted? Otherwise make the folder first.`,
    );
  for (const name of DATABASES)
    if (!existsSync(join(wish.folder, name)))
      throw new Refusal("invalid_request", `There is no ${name} in ${wish.folder}.`);
  const partial = `${file}.partial`;
  const copies = `${partial}.d`;
  try {
    rmSync(copies, { recursive: true, force: true });
    mkdirSync(join(copies, "tls"), { recursive: true, mode: 0o700 });
    const schemas = await copyAll(wish.folder, copies, work);
    const { looked, damage } = await checkFolder(copies, work);
    if (damage.length > 0)
      throw new Refusal(
        "damaged_store",
        `${wish.folder} is damaged, and no backup was made: ${damage[0]}. \`fieldcast store check\` says more.`,
      );
    const manifest = await describe(wish, copies, schemas, looked, work);
    await pack(partial, copies, manifest, wish.now / 1e6, work);
    rmSync(copies, { recursive: true, force: true });
    await verifyArchive(partial, work);
    renameSync(partial, file);
    syncPath(dirname(file));
    return { file, bytes: statSync(file).size, manifest };
  } catch (error) {
    throw refusalOf(error, wish.folder, file);
  } finally {
    rmSync(copies, { recursive: true, force: true });
    rmSync(partial, { force: true });
  }
}

/** What an error while copying means: SQLite's own speak of neither file. */
function refusalOf(error: unknown, folder: string, file: string): unknown {
  if (!(error instanceof Error) || !("code" in error) || error instanceof Refusal) return error;
  const code = String(error.code);
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") return noRoom(dirname(file));
  if (code.startsWith("SQLITE_CORRUPT"))
    return new Refusal(
      "damaged_store",
      `${folder} is damaged, and no backup was made: ${error.message}. \`fieldcast store check\` says more.`,
    );
  if (code.startsWith("SQLITE")) return unavailable(error);
  return new Refusal("storage_unavailable", `${basename(file)} cannot be written: ${error.message}.`);
}
function noRoom(where: string): Refusal {
  return new Refusal(
    "storage_unavailable",
    `There is too little room in the file system of ${where}: no backup was made. It takes twice the size of the data while it is written.`,
  );
}

interface Schemas {
  readonly data: number;
  readonly fleet: string;
}

async function copyAll(folder: string, copies: string, work: Work): Promise<Schemas> {
  const data = openFrozen(join(folder, "data.db")); // before fleet.db, see above
  let fleet: Database | null = null;
  try {
    fleet = openFrozen(join(folder, "fleet.db"));
    const least = Math.min(LEAST_FREE, freeBytes(folder) / 2);
    // the write-ahead log grows while a reader stands still: a server must not run out of room by that
    const careful = new Work(
      (phase, part) => work.show(phase, part),
      work.signal,
      () => {
        work.check();
        if (freeBytes(folder) < least) throw noRoom(folder);
      },
    );
    await careful.tell("copying", 0);
    await copyDatabase(fleet, join(copies, "fleet.db"), "copying fleet.db", careful);
    await copyDatabase(data, join(copies, "data.db"), "copying data.db", careful);
    for (const name of BACKUP_FILES)
      if (name.startsWith("tls/") && existsSync(join(folder, name)))
        writeFileSync(join(copies, name), readFileSync(join(folder, name)), { mode: 0o600 });
    return { data: pragma(data, "user_version"), fleet: fleetSteps(fleet).at(-1) ?? "" };
  } finally {
    data.close();
    fleet?.close();
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

async function describe(
  wish: BackupWish,
  copies: string,
  schemas: Schemas,
  looked: Looked,
  work: Work,
): Promise<Manifest> {
  const files: { name: BackupFile; size: number; sha256: string }[] = [];
  for (const name of BACKUP_FILES) {
    const path = join(copies, name);
    if (!existsSync(path)) continue;
    const { size } = statSync(path);
    const hash = new Bun.CryptoHasher("sha256");
    await eachPiece(path, (piece) => hash.update(piece), `adding up ${name}`, work);
    files.push({ name, size, sha256: hash.digest("hex") });
  }
  const { devices, series, points, logRows, sessions, nextSeq } = looked;
  return {
    format: BACKUP_FORMAT,
    fieldcast: wish.version,
    time: new Date(wish.now / 1000).toISOString(),
    dataSchema: schemas.data,
    fleetSchema: schemas.fleet,
    counts: { devices, series, sealed: points, logRows, sessions, nextSeq },
    files,
  };
}

/** Writes the archive, and makes it durable. */
async function pack(path: string, copies: string, manifest: Manifest, mtime: number, work: Work): Promise<void> {
  rmSync(path, { force: true });
  const fd = openSync(path, "wx", 0o600);
  try {
    const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
    writeFully(fd, tarHeader({ name: MANIFEST, size: text.length, mtime }));
    writeFully(fd, text);
    writeFully(fd, tarPadding(text.length));
    for (const { name, size } of manifest.files) {
      writeFully(fd, tarHeader({ name, size, mtime }));
      await eachPiece(join(copies, name), (piece) => writeFully(fd, piece), `packing ${name}`, work);
      writeFully(fd, tarPadding(size));
    }
    writeFully(fd, TAR_END);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

async function eachPiece(path: string, use: (piece: Uint8Array) => void, phase: string, work: Work): Promise<void> {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const buffer = new Uint8Array(PIECE);
    for (let at = 0; at < size; ) {
      const piece = buffer.subarray(0, readFully(fd, buffer, at));
      if (piece.length === 0) throw new RangeError(`${path} became shorter`);
      use(piece);
      at += piece.length;
      if (work.due) await work.tell(phase, at / size);
    }
  } finally {
    closeSync(fd);
  }
}
