/** The condition of a rule as lines that are compared, and how the API takes it. */

export const OPERATORS = [">", ">=", "<", "<=", "=", "!=", "contains", "starts_with"] as const;
export const FIGURES = ["", "average", "minimum", "maximum", "change", "count"] as const;

/** A line of a condition. */
export interface Comparison {
  readonly field: string;
  /** Empty: the value itself. */
  readonly figure: string;
  readonly over: string;
  readonly operator: string;
  /** A number, true, false, or a text; `@FIELD` is another field. */
  readonly value: string;
  readonly hysteresis: string;
}
/** A condition as it is typed. */
export interface ConditionForm {
  /** How lines go together; `json`: the condition is more than lines. */
  readonly join: "all" | "any" | "json";
  readonly lines: readonly Comparison[];
  readonly json: string;
}
export const NEW_LINE: Comparison = { field: "", figure: "", over: "10m", operator: ">", value: "", hysteresis: "" };

type Plain = Readonly<Record<string, unknown>>;

/** The lines of a condition; null: it is more than lines. */
export function linesOf(condition: Plain | null): { join: "all" | "any"; lines: Comparison[] } | null {
  if (condition === null) return { join: "all", lines: [] };
  for (const join of ["all", "any"] as const) {
    const inner = condition[join];
    if (!Array.isArray(inner)) continue;
    const lines = inner.map((one: unknown) => lineOf(one as Plain)); // as the API answers
    return lines.every((line) => line !== null) ? { join, lines } : null;
  }
  const line = lineOf(condition);
  return line === null ? null : { join: "all", lines: [line] };
}
function lineOf({ field, figure, over, operator, value, hysteresis, ...rest }: Plain): Comparison | null {
  if (Object.keys(rest).length > 0 || typeof field !== "string") return null;
  if (!OPERATORS.some((one) => one === operator)) return null;
  const text = typeof value === "object" && value !== null ? otherField(value as Plain) : shown(value); // as the API answers
  if (text === null) return null;
  return {
    ...{ field, operator: String(operator), value: text, figure: String(figure ?? "") },
    ...{ over: String(over ?? "10m"), hysteresis: hysteresis === undefined ? "" : String(hysteresis) },
  };
}
function otherField(value: Plain): string | null {
  return typeof value.field === "string" ? `@${value.field}` : null;
}
/** A text that would be read as something else stands in quotation marks. */
function shown(value: unknown): string {
  return typeof value === "string" && typeof comparedOf(value) !== "string" ? JSON.stringify(value) : String(value);
}
function comparedOf(text: string): unknown {
  const bare = text.trim();
  if (/^@\w+$/.test(bare)) return { field: bare.slice(1).toUpperCase() };
  if (bare === "true" || bare === "false") return bare === "true";
  if (/^[-+]?(\d+\.?\d*|\.\d+)$/.test(bare)) return Number(bare);
  return /^".*"$/.test(bare) ? bare.slice(1, -1) : bare;
}

/** @throws SyntaxError the condition is no JSON */
export function conditionOf({ join, lines, json }: ConditionForm): Record<string, unknown> | null {
  // what it is the server says
  if (join === "json") return json.trim() === "" ? null : (JSON.parse(json) as Record<string, unknown>);
  const all = lines
    .filter(({ field }) => field.trim() !== "")
    .map(({ field, figure, over, operator, value, hysteresis }) => ({
      field: field.trim().toUpperCase(),
      ...(figure !== "" && { figure, over: over.trim() }),
      ...{ operator, value: comparedOf(value) },
      ...(hysteresis.trim() !== "" && { hysteresis: Number(hysteresis) }),
    }));
  return all.length === 0 ? null : all.length === 1 ? (all[0] ?? null) : { [join]: all };
}
