/** What it costs the server that somebody watches: the states in turn, many times, since two long periods differ by more than that. */
import { readdirSync, readFileSync } from "node:fs";
import { median } from "../table.ts";

/** Seconds of the processor that all threads of a process have used, to the nanosecond (/proc/<pid>/task/<n>/schedstat). */
function used(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      return 0; // it ended meanwhile
    }
  });
  return ns.reduce((sum, one) => sum + one, 0) / 1e9;
}

/** Something that watches, or nobody: it begins, is measured, and ends. */
export interface State {
  readonly name: string;
  /** @returns ends it */
  readonly begin: () => Promise<() => Promise<void>>;
}

export interface Cost {
  readonly name: string;
  /** Of one core, of each period. */
  readonly shares: readonly number[];
  /** More than the first state (nobody) in the same round: as shares of a core. */
  readonly more: readonly number[];
}

/** Measures each state in each round, in an order that turns, so that what drifts meets all of them. */
export async function costs(pid: number, states: readonly State[], rounds: number, seconds: number): Promise<Cost[]> {
  const shares = states.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < states.length; turn++) {
      const at = (turn + round) % states.length;
      const end = await states[at]?.begin();
      const [before, from] = [used(pid), performance.now()];
      await Bun.sleep(seconds * 1000);
      shares[at]?.push((used(pid) - before) / ((performance.now() - from) / 1000));
      await end?.();
    }
  return states.map(({ name }, n) => costOf(name, shares[0] ?? [], shares[n] ?? []));
}

/** @param nobody, @param own shares of a core, of each round */
export function costOf(name: string, nobody: readonly number[], own: readonly number[]): Cost {
  return { name, shares: own, more: own.map((share, round) => share - (nobody[round] ?? Number.NaN)) };
}

/** The median with what half of the rounds lie between: `4.1 % (3.8–4.6)`. @param values shares */
export function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => ((sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN) * 100).toFixed(1);
  return `${(median(values) * 100).toFixed(1)} % (${at(0.25)}–${at(0.75)})`;
}
