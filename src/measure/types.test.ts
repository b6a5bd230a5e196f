import { describe, expect, test } from "bun:test";
import { OF_FORM } from "./aggregations.ts";
import { newParsed, parseJson, parseValue, toValue } from "./index.ts";
import { FIELD_TYPE_SPECS, FIELD_TYPES, type FieldTypeSpec, knownType, specOf, typeNamed } from "./types.ts";
import { printPlain, type Value } from "./value.ts";

const out = newParsed();
const utf8 = new TextEncoder();
function read(spec: FieldTypeSpec, payload: string): Value | undefined {
  const bytes = utf8.encode(payload);
  return parseValue(spec, bytes, 0, bytes.length, out) ? toValue(spec, out) : undefined;
}
/** The same numbers for every run. */
function chances(): () => number {
  let n = 0;
  return () => {
    n = (n * 16_807 + 11) % 2_147_483_647;
    return n / 2_147_483_647;
  };
}

describe.each(FIELD_TYPE_SPECS.map((spec) => [spec.name, spec] as const))("%s", (name, spec) => {
  test("is found by its names", () => {
    expect(specOf(name)).toBe(spec);
    expect(knownType(name)).toBe(spec);
    for (const text of [name, name.toLowerCase(), ...spec.aliases]) expect(typeNamed(text)).toBe(name);
    expect(spec.accepts).toStartWith(`${name} accepts `);
  });
  test("its sample and what is simulated are values of it, and printed they read back as the same", () => {
    const next = spec.simulate(chances());
    for (const payload of [spec.sample, ...Array.from({ length: 100 }, next)]) {
      const value = read(spec, payload);
      if (value === undefined) throw new Error(`${payload}: ${out.error}`);
      for (const boolText of ["true", "True"] as const) expect(read(spec, spec.print(value, boolText))).toEqual(value);
      expect(parseJson(spec, JSON.parse(JSON.stringify(value)), out) && toValue(spec, out)).toEqual(value);
    }
  });
  test("what it says of itself fits its form", () => {
    for (const one of spec.aggregations) expect(OF_FORM[spec.form]).toContain(one);
    expect(spec.aggregations).toContain(spec.defaultAggregation);
    if (spec.isTotal) expect(spec.form).toBe("number");
    if (spec.hasRollups) expect(["number", "boolean"]).toContain(spec.form);
    // an object is a value of the form position alone, so that nothing else in JSON is taken apart
    expect(spec.parseObject === null || spec.form === "position").toBe(true);
  });
});

test("names are those of one type, and nothing that an object has is one", () => {
  const all = FIELD_TYPE_SPECS.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(all).size).toBe(all.length);
  expect(FIELD_TYPES).toEqual(expect.arrayContaining(["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"]));
  for (const text of ["", "TEXT", "__proto__", "constructor", "ıNT"])
    expect([knownType(text), typeNamed(text)]).toEqual([undefined, undefined]);
});

test("values print as they are published", () => {
  expect([22.5, true, "a b", { lat: 1, lng: -2.5 }].map(printPlain)).toEqual(["22.5", "true", "a b", "(1,-2.5)"]);
});
