/** Answers that were asked for before the console's code was there (main.ts), for the code to take. */

export interface EarlyAnswer {
  readonly answer: Response;
  /** ms since 1970 by this machine, when it came. */
  readonly at: number;
}
type Waiting = Map<string, { readonly asked: number; readonly answer: Promise<EarlyAnswer | undefined> }>;

/** The two scripts have nothing in common but the window. */
const kept = globalThis as { fieldcastEarly?: Waiting };

/** What nobody has taken after so long may be old, ms. */
const FRESH_MS = 10_000;

/**
 * Asks, so that the answer is there when the console's own code asks for it.
 * @param address as the client writes it, below the origin
 * @param when whether it is asked at all, which need not be known yet: who takes it meanwhile waits for that, and does not ask beside it
 * @returns undefined: it was not asked
 */
export function askEarly(
  address: string,
  when: Promise<boolean> = Promise.resolve(true),
): Promise<EarlyAnswer | undefined> {
  kept.fieldcastEarly ??= new Map();
  const answer = when.then(async (is) => {
    if (!is) return undefined;
    const got = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return { answer: got, at: Date.now() };
  });
  // who takes it hears of it; what nobody takes is nobody's failure
  answer.catch(() => undefined);
  kept.fieldcastEarly.set(address, { asked: performance.now(), answer });
  return answer;
}

/** The answer that was asked for early, once; undefined: it was not, or it may be old by now. */
export function takeEarly(address: string): Promise<EarlyAnswer | undefined> | undefined {
  const waiting = kept.fieldcastEarly?.get(address);
  kept.fieldcastEarly?.delete(address);
  return waiting === undefined || performance.now() - waiting.asked > FRESH_MS ? undefined : waiting.answer;
}
