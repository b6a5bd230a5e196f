/** What a value of a formula is: the forms of measurements. */
export type Kind = "number" | "boolean" | "text" | "position";
/** A value of each kind; a position is in degrees. */
export type Value = number | boolean | string | { readonly lat: number; readonly lng: number };

/** A value and when it was measured, µs. */
export interface Sample {
  readonly time: number;
  readonly value: Value;
}

/** Figures of the values of a span of time; null where there is none. */
export interface Figures {
  readonly count: number;
  readonly sum: number | null;
  readonly average: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly change: number | null;
  readonly increase: number | null;
}

/** What a formula is computed from, as it was at one time. Fields are asked for by their identifiers. */
export interface Inputs {
  /** The newest value at that time; null: there is none. */
  value(field: string): Sample | null;
  /** The one before. */
  previous(field: string): Sample | null;
  /** Of the span that ends with that time. @param span µs */
  figures(field: string, span: number): Figures;
}

/** What a formula asks for. */
export type Need =
  | { readonly what: "value" | "previous"; readonly field: string }
  | { readonly what: "window"; readonly field: string; readonly span: number };

/** Computes; null: a value that it takes is missing, or there is no result, such as that of a division by 0. */
type Run = (inputs: Inputs) => Value | null;

/** A part of a formula: what kind of value it is, and how it is computed. */
export interface Part {
  readonly kind: Kind;
  readonly run: Run;
  /** It is this text, as it stands in the formula. */
  readonly literal?: string;
  /** It is the value of this field, and nothing else. */
  readonly field?: string;
}

/** A formula that was read, and can be computed. */
export interface Formula {
  readonly kind: Kind;
  /** The fields that it is computed from, each once. */
  readonly fields: readonly string[];
  readonly needs: readonly Need[];
  readonly run: Run;
}

/** What is wrong with a formula, as a sentence. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
}
