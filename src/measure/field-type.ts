import type { Aggregation } from "./aggregations.ts";
import type { Form, Parsed, Value } from "./value.ts";

/** Gives a number within [0, 1). */
export type Chance = () => number;

/** How a product wants booleans published (`bool_text`). */
export type BoolText = "true" | "True";

/**
 * Everything that fieldcast knows of a field type. Each is one file of the folder types, entered once in types.ts; what can be derived
 * from the form (rows of the log, columns of blocks, current values, live streams, columns of history and of Parquet files) is.
 */
export interface FieldTypeSpec<Name extends string = string> {
  /** As fleet files, the API and stored series say it: never changed, and never reused for something else. */
  readonly name: Name;
  /** Other names that are accepted and shown as `name`. */
  readonly aliases: readonly string[];
  /** How its values are kept, moved and shown. */
  readonly form: Form;
  /** What it accepts, as the middle of a sentence. */
  readonly accepts: string;
  /**
   * Reads payload bytes [start, end), trimmed and not empty, into `out`; see Parsed for what it fills in. Allocates nothing for what
   * devices send every day.
   * @param maxText longest text in UTF-8 bytes
   * @returns false when refused: `out.error` says why and ends with `accepts`, `out.code` is the catalogue's code
   */
  parse(buf: Uint8Array, start: number, end: number, out: Parsed, maxText: number): boolean;
  /** Reads an object that stands inside JSON, as `parse` does; null: objects are refused. */
  readonly parseObject: ((json: object, out: Parsed) => boolean) | null;
  /** White space inside a JSON string belongs to the value, which may be empty, too; otherwise it is trimmed before `parse`. */
  readonly keepsSpace: boolean;
  /** The text that a value is published and exported as; `parse` reads it back as the same value. */
  print(value: Value, boolText: BoolText): string;
  /** What buckets of it can show; within what its form has. */
  readonly aggregations: readonly Aggregation[];
  /** What a bucket shows when a request names no aggregation. */
  readonly defaultAggregation: Aggregation;
  /**
   * Its readings are running totals (form number only): SUM and CHANGE of a bucket are the increase, and blocks note it.
   */
  readonly isTotal: boolean;
  /** Retention can keep figures of it when its measurements go (forms number and boolean only). */
  readonly hasRollups: boolean;
  /** A payload to show people what a value looks like. */
  readonly sample: string;
  /** Payloads as a device would send them, one more at each call. */
  simulate(chance: Chance): () => string;
}

/** A field type with its name as the compiler knows it. */
export function fieldType<const Name extends string>(spec: FieldTypeSpec<Name>): FieldTypeSpec<Name> {
  return spec;
}

/** Numbers between 10 and 30 that wander, as temperatures do. */
export function wandering(chance: Chance): () => number {
  let level = 20 + chance() * 5;
  return () => {
    level = Math.min(30, Math.max(10, level + chance() - 0.5));
    return level;
  };
}
