import { FormulaError, type Inputs, type Kind, type Part, type Value } from "./types.ts";

/** Kinds of values, for people and for those who compute. */

const WORDS: Readonly<Record<Kind, string>> = {
  number: "a number",
  boolean: "true or false",
  text: "a text",
  position: "a position",
};
export function kindWord(kind: Kind): string {
  return WORDS[kind];
}

/** @param where what takes it, as the begin of a sentence @throws FormulaError it is of another kind */
export function mustBe(part: Part, kind: Kind, where: string): void {
  if (part.kind !== kind) throw new FormulaError(`${where} takes ${kindWord(kind)}, not ${kindWord(part.kind)}.`);
}

/** The value of a part that is a number; null: it is missing. */
export function numberIn(part: Part, inputs: Inputs): number | null {
  return part.run(inputs) as number | null; // by its kind
}
/** A number as a result; null: it is none, such as that of a division by 0. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
/** All values, when none is missing. */
export function all(parts: readonly Part[], inputs: Inputs): Value[] | null {
  const values: Value[] = [];
  for (const part of parts) {
    const value = part.run(inputs);
    if (value === null) return null;
    values.push(value);
  }
  return values;
}
