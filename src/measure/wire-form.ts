import { printTime } from "./time.ts";

/** Keys of times; in the program they are µs since the epoch. */
const TIMES = new Set([
  "time",
  "created",
  "expires",
  "since",
  "seen",
  "due",
  "from",
  "to",
  "oldest",
  "newest",
  "next_sweep",
  "last_heard",
  "last_used",
  "next",
]);
/** A time in 1973 or later; a count of anything else is less. */
const LEAST_TIME = 1e14;

/**
 * What the program has, in the form of the HTTP API, as commands print it with `--json` and the audit log tells of changes: keys
 * with underscores and times as RFC 3339 in UTC. Keys that people chose (slugs, fields in capitals, addresses, and all that is
 * in `metadata`) stay as they are.
 */
export function wireForm(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((one) => wireForm(one, key));
  if (typeof value === "number" && value >= LEAST_TIME && (TIMES.has(key) || key.endsWith("_at")))
    return printTime(value);
  if (typeof value !== "object" || value === null || key === "metadata") return value;
  return wireRecord(value);
}

/** The same of what has names. */
export function wireRecord(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([own, one]) => {
      const name = snake(own);
      return [name, wireForm(one, name)];
    }),
  );
}

/** `connectedAt` as `connected_at`; what is no name of ours stays. */
function snake(key: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key;
}
