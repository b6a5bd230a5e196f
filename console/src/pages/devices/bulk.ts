import { ApiProblem } from "../../api/problem.ts";

/** What became of many changes. */
export interface BulkResult {
  readonly done: number;
  /** The refusals, by their words. */
  readonly failed: ReadonlyMap<string, number>;
}

/** Requests that are under way at the same time. */
const TOGETHER = 4;
const MOST_WAITS = 20;

interface BulkDeps {
  readonly wait: (ms: number) => Promise<void>;
  readonly progress: (done: number) => void;
}

/**
 * Does the same for many, a few at a time; when there is too much to do (429) it waits as the server says and goes on. A refusal
 * stops nothing else.
 */
export async function inBulk<T>(
  items: readonly T[],
  change: (item: T) => Promise<unknown>,
  { wait, progress }: BulkDeps,
): Promise<BulkResult> {
  let next = 0;
  let done = 0;
  const failed = new Map<string, number>();
  const one = async (item: T) => {
    for (let waits = 0; ; waits++) {
      try {
        await change(item);
        return;
      } catch (error) {
        const busy = error instanceof ApiProblem && error.status === 429 && waits < MOST_WAITS;
        if (!busy) throw error;
        await wait((error.retryAfter ?? 1) * 1000);
      }
    }
  };
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      try {
        await one(item);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        failed.set(why, (failed.get(why) ?? 0) + 1);
      }
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  const bad = [...failed.values()].reduce((sum, n) => sum + n, 0);
  return { done: done - bad, failed };
}
