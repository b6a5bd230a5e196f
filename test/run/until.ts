/** How long a test waits for what must come, on a machine that may be busy with others; never how long it sleeps. */
const BOUND_MS = 30_000;

/** The promise's value; rejects after a bound, with what was waited for. */
export async function within<T>(what: string, promise: Promise<T>, ms = BOUND_MS): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until the answer is not null, undefined or false. Rejects after a bound. */
export async function until<T>(
  what: string,
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  ms = BOUND_MS,
): Promise<T> {
  const end = performance.now() + ms;
  for (let asked = 1; ; asked++) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`);
    // at first often, then no more than the server takes of one account
    await Bun.sleep(asked < 20 ? 5 : 20);
  }
}
