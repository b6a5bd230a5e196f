import type { Micros } from "../../base/types.ts";

/** When an action that failed is tried again: rules without a clock and without chance, which come as parameters. */

const SECOND: Micros = 1_000_000;
/** µs from a try that failed to the next one. What is told of a fault some hours late helps nobody. */
const WAITS: readonly Micros[] = [5, 30, 120, 300, 900, 1800, 3600, 3600].map((s) => s * SECOND);
/** The same of what was refused by its content. */
const REFUSED_WAITS: readonly Micros[] = [5, 30].map((s) => s * SECOND);
/** A wait is longer or shorter by so much of it at most, so that many do not come at once. */
const JITTER = 0.1;

/** What came of doing an action. `done`: it was told, or written here; `again`: it may work later; `dead`: it never will. */
export type Outcome =
  /** `isStored`: that it was done is stored, too. */
  | { readonly is: "done"; readonly text: string; readonly isStored?: true }
  | { readonly is: "again"; readonly text: string; readonly isRefused?: boolean; readonly wait?: Micros }
  | { readonly is: "dead"; readonly text: string };

/**
 * µs to wait before the next try; null: it is given up.
 * @param tries so far @param isRefused its content was @param asked what the other side asks to wait, µs @param chance from 0 to 1
 */
export function waitBefore(tries: number, isRefused: boolean, asked: Micros, chance: number): Micros | null {
  const wait = (isRefused ? REFUSED_WAITS : WAITS)[tries - 1];
  return wait === undefined ? null : Math.max(asked, Math.round(wait * (1 - JITTER + 2 * JITTER * chance)));
}
