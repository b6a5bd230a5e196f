import type { SalvageReport, StoreLock } from "../../ports.ts";
import type { Database } from "bun:sqlite";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errorText, Refusal } from "../../../base/errors.ts";
import { BACKUP_FILES } from "../backup/manifest.ts";
import { checkFolder, DATABASES } from "../check/check.ts";
import { tablesOf } from "../check/structure.ts";
import { readWal } from "../check/wal.ts";
import { syncPath } from "../../../base/sync.ts";
import { acquireLock, holderOf } from "../lock.ts";
import type { Work } from "../../work.ts";
import { DataSalvage } from "./data.ts";
import { salvageFleet } from "./fleet.ts";
import { LossList } from "./losses.ts";
import { rebuildFirstPage } from "./roots.ts";
import { mendCopy, openCopy, rescueFile } from "./rescue.ts";

/**
 * Builds a data folder of what can be read of a damaged one, which stays as it is. Databases are copied first, as far
 * as the disk gives them, and read table by table and row by row: a damaged page costs its rows alone.
 * @param to must be absent or empty
 * @throws Refusal invalid_request: the new folder is not empty, a server runs on the damaged one, there is no data;
 * errors of fs while writing; Stopped
 */
export async function salvageFolder(
  wish: { readonly folder: string; readonly to: string },
  work: Work,
): Promise<SalvageReport> {
  const { folder } = wish;
  const to = resolve(wish.to);
  if (existsSync(to) && readdirSync(to).length > 0)
    throw new Refusal("invalid_request", `${to} is not empty: name a folder that does not exist.`);
  if (!DATABASES.some((name) => existsSync(join(folder, name)) || existsSync(join(folder, `${name}-wal`))))
    throw new Refusal("invalid_request", `There is no data in ${folder}.`);
  const lock = lockIfPossible(folder);
  const partial = `${to}.partial`;
  const copies = join(partial, "copies");
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(join(partial, "tls"), { recursive: true, mode: 0o700 });
    mkdirSync(copies);
    const losses = new LossList();
    for (const name of DATABASES) rescue(folder, copies, name, losses);
    for (const name of BACKUP_FILES)
      if (name.startsWith("tls/")) copySmall(join(folder, name), join(partial, name), name, losses);
    await rebuild(partial, copies, losses, work);
    rmSync(copies, { recursive: true });
    const { looked, damage } = await checkFolder(partial, work);
    for (const text of damage) losses.other(`still wrong: ${text}`);
    for (const name of DATABASES) syncPath(join(partial, name));
    for (const path of [join(partial, "tls"), partial]) syncPath(path);
    if (existsSync(to)) rmdirSync(to);
    renameSync(partial, to);
    syncPath(dirname(to));
    return { folder: to, saved: looked, lost: losses.all };
  } finally {
    rmSync(partial, { recursive: true, force: true });
    lock?.release();
  }
}

/** A folder on a file system that can only be read has no lock; no server can run on it either. */
function lockIfPossible(folder: string): StoreLock | null {
  let lock: StoreLock | null = null;
  try {
    lock = acquireLock(folder);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
  if (lock === null)
    throw new Refusal("invalid_request", `A fieldcast runs on ${folder}${holderOf(folder)}: stop it first.`);
  return lock;
}

function rescue(folder: string, copies: string, name: string, losses: LossList): void {
  for (const end of ["", "-wal"]) {
    const from = join(folder, name + end);
    if (!existsSync(from)) continue;
    const unread = rescueFile(from, join(copies, name + end));
    if (unread > 0) losses.other(`${name}${end}: the disk did not give ${unread} of its pages`);
  }
  const copy = join(copies, name);
  if (!existsSync(copy)) {
    losses.other(`${name}: it is missing`);
    return;
  }
  const mended = mendCopy(copy);
  if (mended !== null) losses.other(`${name}: ${mended}`);
  const wal = readWal(`${copy}-wal`);
  if (wal !== null && wal.lostCommits > 0) {
    const text = `${name}-wal: frame ${wal.sound + 1} of ${wal.frames} is damaged; the ${wal.lostCommits} newest commits are lost`;
    losses.add(name === "data.db" ? { what: "log", text } : { what: "other", text });
  }
}

function copySmall(from: string, to: string, name: string, losses: LossList): void {
  if (!existsSync(from)) return;
  try {
    writeFileSync(to, readFileSync(from), { mode: 0o600 });
  } catch (error) {
    losses.other(`${name}: ${errorText(error)}`);
  }
}

async function rebuild(partial: string, copies: string, losses: LossList, work: Work): Promise<void> {
  const data = openData(join(copies, "data.db"), losses);
  const fleet = openCopy(join(copies, "fleet.db"));
  try {
    const refers = await new DataSalvage(data, join(partial, "data.db"), losses, work).run();
    await salvageFleet(fleet, join(partial, "fleet.db"), refers, losses, work);
  } finally {
    data?.close();
    fleet?.close();
  }
}

/** The copy of data.db, if need be with its list of tables made anew; null: nothing in it can be read. */
function openData(path: string, losses: LossList): Database | null {
  const db = openCopy(path);
  if (!existsSync(path) || (db !== null && tablesOf(db, () => {}).some(({ name }) => name === "log"))) return db;
  db?.close();
  const found = rebuildFirstPage(path);
  if (found.length === 0) return openCopy(path);
  losses.other(
    `data.db: its list of tables is damaged; found by what they hold: ${found.join(", ")}. What was deleted of late may be there again`,
  );
  return openCopy(path);
}
