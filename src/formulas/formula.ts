import jsep from "jsep";
import { binary, choice, unary } from "./operators.ts";
import { call, FUNCTION_NAMES } from "./functions.ts";
import { type Formula, FormulaError, type Kind, type Need, type Part, type Value } from "./types.ts";

/**
 * Formulas of computed fields: an expression as programs write them, of fields, numbers, texts and functions (docs/formulas.md). A library
 * reads the text (jsep, a parser and nothing else); what its tree may hold is listed here, and everything else refused. Kinds of
 * values are looked at once, when a formula is read; then it is a closure. Nothing of a formula ever runs as code.
 */

/** Characters of a formula, and parts of it. */
export const MOST_FORMULA = 2000;
const MOST_PARTS = 400;
/** Windows of a formula. */
const MOST_WINDOWS = 20;

/** Tells what fields there are. @returns null: there is none with this identifier (upper case) */
type FieldKinds = (id: string) => Kind | null;

/** @throws FormulaError with a sentence for who wrote it */
export function readFormula(text: string, fields: FieldKinds): Formula {
  if (text.trim() === "") throw new FormulaError("The formula is empty.");
  if (text.length > MOST_FORMULA)
    throw new FormulaError(`The formula has ${text.length} characters; ${MOST_FORMULA} are allowed.`);
  const reader = new Reader(fields, hintFor(text));
  const { kind, run } = reader.part(parsed(text));
  if (reader.fields.size === 0)
    throw new FormulaError("The formula names no field, so nothing would ever make it compute.");
  const needs = [...reader.needs.values()];
  if (needs.filter(({ what }) => what === "window").length > MOST_WINDOWS)
    throw new FormulaError(`The formula has too many windows; ${MOST_WINDOWS} are allowed.`);
  return { kind, run: (inputs) => tidied(run(inputs)), fields: [...reader.fields], needs };
}

/** 15 digits: the noise of binary fractions (0.1 * 3) does not show. −0 is 0. */
function tidied(value: Value | null): Value | null {
  return typeof value === "number" ? Number(value.toPrecision(15)) + 0 : value;
}

function parsed(text: string): jsep.Expression {
  try {
    return jsep(text);
  } catch (error) {
    throw new FormulaError(syntaxProblem(text, error));
  }
}
function syntaxProblem(text: string, error: unknown): string {
  const what = error instanceof Error ? error.message.replace(/ at character \d+$/, "") : "It is not understood";
  const at = typeof error === "object" && error !== null && "index" in error ? Number(error.index) : null;
  const hint = /(^|[^=!<>])=($|[^=])/.test(text) ? " Equal is written ==." : "";
  return `${what}${at === null ? "" : `, at character ${at + 1}`}.${hint}`;
}

/** Makes parts of the library's tree. */
class Reader {
  readonly fields = new Set<string>();
  readonly needs = new Map<string, Need>();
  private count = 0;

  constructor(
    private readonly kindOf: FieldKinds,
    /** Behind what is wrong with the whole: for who writes words of other languages. */
    private readonly wordHint: string,
  ) {}

  part(tree: jsep.Expression): Part {
    if (++this.count > MOST_PARTS) throw new FormulaError("The formula is too long.");
    // the library says by `type` what each is
    const node = tree as jsep.CoreExpression;
    switch (node.type) {
      case "Literal":
        return literal(node.value);
      case "Identifier":
        return this.field(node.name);
      case "UnaryExpression":
        return unary(node.operator, this.part(node.argument));
      case "BinaryExpression":
        return binary(node.operator, this.part(node.left), this.part(node.right));
      case "ConditionalExpression":
        return choice(this.part(node.test), this.part(node.consequent), this.part(node.alternate), "? :");
      case "CallExpression":
        return this.call(node);
      default:
        throw new FormulaError(`${WHY[node.type] ?? "This is not understood."}${this.wordHint}`);
    }
  }
  private field(name: string): Part {
    const field = name.toUpperCase();
    const kind = this.kindOf(field);
    if (kind === null)
      throw new FormulaError(
        FUNCTION_NAMES.includes(name.toLowerCase())
          ? `${name} is a function: its values follow in brackets.`
          : `There is no field ${field.slice(0, 64)}.${this.wordHint}`,
      );
    this.fields.add(field);
    this.need({ what: "value", field });
    return { kind, field, run: (inputs) => inputs.value(field)?.value ?? null };
  }
  private call({ callee, arguments: args }: jsep.CallExpression): Part {
    if (callee.type !== "Identifier") throw new FormulaError("Only functions can be called.");
    const name = (callee as jsep.Identifier).name.toLowerCase(); // just asked
    if (name !== "field")
      return call({ name, args: args.map((one) => this.part(one)), need: (need) => this.need(need) });
    const [id] = args.map((one) => (one.type === "Literal" ? one.value : null));
    if (typeof id !== "string" || args.length !== 1)
      throw new FormulaError('field takes an identifier as a text: field("2ND_FLOOR").');
    return this.field(id);
  }
  private need(need: Need): void {
    this.needs.set(`${need.what} ${need.field} ${need.what === "window" ? need.span : ""}`, need);
  }
}

function literal(value: unknown): Part {
  if (typeof value === "number" && Number.isFinite(value)) return { kind: "number", run: () => value };
  if (typeof value === "boolean") return { kind: "boolean", run: () => value };
  if (typeof value === "string") return { kind: "text", literal: value, run: () => value };
  throw new FormulaError("Values are numbers, texts in quotation marks, true and false.");
}

/** For words of other languages that people write. */
function hintFor(text: string): string {
  const word = /\b(?:and|or|not)\b/i.exec(text)?.[0].toLowerCase();
  if (word === undefined) return "";
  return word === "and" ? " And is written &&." : word === "or" ? " Or is written ||." : " Not is written !.";
}
const WHY: Readonly<Record<string, string>> = {
  Compound: "A formula is one expression; here are several. Decimals have a point: 1.8.",
  SequenceExpression: "A comma stands only between the values of a function. Decimals have a point: 1.8.",
  MemberExpression: "Values have no parts: a point stands only in numbers.",
  ThisExpression: "There is no field THIS.",
  ArrayExpression: "There are no lists in formulas.",
};
