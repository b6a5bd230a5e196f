/** What the tests of values share. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { newParsed, parseJson, parseValue, printValue, toValue } from "./index.ts";
import { type FieldType, specOf, type Value } from "./types.ts";

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
  return parseValue(specOf(type), buf, 4, 4 + bytes.length, out) ? toValue(specOf(type), out) : undefined;
}
/** The value of something inside JSON; undefined when refused. */
export function readJson(type: FieldType, json: unknown): Value | undefined {
  return parseJson(specOf(type), json, out) ? toValue(specOf(type), out) : undefined;
}
/** text → [value, printed]; undefined: refused. */
export function table(type: FieldType, rows: readonly (readonly [string, Value | undefined, string?])[]): void {
  for (const [text, want, printed] of rows)
    test(`${type} ${JSON.stringify(text.slice(0, 40))} ${want === undefined ? "is refused" : `is ${JSON.stringify(want)}`}`, () => {
      const value = read(type, text);
      expect(value).toEqual(want as Value); // toEqual takes undefined too; its type does not say so
      expect(Object.is(value, -0)).toBe(false);
      if (want === undefined) {
        expect(out.error).toContain(specOf(type).accepts);
        expect(out.code).toBe("invalid_value");
      }
      if (printed !== undefined) expect(printValue(type, toValue(specOf(type), out))).toBe(printed);
    });
}

/** Payloads as devices send them, of any type: for tests that go over all types, of which some have harder ones of their own. */
export function simulated(type: FieldType): fc.Arbitrary<string> {
  const chances = fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 8, maxLength: 8 });
  return chances.map((list) => {
    let at = 0;
    return specOf(type).simulate(() => list[at++ % list.length] ?? 0)();
  });
}
/** Their values. */
export function simulatedValues(type: FieldType): fc.Arbitrary<Value> {
  return simulated(type).map((payload) => {
    const value = read(type, payload);
    if (value === undefined) throw new Error(`${payload} is no ${type}: ${out.error}`);
    return value;
  });
}
