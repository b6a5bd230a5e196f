import { counted } from "./counted.ts";
import { all, kindWord, mustBe, numberIn } from "./kinds.ts";
import { choice, otherwise } from "./operators.ts";
import { PLAIN_FUNCTIONS, type PlainFunction } from "./plain-functions.ts";
import { SOURCE_FUNCTIONS } from "./source-functions.ts";
import { FormulaError, type Need, type Part } from "./types.ts";
import { conversion } from "./units.ts";

/** A call, as it was read. */
interface Call {
  readonly name: string;
  readonly args: readonly Part[];
  /** Enters what it asks for beside the values of fields. */
  need(need: Need): void;
}
type SpecialFunction = (call: Call) => Part;

/** Functions that look at what stands in them, not only at values. */
const SPECIAL_FUNCTIONS: Readonly<Record<string, SpecialFunction>> = {
  if: ({ name, args }) => {
    const [test, yes, no] = args;
    if (test === undefined || yes === undefined || no === undefined || args.length > 3)
      throw counted(name, 3, args.length);
    return choice(test, yes, no, "if");
  },
  coalesce: ({ name, args }) => {
    if (args.length < 2) throw counted(name, 2, args.length, " or more");
    return otherwise(args, name);
  },
  convert: ({ name, args }) => {
    const [value, from, to] = args;
    if (value === undefined || from === undefined || to === undefined || args.length > 3)
      throw counted(name, 3, args.length);
    mustBe(value, "number", name);
    const change = conversion(unitOf(from), unitOf(to));
    if (typeof change === "string") throw new FormulaError(change);
    return {
      kind: "number",
      run: (inputs) => {
        const number = numberIn(value, inputs);
        return number === null ? null : change(number);
      },
    };
  },
  number: ({ name, args }) => {
    const [part] = args;
    if (part === undefined || args.length > 1) throw counted(name, 1, args.length);
    if (part.kind === "position") throw new FormulaError("number takes a number, a text, or true or false.");
    return {
      kind: "number",
      run: (inputs) => {
        const value = part.run(inputs);
        if (value === null || (typeof value === "string" && value.trim() === "")) return null;
        const number = Number(value);
        return Number.isFinite(number) ? number : null;
      },
    };
  },
  text: ({ name, args }) => {
    const [part] = args;
    if (part === undefined || args.length > 1) throw counted(name, 1, args.length);
    if (part.kind === "position") throw new FormulaError("text takes a number, a text, or true or false.");
    return {
      kind: "text",
      run: (inputs) => {
        const value = part.run(inputs);
        return value === null ? null : String(value);
      },
    };
  },
};

/** Every function there is. */
export const FUNCTION_NAMES: readonly string[] = [PLAIN_FUNCTIONS, SOURCE_FUNCTIONS, SPECIAL_FUNCTIONS].flatMap(
  (table) => Object.keys(table),
);

/** @throws FormulaError there is no such function, or it does not take that */
export function call(asked: Call): Part {
  const { name } = asked;
  const own = <T>(table: Readonly<Record<string, T>>) => (Object.hasOwn(table, name) ? table[name] : undefined);
  const special = own(SPECIAL_FUNCTIONS) ?? own(SOURCE_FUNCTIONS);
  if (special !== undefined) return special(asked);
  const plain = own(PLAIN_FUNCTIONS);
  if (plain === undefined) throw new FormulaError(`There is no function ${name}.`);
  return plainCall(asked, plain);
}

function plainCall({ name, args }: Call, { takes, least = takes.length, more, gives, run }: PlainFunction): Part {
  if (args.length < least || (args.length > takes.length && more === undefined))
    throw counted(name, least, args.length, more ? " or more" : least < takes.length ? ` to ${takes.length}` : "");
  for (const [i, part] of args.entries()) {
    const kind = takes[Math.min(i, takes.length - 1)] ?? "number";
    if (part.kind !== kind)
      throw new FormulaError(`${name} takes ${kindWord(kind)} as its ${nth(i)} value, not ${kindWord(part.kind)}.`);
  }
  return {
    kind: gives,
    run: (inputs) => {
      const values = all(args, inputs);
      return values === null ? null : run(values);
    },
  };
}

function nth(i: number): string {
  return ["first", "second", "third", "fourth", "fifth"][i] ?? `${i + 1}th`;
}
function unitOf(part: Part): string {
  if (part.literal === undefined)
    throw new FormulaError('convert takes its units as texts: convert(TEMPERATURE, "°C", "°F").');
  return part.literal;
}
