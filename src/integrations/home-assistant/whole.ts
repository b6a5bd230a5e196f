import { newParsed, parseValue } from "../../measure/index.ts";
import { type FieldType, specOf } from "../../measure/types.ts";

const HALF = new TextEncoder().encode("0.5");

/** Whether numbers of a type are whole ones alone. */
export function isWhole(type: FieldType): boolean {
  const spec = specOf(type);
  return spec.form === "number" && !parseValue(spec, HALF, 0, HALF.length, newParsed());
}
