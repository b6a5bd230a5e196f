/** How many tests passed, failed, and were skipped (`todo` counts as skipped). */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function add(a: Count, b: Count): Count {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

export const NONE: Count = { passed: 0, failed: 0, skipped: 0 };

/**
 * The counts that `bun test` prints at its end. They are more complete than its JUnit file, which leaves out a file that
 * fails while it loads. A run that ends badly without a failure (a crash, process.exit in a test) is one failure.
 */
export function countOf(output: string, exitCode: number | null): Count {
  const counts = new Map<string, number>();
  for (const [, number, word] of Bun.stripANSI(output).matchAll(/^ *(\d+) (pass|fail|skip|todo)$/gm))
    counts.set(word ?? "", Number(number));
  const ended = /^Ran \d+ tests? across \d+ files?\./m.test(Bun.stripANSI(output));
  const failed = counts.get("fail") ?? 0;
  const alarm = failed === 0 && (exitCode !== 0 || !ended) ? 1 : 0;
  return {
    passed: counts.get("pass") ?? 0,
    failed: failed + alarm,
    skipped: (counts.get("skip") ?? 0) + (counts.get("todo") ?? 0),
  };
}

/** The last line of every run. */
export function lastLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Whether the run is a success: nothing failed, something ran, and nothing was skipped where nothing may be. */
export function isGood(count: Count, ci: boolean): boolean {
  return count.failed === 0 && count.passed > 0 && !(ci && count.skipped > 0);
}
