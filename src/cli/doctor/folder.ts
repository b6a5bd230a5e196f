import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errorText } from "../../base/errors.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Where the folder is, or will be: the nearest that exists. */
function nearestFolder(folder: string): string {
  let at = resolve(folder);
  while (!isFolder(at) && dirname(at) !== at) at = dirname(at);
  return at;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Room, and whether and how fast the disk stores durably. */
export function checkDisk(folder: string): Check[] {
  const at = nearestFolder(folder);
  const fs = statfsSync(at);
  return [checkRoom(fs.bavail * fs.bsize, fs.blocks * fs.bsize), checkWriting(at)];
}

/** @param free bytes @param all bytes */
export function checkRoom(free: number, all: number): Check {
  const text = `${size(free)} free of ${size(all)}`;
  const mend = "make room: without it the server acknowledges nothing more";
  if (free < 64 * MIB) return fail("disk room", text, mend);
  if (free < GIB) return warn("disk room", text, mend);
  return ok("disk room", text);
}
function size(bytes: number): string {
  if (bytes >= GIB) return `${(bytes / GIB).toFixed(1)} GiB`;
  return `${Math.floor(bytes / MIB)} MiB`;
}

const TRIES = 9;

/** Writes a small file a few times, as a commit does, and removes it. */
function checkWriting(folder: string): Check {
  const file = join(folder, `.doctor-${process.pid}`);
  const times: number[] = [];
  try {
    const fd = openSync(file, "wx", 0o600);
    try {
      for (let i = 0; i < TRIES; i++) {
        const begun = performance.now();
        writeSync(fd, new Uint8Array(4096));
        fsyncSync(fd);
        times.push(performance.now() - begun);
      }
    } finally {
      closeSync(fd);
      rmSync(file, { force: true });
    }
  } catch (error) {
    const why = errorText(error);
    return fail(
      "disk writing",
      `${folder} cannot be written: ${why}`,
      "make it writable for this user, or choose another --data",
    );
  }
  return judgeWriting(times);
}

/** @param times ms of each write with fsync */
export function judgeWriting(times: readonly number[]): Check {
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  const text = `a durable write takes ${median.toFixed(2)} ms`;
  if (median > 50)
    return warn(
      "disk writing",
      text,
      "every acknowledgement waits for it: use an SSD, or a local disk instead of a network's",
    );
  return ok("disk writing", text);
}

/** Files that everybody may read: certificates, and what is no file of data. */
const PUBLIC = new Set(["ca.pem", "server.pem"]);

/** Modes and owners: only the server's user may read what is stored. */
export function checkModes(folder: string, user: number | undefined): Check[] {
  const what = "data folder";
  if (!existsSync(folder)) return [ok(what, `${folder} does not exist yet; the first start makes it`)];
  if (!isFolder(folder)) return [fail(what, `${folder} is not a folder`, "choose another --data")];
  const open: string[] = [];
  const foreign: string[] = [];
  for (const path of [folder, ...filesIn(folder, 3)]) {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) continue;
    if (user !== undefined && user !== 0 && stat.uid !== user) foreign.push(path);
    if ((stat.mode & 0o077) !== 0 && !PUBLIC.has(path.slice(path.lastIndexOf("/") + 1))) open.push(path);
  }
  const checks: Check[] = [];
  if (foreign.length > 0)
    checks.push(
      fail(what, `${few(foreign)} belong to another user`, `chown -R $(id -un) ${folder}, or run as that user`),
    );
  if (open.length > 0)
    checks.push(warn(what, `others on this machine may read ${few(open)}`, `chmod go-rwx ${few(open, " ")}`));
  return checks.length > 0 ? checks : [ok(what, `${folder}: only its owner may read it`)];
}

function few(paths: readonly string[], joint = ", "): string {
  const shown = paths.slice(0, 4).join(joint);
  return paths.length > 4 ? `${shown}${joint}…` : shown;
}

/** Bounded in depth and in number: the folder has few files, whatever else was put there. */
function filesIn(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  return readdirSync(folder, { withFileTypes: true })
    .slice(0, 1000)
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...filesIn(path, depth - 1)] : entry.isFile() ? [path] : [];
    });
}

/** When the newest of the data files was written, Unix time in ms; null when there is none. */
export function lastWrite(folder: string): number | null {
  if (!isFolder(folder)) return null;
  const times = ["data.db", "data.db-wal", "fleet.db", "fleet.db-wal"].flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat === undefined ? [] : [stat.mtimeMs];
  });
  return times.length === 0 ? null : Math.max(...times);
}
