import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isDeviceId, isFieldId, isSlug, slugify, upperAscii } from "./grammar.ts";

const HOSTILE = ["", " ", "a b", "a/b", "+", "#", "*", "a\0", "a\n", "ä", "a\u202eb", "__proto__x ", "..\\"];

describe("grammar of names (wire contract section 4)", () => {
  const slugs: [string, boolean][] = [
    ["my-product", true],
    ["a", true],
    ["9", true],
    ["constructor", true],
    ["a".repeat(64), true],
    ["a-b-c", true],
    ["a".repeat(65), false],
    ["My", false],
    ["-a", false],
    ["a-", false],
    ["a--b", false],
    ["a_b", true],
    ["tasmota_4f2a1c", true],
    ["a-b_c", true],
    ["a_", false],
    ["_a", false],
    ["a__b", false],
    ["a-_b", false],
    ["_", false],
    ["__proto__", false],
  ];
  const devices: [string, boolean][] = [
    ["6b98a3bb-9ae1-418f-9375-f23091a849cd", true],
    ["BR-1", true],
    ["a.b_c:d~e", true],
    ["__proto__", true],
    ["_", true],
    ["x".repeat(64), true],
    ["x".repeat(65), false],
    ["$x", false],
    ["é", false],
  ];
  const fields: [string, boolean][] = [
    ["T", true],
    ["TEMPERATURE", true],
    ["A_1", true],
    ["A".repeat(64), true],
    ["A".repeat(65), false],
    ["1A", true],
    ["2M_TEMPERATURE", true],
    ["0", true],
    ["9".repeat(64), true],
    ["_1", false],
    ["1-A", false],
    ["_A", false],
    ["t", false],
    ["__PROTO__", false],
    ["A-B", false],
  ];
  for (const [s, want] of slugs) test(`slug ${s.slice(0, 20)}: ${want}`, () => expect(isSlug(s)).toBe(want));
  for (const [s, want] of devices) test(`device ${s.slice(0, 20)}: ${want}`, () => expect(isDeviceId(s)).toBe(want));
  for (const [s, want] of fields) test(`field ${s.slice(0, 20)}: ${want}`, () => expect(isFieldId(s)).toBe(want));
  test("hostile text is none of them", () => {
    for (const s of HOSTILE) expect([isSlug(s), isDeviceId(s), isFieldId(s)]).toEqual([false, false, false]);
  });
});

test("upperAscii folds a-z and nothing else", () => {
  expect(upperAscii("temp_1aZ")).toBe("TEMP_1AZ");
  expect(upperAscii("ıßäµ")).toBe("ıßäµ");
});

describe("slugify", () => {
  const table: [string, string][] = [
    ["My product", "my-product"],
    ["  Wärmepumpe  Nr. 5 ", "warmepumpe-nr-5"],
    ["Straße", "strasse"],
    ["Søren's Ærø", "sorens-aero"],
    ["--a--b--", "a-b"],
    ["°C", "c"],
    ["日本", ""],
    ["my_product", "my_product"],
    ["My_Product", "my-product"],
    ["_x", "x"],
    ["", ""],
    ["a".repeat(80), "a".repeat(64)],
    [`${"a".repeat(63)} b`, "a".repeat(63)],
  ];
  for (const [name, want] of table) test(JSON.stringify(name.slice(0, 20)), () => expect(slugify(name)).toBe(want));
  test("gives a slug or nothing, and leaves slugs alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 120 }), (name) => {
        const slug = slugify(name);
        expect(slug === "" || isSlug(slug)).toBe(true);
        expect(slugify(slug)).toBe(slug);
      }),
    );
  });
});
