/** What lies on the disk, and what was written to it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a file's blocks are counted in, whatever the file system. */
const BLOCK = 512;

/** Bytes that one process, and its children that ended, had written to the disk; NaN where the system does not tell. */
function writtenByOne(pid: number): number {
  try {
    const match = /^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"));
    return match ? Number(match[1]) : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

/** The processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return parent === pid ? [Number(name)] : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

/** Bytes that a process and its children have written to the disk; NaN where the system does not tell. */
export function writtenBytes(pid: number): number {
  const own = writtenByOne(pid);
  if (Number.isNaN(own)) return own;
  return childrenOf(pid).reduce((sum, child) => sum + (writtenByOne(child) || 0), own);
}

/** Bytes on the disk of the files in a folder and its folders; what was set aside and not written yet does not count. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += folderBytes(path);
    else bytes += (statSync(path, { throwIfNoEntry: false })?.blocks ?? 0) * BLOCK; // it may be removed meanwhile
  }
  return bytes;
}
