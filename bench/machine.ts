/** What the table was measured on. */
import { closeSync, fdatasyncSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { median } from "./table.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly bun: string;
  /** Median milliseconds of writing 4 KiB and waiting for the disk, in the folder that the servers use. */
  readonly fdatasyncMs: number;
  /** Milliseconds that one in a hundred of them takes longer than, at a pace of one a millisecond: no acknowledgement's p99 is below it. */
  readonly fdatasyncP99Ms: number;
  /** True where that folder is memory: then no durable commit was measured. */
  readonly inMemory: boolean;
}

const SYNCS = 1000;
const PAGES = 100;
const IN_MEMORY_FILESYSTEMS = new Set([0x01021994, 0x858458f6]); // tmpfs, ramfs

/** Looks at this machine; writes and removes one small file in `folder`. */
export function describeMachine(folder: string): Machine {
  const file = join(folder, "fdatasync");
  const page = new Uint8Array(4096);
  const handle = openSync(file, "w");
  const times = Array.from({ length: SYNCS }, (_, i) => {
    const start = performance.now();
    // over itself again and again, as a write-ahead log is
    writeSync(handle, page, 0, page.length, (i % PAGES) * page.length);
    fdatasyncSync(handle);
    const took = performance.now() - start;
    Bun.sleepSync(Math.max(0, 1 - took));
    return took;
  });
  closeSync(handle);
  rmSync(file);
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    bun: Bun.version,
    fdatasyncMs: median(times),
    fdatasyncP99Ms: times.sort((a, b) => a - b)[Math.ceil(SYNCS * 0.99) - 1] ?? Number.NaN,
    inMemory: IN_MEMORY_FILESYSTEMS.has(statfsSync(folder).type),
  };
}
