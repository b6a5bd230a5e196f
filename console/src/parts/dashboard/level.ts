import type { Level, Steps } from "./types.ts";

/** What a value means by the steps of its widget; null: nothing in particular. */
export function levelOf(value: unknown, steps: Steps | undefined): Level | null {
  if (typeof value !== "number" || steps === undefined) return null;
  let found: Steps[number] | null = null;
  for (const step of steps) if (value >= step.from && (found === null || step.from >= found.from)) found = step;
  return found?.level ?? null;
}
