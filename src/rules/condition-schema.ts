import { z } from "zod";
import { judged } from "../base/voice.ts";
import { DURATION_RULE, secondsOf } from "./duration.ts";
import { FIGURES, OPERATORS, type RuleComparison, type RuleCondition } from "./types.ts";
import { fieldId, position, radius } from "./values.ts";

/** The grammar of conditions: groups of groups and comparisons, read with what is wrong with each and where. */

/** Levels of groups, and comparisons of one condition. */
const MOST_LEVELS = 8;
const MOST_COMPARISONS = 30;
/** A window reaches back so far at most, in seconds. */
const MOST_OVER = 7 * 86_400;

const configuration = z
  .string()
  .refine((text) => /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(text), "allowed is the identifier of a configuration field");
const circle = z.strictObject({ ...position, radius });
const compared = z.union([
  z.number(),
  z.string().max(1000),
  z.boolean(),
  z.strictObject({ field: fieldId }),
  z.strictObject({ configuration }),
  circle,
]);
const over = z
  .string()
  .refine(
    (text) => (secondsOf(text) ?? MOST_OVER + 1) <= MOST_OVER,
    `allowed is ${DURATION_RULE.replace("366d", "7d")}`,
  );
const comparison = z.strictObject({
  field: fieldId.optional(),
  configuration: configuration.optional(),
  figure: z.enum(FIGURES).optional(),
  over: over.optional(),
  operator: z.enum(OPERATORS),
  value: compared,
  hysteresis: z.number().positive().optional(),
});

interface ConditionProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
const GROUPS = ["all", "any", "not"] as const;

/** Reads a condition. @returns it, or everything that is wrong with it */
export function conditionOf(
  given: unknown,
): { readonly condition: RuleCondition } | { readonly problems: readonly ConditionProblem[] } {
  const reader = new Reader();
  const condition = reader.read(given, [], 0);
  if (reader.comparisons > MOST_COMPARISONS)
    reader.problems.push({ path: [], message: `should have at most ${MOST_COMPARISONS} comparisons` });
  return condition === null || reader.problems.length > 0 ? { problems: reader.problems.slice(0, 20) } : { condition };
}

class Reader {
  readonly problems: ConditionProblem[] = [];
  comparisons = 0;

  read(given: unknown, path: readonly PropertyKey[], level: number): RuleCondition | null {
    if (level > MOST_LEVELS) return this.wrong(path, `should have at most ${MOST_LEVELS} levels`);
    if (typeof given !== "object" || given === null || Array.isArray(given))
      return this.wrong(path, "should be a comparison, or a group: all, any or not");
    const keys = Object.keys(given);
    const group = GROUPS.find((one) => Object.hasOwn(given, one));
    if (group === undefined) return this.comparison(given, path);
    if (keys.length > 1) return this.wrong(path, `"${group}" stands alone: put what else is asked for into it`);
    const inner: unknown = Reflect.get(given, group);
    if (group === "not") {
      const not = this.read(inner, [...path, "not"], level + 1);
      return not && { not };
    }
    const list = this.list(inner, [...path, group], level);
    return list && (group === "all" ? { all: list } : { any: list });
  }
  private list(given: unknown, path: readonly PropertyKey[], level: number): RuleCondition[] | null {
    if (!Array.isArray(given) || given.length === 0)
      return this.wrong(path, "should be a list of conditions, not empty");
    if (given.length > MOST_COMPARISONS) return this.wrong(path, `should have at most ${MOST_COMPARISONS} entries`);
    const read = given.map((one: unknown, i) => this.read(one, [...path, i], level + 1));
    return read.every((one) => one !== null) ? read : null;
  }
  private comparison(given: object, path: readonly PropertyKey[]): RuleComparison | null {
    this.comparisons++;
    const read = judged(comparison, given);
    if ("problems" in read) {
      for (const { path: inner, message } of read.problems) this.problems.push({ path: [...path, ...inner], message });
      return null;
    }
    const problem = misfit(read.data);
    if (problem !== null) return this.wrong([...path, problem.key], problem.message);
    // what is absent is not there at all
    return JSON.parse(JSON.stringify(read.data)) as RuleComparison;
  }
  private wrong(path: readonly PropertyKey[], message: string): null {
    this.problems.push({ path, message });
    return null;
  }
}

const ORDERED: ReadonlySet<string> = new Set([">", ">=", "<", "<="]);

/** What does not fit together in a comparison; null: nothing. */
function misfit(one: z.output<typeof comparison>): { readonly key: string; readonly message: string } | null {
  const { field, configuration: configured, figure, over: span, operator, value, hysteresis } = one;
  const isCircle = typeof value === "object" && "lat" in value;
  if ((field === undefined) === (configured === undefined))
    return { key: "field", message: 'one of "field" and "configuration" says what is compared' };
  if (figure !== undefined && field === undefined) return { key: "figure", message: "belongs to a field" };
  if ((figure === undefined) !== (span === undefined))
    return { key: figure === undefined ? "figure" : "over", message: '"figure" and "over" belong together' };
  if ((operator === "inside" || operator === "outside") !== isCircle)
    return { key: "value", message: 'a circle {lat, lng, radius} belongs to the operators "inside" and "outside"' };
  if (figure !== undefined && isCircle) return { key: "figure", message: "a position has no figures" };
  if (hysteresis !== undefined && !ORDERED.has(operator) && !isCircle)
    return { key: "hysteresis", message: "belongs to > >= < <= and circles" };
  if (ORDERED.has(operator) && (typeof value === "boolean" || (typeof value === "string" && !isDecimal(value))))
    return { key: "value", message: `"${operator}" compares numbers` };
  if ((operator === "contains" || operator === "starts_with") && typeof value === "boolean")
    return { key: "value", message: `"${operator}" compares texts` };
  return null;
}

/** A number as text, which a file that knows texts alone has. */
function isDecimal(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
}
