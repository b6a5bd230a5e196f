import type { FieldTypeSpec } from "./field-type.ts";
import { bool } from "./types/bool.ts";
import { counter } from "./types/counter.ts";
import { geo } from "./types/geo.ts";
import { int } from "./types/int.ts";
import { numeric } from "./types/numeric.ts";
import { string } from "./types/string.ts";

export type { FieldTypeSpec } from "./field-type.ts";
export type { Form, Parsed, Value } from "./value.ts";

/** The field types of the wire contract, section 5, in the order in which documents name them. */
export const FIELD_TYPE_SPECS = [numeric, int, bool, string, geo, counter] as const;

export type FieldType = (typeof FIELD_TYPE_SPECS)[number]["name"];
/** Their names. */
export const FIELD_TYPES = FIELD_TYPE_SPECS.map(({ name }) => name) as [FieldType, ...FieldType[]]; // at least one, see above
/** The type of a field of which nothing else is said. */
export const DEFAULT_TYPE = numeric.name satisfies FieldType;

const BY_NAME: ReadonlyMap<string, FieldTypeSpec<FieldType>> = new Map(
  FIELD_TYPE_SPECS.map((spec) => [spec.name, spec]),
);

/** What is known of a type. */
export function specOf(type: FieldType): FieldTypeSpec<FieldType> {
  return BY_NAME.get(type) as FieldTypeSpec<FieldType>; // each name is in the map
}
/** The type of this very name, as it is stored; undefined: there is none. */
export function knownType(name: string): FieldTypeSpec<FieldType> | undefined {
  return BY_NAME.get(name);
}
/** The type that a person names, by its name or an alias, in upper or lower case; undefined: none. */
export function typeNamed(text: string): FieldType | undefined {
  const upper = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return FIELD_TYPE_SPECS.find(({ name, aliases }) => name === upper || aliases.includes(upper))?.name;
}
