/** Writing and asking, with clocks. */
import { Latencies } from "../load/measure.ts";
import { median } from "../table.ts";
import type { Engine } from "./engine.ts";
import { createRows, Generator, type Plan, type Rows } from "./rows.ts";

/** Rows that are generated ahead, while the clock stands still. */
const SLAB = 200_000;

/** Rows for a writer, reused from scenario part to scenario part. */
export const createSlab = (): Rows => createRows(SLAB);

/** Adds up what was written. */
export class Writing {
  rows = 0;
  /** Clock time, without that of generating the data. */
  seconds = 0;
  readonly latencies = new Latencies();

  get perSecond(): number {
    return this.rows / this.seconds;
  }
}

/** One commit, and how long it took; the caller may work meanwhile. */
async function timed(commit: () => Promise<void>, latencies: Latencies): Promise<void> {
  const start = performance.now();
  await commit();
  latencies.add(performance.now() - start);
}

/**
 * Writes a plan with one commit in flight; while an engine commits beside this thread, the next commit is put into its form.
 * `size` says how many rows the next one has, `between` runs when a slab of them is written, with the clock standing.
 */
export async function writePlan(
  engine: Engine,
  plan: Plan,
  slab: Rows,
  size: () => number,
  writing: Writing,
  between: (rows: number) => Promise<void> = async () => {},
): Promise<void> {
  const generator = new Generator(plan);
  for (;;) {
    generator.fill(slab);
    if (slab.count === 0) return;
    const start = performance.now();
    let at = 0;
    let end = Math.min(slab.count, size());
    let commit = engine.prepare(slab, 0, end);
    while (at < slab.count) {
      const durable = timed(commit, writing.latencies);
      at = end;
      end = Math.min(slab.count, at + size());
      if (at < slab.count) commit = engine.prepare(slab, at, end);
      await durable;
    }
    writing.seconds += (performance.now() - start) / 1000;
    writing.rows += slab.count;
    await between(writing.rows);
  }
}

/** Median milliseconds of a question that is asked `times` times, or fewer when that takes more than `most` seconds. */
export async function medianOf(times: number, most: number, ask: (index: number) => Promise<void>): Promise<number> {
  const taken: number[] = [];
  const end = performance.now() + most * 1000;
  for (let i = 0; i < times && (i === 0 || performance.now() < end); i++) {
    const start = performance.now();
    await ask(i);
    taken.push(performance.now() - start);
  }
  return median(taken);
}

/** Engines are compared only while they answer the same. */
export function expectCount(what: string, got: number, wanted: number): void {
  if (got !== wanted) throw new Error(`${what}: ${got} instead of ${wanted}`);
}
