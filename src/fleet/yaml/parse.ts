import { type Document, isPair, isScalar, parseDocument, visit } from "yaml";
import { Refusal } from "../../base/errors.ts";
import { withoutPlainLines, withPlainLines } from "./plain-lines.ts";

/**
 * A fleet file's YAML as a value of groups, lists and texts: every scalar is the text as it was typed.
 * In short steps as far as it is long runs of plain lines; the rest is one.
 * @throws Refusal invalid_fleet
 */
export function* parseInSteps(text: string): Generator<void, unknown> {
  const plain = yield* withoutPlainLines(text, nonceFor(text));
  return (plain.runs.size === 0 ? null : quickly(plain))?.value ?? thoroughly(text);
}

/** Letters and digits that a text does not hold. */
export function nonceFor(text: string): string {
  let nonce = "plainlines";
  while (text.includes(nonce)) nonce += "x";
  return nonce;
}

/** With long runs of plain lines read by themselves; null: something is wrong, which the parser says better of the whole. */
function quickly(
  plain: Parameters<typeof withPlainLines>[1] & { readonly text: string },
): { readonly value: unknown } | null {
  try {
    // plain lines have no key that is refused
    return withPlainLines(thoroughly(plain.text), plain);
  } catch {
    return null;
  }
}

/** All of a text by the YAML parser, in one step. @throws Refusal invalid_fleet */
export function thoroughly(text: string): unknown {
  const doc = parseDocument(text, { schema: "failsafe" });
  const problem = doc.errors[0];
  if (problem) {
    // Only the first line: the others repeat a piece of the file, which may hold a token.
    const [first] = problem.message.split("\n");
    throw new Refusal("invalid_fleet", `The file is not YAML: ${(first ?? "").replace(/:$/, "")}.`);
  }
  typeOwn(doc);
  const value = plainValue(doc);
  refuseProto(value, "");
  return value === null || value === "" ? {} : value;
}
function plainValue(doc: Document.Parsed): unknown {
  try {
    return doc.toJS();
  } catch (error) {
    throw new Refusal("invalid_fleet", `The file cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * A device's metadata is its owner's own, and what the API gives of it is JSON, and so is a rule's condition, which compares with numbers and
 * texts alike: there a number stays a number, and true, false and null what they are, as they do over HTTP. What JSON would write otherwise (`007`, `1.50`, more digits than a number has) stays the text as it was typed.
 */
function typeOwn(doc: Document.Parsed): void {
  const isUnder = (key: string) => (node: unknown) => isPair(node) && isScalar(node.key) && node.key.value === key;
  visit(doc, {
    Scalar(key, scalar, path) {
      if (key === "key" || scalar.type !== "PLAIN" || typeof scalar.value !== "string") return;
      const isTyped = TYPED.some(([list, key]) => {
        const from = path.findIndex(isUnder(list));
        return from >= 0 && path.slice(from).some(isUnder(key));
      });
      if (isTyped) scalar.value = typed(scalar.value);
    },
  });
}
/** What is typed: a key within a list. */
const TYPED = [
  ["devices", "metadata"],
  ["rules", "condition"],
] as const;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);
function typed(text: string): unknown {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const number = /^-?\d/.test(text) ? Number(text) : Number.NaN;
  return JSON.stringify(number) === text ? number : text;
}

/** A key that JavaScript gives a meaning to is never a name here, and zod would pass over it silently. */
function refuseProto(value: unknown, path: string): void {
  if (Array.isArray(value)) {
    for (const [i, v] of value.entries()) refuseProto(v, `${path}[${i}]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, v] of Object.entries(value)) {
      if (key === "__proto__") throw new Refusal("invalid_fleet", `${path || "the file"}: unknown key "__proto__"`);
      refuseProto(v, path === "" ? key : `${path}.${key}`);
    }
  }
}
