import { BROKEN, DEEPEST, fieldsOf, floatOf, textOf } from "./protobuf-wire.ts";
import { Unreadable } from "./values.ts";

/** google.protobuf.Struct: an object whose values are values of JSON. */
export function structOf(bytes: Uint8Array, depth: number): Record<string, unknown> {
  if (depth > DEEPEST) throw new Unreadable(BROKEN);
  const entries: [string, unknown][] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.number !== 1 || typeof field.value === "bigint") continue;
    let key = "";
    let value: unknown = null;
    for (const part of fieldsOf(field.value)) {
      if (typeof part.value === "bigint") continue;
      if (part.number === 1) key = textOf(part.value);
      else if (part.number === 2) value = jsonValue(part.value, depth + 1);
    }
    entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}

/** google.protobuf.Value: null 1, number 2, text 3, bool 4, object 5, list 6. */
function jsonValue(bytes: Uint8Array, depth: number): unknown {
  if (depth > DEEPEST) throw new Unreadable(BROKEN);
  let result: unknown = null;
  for (const { number, value, wire } of fieldsOf(bytes)) {
    if (typeof value === "bigint") result = number === 4 ? value !== 0n : null;
    else if (number === 2 && wire === 1) result = floatOf(value, true) ?? null;
    else if (number === 3) result = textOf(value);
    else if (number === 5) result = structOf(value, depth + 1);
    else if (number === 6)
      result = [...fieldsOf(value)].flatMap((one) =>
        typeof one.value === "bigint" ? [] : [jsonValue(one.value, depth + 1)],
      );
  }
  return result;
}
