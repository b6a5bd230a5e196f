import { finite, mustBe, numberIn } from "./kinds.ts";
import { FormulaError, type Inputs, type Kind, type Part, type Value } from "./types.ts";

/** Operators of formulas: each looks at the kinds of its sides when the formula is read, and never again. */

const NUMBERS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b,
};
const ORDER: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
/** What people write, and what it is here. */
const HINTS: Readonly<Record<string, string>> = {
  "^": "Powers are written **.",
  "&": "And is written &&.",
  "|": "Or is written ||.",
  "~": "Not is written !.",
};

/** @throws FormulaError there is no such operator, or it does not take these kinds */
export function unary(operator: string, part: Part): Part {
  if (operator === "!") {
    mustBe(part, "boolean", "!");
    return { kind: "boolean", run: (inputs) => not(part.run(inputs)) };
  }
  if (operator !== "-" && operator !== "+") throw unknown(operator);
  mustBe(part, "number", operator);
  if (operator === "+") return part;
  return {
    kind: "number",
    run: (inputs) => {
      const value = numberIn(part, inputs);
      return value === null ? null : -value;
    },
  };
}
function not(value: Value | null): boolean | null {
  return value === null ? null : value !== true;
}

/** @throws FormulaError there is no such operator, or it does not take these kinds */
export function binary(operator: string, left: Part, right: Part): Part {
  const compute = Object.hasOwn(NUMBERS, operator) ? NUMBERS[operator] : undefined;
  const compare = Object.hasOwn(ORDER, operator) ? ORDER[operator] : undefined;
  if (operator === "+" && left.kind === "text" && right.kind === "text")
    return both("text", left, right, (a, b) => String(a) + String(b));
  if (compute !== undefined) {
    for (const side of [left, right]) mustBe(side, "number", operator);
    return both("number", left, right, (a, b) => finite(compute(a as number, b as number))); // by their kinds
  }
  if (compare !== undefined) {
    for (const side of [left, right]) mustBe(side, "number", operator);
    return both("boolean", left, right, (a, b) => compare(a as number, b as number)); // by their kinds
  }
  switch (operator) {
    case "==":
    case "===":
    case "!=":
    case "!==":
      return equality(left, right, operator.startsWith("="));
    case "&&":
    case "||":
      return logic(operator, left, right);
    case "??":
      return otherwise([left, right], "??");
    default:
      throw unknown(operator);
  }
}

function both(kind: Kind, left: Part, right: Part, compute: (a: Value, b: Value) => Value | null): Part {
  const run = (inputs: Inputs) => {
    const a = left.run(inputs);
    if (a === null) return null;
    const b = right.run(inputs);
    return b === null ? null : compute(a, b);
  };
  return { kind, run };
}
function equality(left: Part, right: Part, wanted: boolean): Part {
  if (left.kind !== right.kind || left.kind === "position")
    throw new FormulaError("== and != compare two numbers, two texts, or two of true and false.");
  return both("boolean", left, right, (a, b) => (a === b) === wanted);
}
/** The right side counts only where the left one does not decide: what is missing there does no harm. */
function logic(operator: "&&" | "||", left: Part, right: Part): Part {
  for (const side of [left, right]) mustBe(side, "boolean", operator);
  const decides = operator === "||";
  return {
    kind: "boolean",
    run: (inputs) => {
      const a = left.run(inputs);
      return a === null || a === decides ? a : right.run(inputs);
    },
  };
}
/** The first of them that is not missing. @throws FormulaError they are not of one kind */
export function otherwise(parts: readonly Part[], where: string): Part {
  const kind = alike(parts, where);
  return {
    kind,
    run: (inputs) => {
      for (const part of parts) {
        const value = part.run(inputs);
        if (value !== null) return value;
      }
      return null;
    },
  };
}
/** @throws FormulaError they are not of one kind */
function alike(parts: readonly Part[], where: string): Kind {
  const [first] = parts;
  if (first === undefined || parts.some(({ kind }) => kind !== first.kind))
    throw new FormulaError(`${where} takes values of one kind: all numbers, all texts, or all true or false.`);
  return first.kind;
}
/** One of two, by a condition; the other is not computed. @throws FormulaError */
export function choice(test: Part, yes: Part, no: Part, where: string): Part {
  mustBe(test, "boolean", `The condition of ${where}`);
  return {
    kind: alike([yes, no], where),
    run: (inputs) => {
      const value = test.run(inputs);
      return value === null ? null : value === true ? yes.run(inputs) : no.run(inputs);
    },
  };
}

function unknown(operator: string): FormulaError {
  const hint = Object.hasOwn(HINTS, operator) ? ` ${HINTS[operator]}` : "";
  return new FormulaError(`There is no operator ${operator}.${hint}`);
}
