import { readFileSync } from "node:fs";

const CLOCK_TICK_MS = 10; // USER_HZ of Linux
const PAGE_BYTES = 4096;

/** The CPU time of a process, in milliseconds; null where the system does not tell. */
export function cpuMsOf(pid: number): number | null {
  const numbers = readNumbers(`/proc/${pid}/stat`);
  const [user, system] = [numbers?.[13], numbers?.[14]];
  return user === undefined || system === undefined ? null : (user + system) * CLOCK_TICK_MS;
}

/** The memory that a process holds, in bytes; 0 where the system does not tell. */
export function memoryOf(pid: number): number {
  const pages = readNumbers(`/proc/${pid}/statm`)?.[1];
  return pages === undefined ? 0 : pages * PAGE_BYTES;
}

function readNumbers(path: string): number[] | null {
  try {
    // the name in the second place of `stat` may hold blanks
    return readFileSync(path, "utf8")
      .replace(/\(.*\)/, "0")
      .split(" ")
      .map(Number);
  } catch {
    return null;
  }
}
