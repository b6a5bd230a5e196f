/** What the tests of values share. */
import { expect, test } from "bun:test";
import { describe as accepted, newParsed, parseJson, parseValue, printValue, toValue } from "./index.ts";
import type { FieldType, Value } from "./types.ts";

/** What `read` and `readJson` parse into. */
export const out = newParsed();
const encoder = new TextEncoder();
/** Names that a careless object would know already. */
export const HOSTILE = Object.getOwnPropertyNames(Object.prototype);

/** The value of a payload, with other bytes around it in the buffer; undefined when refused. */
export function read(type: FieldType, payload: string | Uint8Array): Value | undefined {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  const buf = new Uint8Array(bytes.length + 8).fill(0x39);
  buf.set(bytes, 4);
  out.error = "";
  return parseValue(type, buf, 4, 4 + bytes.length, out) ? toValue(type, out) : undefined;
}
/** The value of something inside JSON; undefined when refused. */
export function readJson(type: FieldType, json: unknown): Value | undefined {
  return parseJson(type, json, out) ? toValue(type, out) : undefined;
}
/** text → [value, printed]; undefined: refused. */
export function table(type: FieldType, rows: readonly (readonly [string, Value | undefined, string?])[]): void {
  for (const [text, want, printed] of rows)
    test(`${type} ${JSON.stringify(text.slice(0, 40))} ${want === undefined ? "is refused" : `is ${JSON.stringify(want)}`}`, () => {
      const value = read(type, text);
      expect(value).toEqual(want as Value); // toEqual takes undefined too; its type does not say so
      expect(Object.is(value, -0)).toBe(false);
      if (want === undefined) {
        expect(out.error).toContain(accepted(type));
        expect(out.code).toBe("invalid_value");
      }
      if (printed !== undefined) expect(printValue(type, out)).toBe(printed);
    });
}
