import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { printValue, toValue } from "./index.ts";
import { FIELD_TYPES, type FieldType, specOf, type Value } from "./types.ts";
import { out, read, readJson, simulatedValues } from "./value.testing.ts";

describe("properties", () => {
  const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength });
  const decimal = fc
    .tuple(
      fc.constantFrom("", "-", "+"),
      digits(20),
      fc.constantFrom("", "."),
      digits(25),
      fc.option(fc.integer({ min: -340, max: 340 })),
      fc.boolean(),
    )
    .map(
      ([sign, whole, dot, fraction, e, exponent]) =>
        `${sign}${whole}${dot}${dot && fraction}${exponent && e !== null ? `e${e}` : ""}`,
    );
  const plain = fc
    .tuple(fc.constantFrom("", "-"), fc.nat(999999), fc.option(digits(12)))
    .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? "" : `.${fraction}`}`);

  test("NUMERIC is Number(text); verbatim bytes are what Number::toString prints; mantissa and scale are the number", () => {
    let verbatim = 0;
    fc.assert(
      fc.property(fc.oneof(decimal, plain, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)), (text) => {
        const value = read("NUMERIC", text);
        const num = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
        if (!Number.isFinite(num)) return expect(value).toBeUndefined();
        expect(value).toBe(num === 0 ? 0 : num);
        expect(Object.is(value, -0)).toBe(false);
        if (out.scale >= 0) {
          expect(Number.isSafeInteger(out.mantissa)).toBe(true);
          expect(out.mantissa / 10 ** out.scale).toBe(out.num);
        }
        if (!out.verbatim) return;
        verbatim++;
        expect(String(num)).toBe(text);
        expect([out.from, out.to]).toEqual([4, 4 + text.length]);
      }),
      { numRuns: 20_000 },
    );
    expect(verbatim).toBeGreaterThan(1000);
  });

  test("what devices send every day is verbatim, other spellings are not", () => {
    for (const text of [
      "22.5",
      "0",
      "-7",
      "1015",
      "0.000001",
      "-12.25",
      "100",
      "9007199254740991",
      "123456789.123456",
    ]) {
      read("NUMERIC", text);
      expect([text, out.verbatim]).toEqual([text, true]);
    }
    for (const text of [
      "22.50",
      "+1",
      "01",
      "1.",
      ".5",
      "-0",
      "0.0",
      "1e3",
      "0.0000001",
      "-0.0000005",
      "00",
      "1234567.1234567891",
      "1".repeat(22),
    ]) {
      read("NUMERIC", text);
      expect([text, out.verbatim]).toEqual([text, false]);
    }
    read("NUMERIC", '"22.5"');
    expect([out.verbatim, out.from, out.to]).toEqual([true, 5, 9]);
    read("NUMERIC", '"22\\u002e5"');
    expect(out.verbatim).toBe(false);
  });

  test("INT agrees with exact arithmetic on the text", () => {
    fc.assert(
      fc.property(fc.oneof(decimal, plain), (text) => {
        const value = read("INT", text);
        const found = /^([+-]?)(\d*)\.?(\d*)(?:e(-?\d+))?$/.exec(text);
        if (!found || (found[2] === "" && found[3] === "")) return expect(value).toBeUndefined();
        const power = Number(found[4] ?? 0) - (found[3] ?? "").length;
        const all = BigInt((found[2] ?? "") + (found[3] ?? "")) * (found[1] === "-" ? -1n : 1n);
        const scaled =
          power >= 0
            ? all * 10n ** BigInt(power)
            : all % 10n ** BigInt(-power) === 0n
              ? all / 10n ** BigInt(-power)
              : null;
        const safe = scaled !== null && scaled >= -9007199254740991n && scaled <= 9007199254740991n;
        expect(value).toBe((safe ? Number(scaled) : undefined) as Value); // toBe takes undefined too; its type does not say so
        if (safe && out.verbatim) expect(String(value)).toBe(text);
      }),
      { numRuns: 10_000 },
    );
  });

  test("what is printed reads back as the same value, for every type", () => {
    const values: Partial<Record<FieldType, fc.Arbitrary<Value>>> = {
      NUMERIC: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
      COUNTER: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)),
      INT: fc.maxSafeInteger(),
      BOOL: fc.boolean(),
      STRING: fc.string({ minLength: 1 }).filter((s) => s.trim() === s && !/^"|\0/.test(s)),
      GEO: fc.record({
        lat: fc.double({ min: 0, max: 90, noNaN: true }),
        lng: fc.double({ min: 0, max: 180, noNaN: true }),
      }),
    };
    for (const type of FIELD_TYPES)
      fc.assert(
        fc.property(values[type] ?? simulatedValues(type), (value) => {
          expect(read(type, printValue(type, value))).toEqual(Object.is(value, -0) ? 0 : value);
          expect(printValue(type, toValue(specOf(type), out))).toBe(printValue(type, value));
          expect(readJson(type, JSON.parse(JSON.stringify(value)))).toEqual(value);
        }),
      );
  });

  test("any bytes are read or refused, never thrown at", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FIELD_TYPES), fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
        if (read(type, bytes) === undefined) expect(out.error).not.toMatch(/^$|\p{Cc}/u);
      }),
      { numRuns: 5000 },
    );
  });
});
