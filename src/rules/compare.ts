import type { Value } from "../measure/types.ts";
import { distance } from "./geofence.ts";
import type { Compared, Operator } from "./types.ts";

/** Whether something holds; null: it cannot be said, since a value is missing or of another form. */
export type Truth = boolean | null;

/**
 * Whether a comparison is true. What it is compared with is read as the left side is: `"30"` beside a number is 30.
 * @param slack how far past the bound it is still true @returns null: they cannot be compared
 */
export function compared(left: Value | null, operator: Operator, right: Compared | Value | null, slack: number): Truth {
  if (left === null || right === null) return null;
  switch (operator) {
    case "=":
      return same(left, right);
    case "!=": {
      const truth = same(left, right);
      return truth === null ? null : !truth;
    }
    case "contains":
      return typeof left === "string" ? left.includes(String(right)) : null;
    case "starts_with":
      return typeof left === "string" ? left.startsWith(String(right)) : null;
    case "inside":
    case "outside": {
      if (typeof left !== "object" || typeof right !== "object" || !("radius" in right)) return null;
      const far = distance(left, right);
      return operator === "inside" ? far <= right.radius + slack : far > right.radius - slack;
    }
    default:
      return ordered(left, operator, right, slack);
  }
}
function ordered(left: Value, operator: ">" | ">=" | "<" | "<=", right: Compared | Value, slack: number): Truth {
  const bound = numberOf(right);
  if (typeof left !== "number" || bound === null) return null;
  switch (operator) {
    case ">":
      return left > bound - slack;
    case ">=":
      return left >= bound - slack;
    case "<":
      return left < bound + slack;
    case "<=":
      return left <= bound + slack;
    default:
      return operator satisfies never;
  }
}
function same(left: Value, right: Compared | Value): Truth {
  if (typeof left === "number") {
    const number = numberOf(right);
    return number === null ? null : left === number;
  }
  if (typeof left === "boolean") {
    const flag = booleanOf(right);
    return flag === null ? null : left === flag;
  }
  if (typeof left === "string") return typeof right === "object" ? null : left === String(right);
  return null;
}
function numberOf(value: Compared | Value): number | null {
  if (typeof value === "number") return value;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
const TRUE: ReadonlySet<unknown> = new Set([true, 1, "true", "on", "1"]);
const FALSE: ReadonlySet<unknown> = new Set([false, 0, "false", "off", "0"]);
function booleanOf(value: unknown): boolean | null {
  const word = typeof value === "string" ? value.toLowerCase() : value;
  return TRUE.has(word) ? true : FALSE.has(word) ? false : null;
}
