/**
 * Paths into JSON: the part of RFC 9535 that says where a value lies, and nothing that computes. `$`, `.name`, `["name"]`, `[0]`, `[-1]`, `.*` and
 * `[*]`. What filters and scripts of the whole standard can say, a decoder says better; libraries for it run code that they make of the path, or are
 * larger than this room.
 */

/** A step of a path: a key, a place in a list, or all there are. */
type Step = string | number | null;
/** A value, and what it was found under: its key, or its place in a list; null: it is the whole. */
interface Found {
  readonly key: string | number | null;
  readonly value: unknown;
}
/** @returns what lies at the end of the path, in its order; nothing where it breaks off */
export type JsonPath = (from: unknown) => readonly Found[];

/** Steps of one path, and values that one may find. */
const MOST_STEPS = 32;
const MOST_FOUND = 1000;

const STEP =
  /\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff-]*)|\.(\*)|\[(-?(?:0|[1-9]\d{0,5}))\]|\[(\*)\]|\["((?:[^"\\]|\\["\\/])*)"\]|\['((?:[^'\\]|\\['\\/])*)'\]/;

/** @returns a text: why it is no path */
export function jsonPath(text: string): JsonPath | string {
  if (!text.startsWith("$")) return `"${text.slice(0, 80)}" does not begin with $, as $.temperature does`;
  const steps: Step[] = [];
  const step = new RegExp(STEP, "y"); // which remembers where it is
  for (let at = 1; at < text.length; at = step.lastIndex) {
    step.lastIndex = at;
    const found = step.exec(text);
    if (found === null)
      return `it is no path from "${text.slice(at, at + 40)}" on; write .name, ["name"], [0], [-1], .* or [*]`;
    if (steps.length >= MOST_STEPS) return `it has more than ${MOST_STEPS} steps`;
    const [, name, all, index, every, double, single] = found;
    if (all !== undefined || every !== undefined) steps.push(null);
    else if (index !== undefined) steps.push(Number(index));
    else steps.push(name ?? (double ?? single ?? "").replace(/\\(.)/g, "$1"));
  }
  return (from) => walk(steps, from);
}

function walk(steps: readonly Step[], from: unknown): readonly Found[] {
  let found: Found[] = [{ key: null, value: from }];
  for (const step of steps) {
    const next: Found[] = [];
    for (const { value } of found) {
      for (const one of stepInto(value, step)) if (next.length < MOST_FOUND) next.push(one);
      if (next.length >= MOST_FOUND) break;
    }
    found = next;
  }
  return found;
}

function stepInto(value: unknown, step: Step): readonly Found[] {
  if (typeof value !== "object" || value === null) return [];
  if (step === null)
    return Array.isArray(value)
      ? value.map((one: unknown, key) => ({ key, value: one }))
      : Object.entries(value).map(([key, one]) => ({ key, value: one as unknown }));
  if (typeof step === "number") {
    if (!Array.isArray(value)) return [];
    const key = step < 0 ? value.length + step : step;
    return key >= 0 && key < value.length ? [{ key, value: value[key] as unknown }] : [];
  }
  return !Array.isArray(value) && Object.hasOwn(value, step)
    ? [{ key: step, value: (value as Readonly<Record<string, unknown>>)[step] }]
    : [];
}
