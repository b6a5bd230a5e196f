/** Clocks and counters of one run. */
import { readdirSync, readFileSync } from "node:fs";

/** Figures by name; which of them a table shows is said by the scenario. */
export type Figures = Record<string, number>;

const CLOCK_TICKS_PER_SECOND = 100; // USER_HZ of every Linux that Bun runs on

/** CPU seconds that a process has used, or undefined where there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND; // utime and stime
  } catch {
    return undefined;
  }
}

/** CPU seconds of the processes that a process has started, together; undefined where there is no /proc. */
export function childrenCpuSeconds(pid: number): number | undefined {
  try {
    const lists = readdirSync(`/proc/${pid}/task`).map((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"),
    );
    const children = lists.join(" ").split(" ").map(Number).filter(Boolean);
    return children.reduce((sum, child) => sum + (cpuSeconds(child) ?? 0), 0);
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in bytes. Throws when neither /proc nor `ps` tells it. */
export function residentBytes(pid: number): number {
  try {
    const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    if (match) return Number(match[1]) * 1024;
  } catch {
    // no /proc here
  }
  const kilobytes = Number(
    Bun.spawnSync(["ps", "-o", "rss=", "-p", String(pid)])
      .stdout.toString()
      .trim(),
  );
  if (!(kilobytes > 0)) throw new Error(`the resident memory of process ${pid} is not readable`);
  return kilobytes * 1024;
}

/** The processes of a server; undefined: nobody looks at them. */
export type Pids = number | readonly number[] | undefined;

interface Snapshot {
  readonly time: number;
  readonly load: NodeJS.CpuUsage;
  readonly server: number | undefined;
}

function snapshot(server: Pids): Snapshot {
  const pids = typeof server === "number" ? [server] : server;
  return {
    time: performance.now(),
    load: process.cpuUsage(),
    server: sumOf(pids?.map(cpuSeconds)),
  };
}

/** undefined when one of them is. */
function sumOf(values: readonly (number | undefined)[] = [undefined]): number | undefined {
  return values.reduce((sum, one) => (sum === undefined || one === undefined ? undefined : sum + one), 0);
}

/** The CPU (1 = one core) of this program and of the server between two looks. */
function cpuBetween(before: Snapshot, after: Snapshot): Figures {
  const elapsed = (after.time - before.time) / 1000;
  const load = after.load.user + after.load.system - before.load.user - before.load.system;
  const known = before.server !== undefined && after.server !== undefined;
  return {
    loadCpu: load / 1e6 / elapsed,
    ...(known ? { serverCpu: ((after.server ?? 0) - (before.server ?? 0)) / elapsed } : {}),
  };
}

/**
 * Lets the load run for `warmup` seconds, then measures for `seconds`: the rise of every counter per second, and the CPU
 * (1 = one core) of this program and of the server.
 */
export async function measureRates(
  warmup: number,
  seconds: number,
  serverPid: Pids,
  counters: () => Figures,
): Promise<Figures> {
  await Bun.sleep(warmup * 1000);
  const before = { ...snapshot(serverPid), counters: counters() };
  await Bun.sleep(seconds * 1000);
  const after = { ...snapshot(serverPid), counters: counters() };
  const elapsed = (after.time - before.time) / 1000;
  const rates: Figures = {};
  for (const [name, value] of Object.entries(after.counters)) {
    rates[name] = (value - (before.counters[name] ?? 0)) / elapsed;
  }
  return { ...rates, ...cpuBetween(before, after) };
}

/** Does some work: how many `seconds` it took, and the CPU meanwhile. */
export async function measureWork(serverPid: Pids, work: () => Promise<void>): Promise<Figures> {
  const before = snapshot(serverPid);
  await work();
  const after = snapshot(serverPid);
  return { seconds: (after.time - before.time) / 1000, ...cpuBetween(before, after) };
}

/** Waits until `done()`, or until `progress()` has stood still for 1.5 s, or for `most` seconds in all. */
export async function drain(done: () => boolean, progress: () => number, most = 15): Promise<void> {
  const start = performance.now();
  let last = progress();
  let moved = start;
  while (!done()) {
    await Bun.sleep(20);
    const now = performance.now();
    const current = progress();
    if (current !== last) moved = now;
    last = current;
    if (now - moved > 1_500 || now - start > most * 1000) return;
  }
}

/** Times in whole microseconds up to ten seconds, counted exactly. */
export class Latencies {
  readonly #counts = new Uint32Array(10_000_000);
  #total = 0;

  add(milliseconds: number): void {
    const index = Math.min(this.#counts.length - 1, Math.round(milliseconds * 1000));
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }

  /** The time in milliseconds that a share (0–1) of the samples does not exceed; NaN without samples. */
  quantile(share: number): number {
    let left = Math.ceil(this.#total * share);
    if (left === 0) return Number.NaN;
    for (let i = 0; i < this.#counts.length; i++) {
      left -= this.#counts[i] ?? 0;
      if (left <= 0) return i / 1000;
    }
    return Number.NaN;
  }
}
