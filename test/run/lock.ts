import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";

const LIMIT_MS = 300_000;
const PAUSE_MS = 50;

/**
 * Waits until no other process holds a lock, and takes it: what test files that run at the same time make once for all of them. Who dies
 * with it holds it no longer.
 * @param file where the lock is; its folder exists
 * @returns what gives it back
 * @throws Error when another holds it for five minutes
 */
export function lock(file: string): () => void {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  const end = performance.now() + LIMIT_MS;
  try {
    while (!taken(own, file)) {
      if (performance.now() > end) throw new Error(`${file} is held by process ${holder(file)} for too long`);
      const other = holder(file);
      if (other === null || lives(other) || !bury(file, other)) Bun.sleepSync(PAUSE_MS);
    }
  } finally {
    rmSync(own);
  }
  return () => rmSync(file);
}

/** Takes the lock away from one that is dead. One at a time does: another may have it by now. Returns whether it looked. */
function bury(file: string, dead: number): boolean {
  const grave = `${file}.grave`;
  try {
    mkdirSync(grave);
  } catch {
    return false;
  }
  try {
    if (holder(file) === dead) rmSync(file, { force: true });
  } finally {
    rmdirSync(grave);
  }
  return true;
}

/** A link appears with what is in it, or not at all. */
function taken(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch {
    return false;
  }
}

function holder(file: string): number | null {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
