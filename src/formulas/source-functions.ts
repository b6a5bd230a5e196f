import { counted } from "./counted.ts";
import { FormulaError, type Figures, type Kind, type Part, type Need } from "./types.ts";

/** A call of a function that looks at more of a field than its value. */
interface SourceCall {
  readonly name: string;
  readonly args: readonly Part[];
  need(need: Need): void;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
/** The longest window, seconds. */
const LONGEST = 31 * 86_400;

/** Figures over a window; of a counter `change` and `increase` also from one value to the next. */
export const SOURCE_FUNCTIONS: Readonly<Record<string, (call: SourceCall) => Part>> = {
  average: overWindow(["number", "boolean"], ({ average }) => average),
  minimum: overWindow(["number"], ({ minimum }) => minimum),
  maximum: overWindow(["number"], ({ maximum }) => maximum),
  sum: overWindow(["number", "boolean"], ({ sum }) => sum),
  count: overWindow(["number", "boolean", "text", "position"], ({ count }) => count),
  change: sinceOrOver(
    (before, after) => after - before,
    ({ change }) => change,
  ),
  increase: sinceOrOver(
    (before, after) => (after < before ? after : after - before),
    ({ increase }) => increase,
  ),
  previous: (call) => {
    const { field, kind } = fieldOf(call, 1);
    call.need({ what: "previous", field });
    return { kind, run: (inputs) => inputs.previous(field)?.value ?? null };
  },
  elapsed: (call) => {
    const { field } = fieldOf(call, 1);
    call.need({ what: "previous", field });
    return {
      kind: "number",
      run: (inputs) => {
        const [before, now] = [inputs.previous(field), inputs.value(field)];
        return before === null || now === null ? null : (now.time - before.time) / 1e6;
      },
    };
  },
};

function overWindow(kinds: readonly Kind[], figure: (figures: Figures) => number | null): (call: SourceCall) => Part {
  return (call) => {
    const { field, kind } = fieldOf(call, 2);
    if (!kinds.includes(kind)) throw new FormulaError(`${call.name} takes a field of numbers, and ${field} is none.`);
    const span = spanOf(call);
    call.need({ what: "window", field, span });
    return { kind: "number", run: (inputs) => figure(inputs.figures(field, span)) };
  };
}
/** With a window over it, without since the value before. */
function sinceOrOver(
  step: (before: number, after: number) => number,
  figure: (figures: Figures) => number | null,
): (call: SourceCall) => Part {
  const windowed = overWindow(["number"], figure);
  return (call) => {
    if (call.args.length === 2) return windowed(call);
    const { field, kind } = fieldOf(call, 1);
    if (kind !== "number") throw new FormulaError(`${call.name} takes a field of numbers, and ${field} is none.`);
    call.need({ what: "previous", field });
    return {
      kind: "number",
      run: (inputs) => {
        const [before, now] = [inputs.previous(field), inputs.value(field)];
        return before === null || now === null ? null : step(Number(before.value), Number(now.value));
      },
    };
  };
}

function fieldOf({ name, args }: SourceCall, count: number): { field: string; kind: Kind } {
  const [part] = args;
  if (part === undefined || args.length !== count) throw counted(name, count, args.length);
  if (part.field === undefined)
    throw new FormulaError(
      `${name} takes a field as its first value, such as ${name}(TEMPERATURE${count === 2 ? ', "1h"' : ""}).`,
    );
  return { field: part.field, kind: part.kind };
}
/** The span of a window, µs: `"90s"`, `"10m"`, `"1h"`, `"7d"`, `"1w"`. */
function spanOf({ name, args }: SourceCall): number {
  const text = args[1]?.literal;
  const found = text === undefined ? null : /^([1-9]\d{0,6})\s?([smhdw])$/.exec(text);
  const seconds = Number(found?.[1] ?? 0) * (UNIT_SECONDS[found?.[2] ?? ""] ?? 0);
  if (seconds === 0 || seconds > LONGEST)
    throw new FormulaError(
      `${name} takes its window as a text like "90s", "10m", "1h" or "7d", at most 31 days: ${name}(TEMPERATURE, "1h").`,
    );
  return seconds * 1e6;
}
