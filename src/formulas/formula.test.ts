import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readFormula } from "./formula.ts";
import { FormulaError, type Inputs, type Kind, type Value } from "./types.ts";
import { conversion, UNITS } from "./units.ts";

const FIELDS = new Map<string, { kind: Kind; value: Value | null; before?: Value }>([
  ["TEMPERATURE", { kind: "number", value: 25, before: 20 }],
  ["HUMIDITY", { kind: "number", value: 50 }],
  ["METER", { kind: "number", value: 3, before: 100 }],
  ["LATER", { kind: "number", value: null }],
  ["DOOR", { kind: "boolean", value: true }],
  ["NAME", { kind: "text", value: "Cellar" }],
  ["PLACE", { kind: "position", value: { lat: 52.52, lng: 13.405 } }],
  ["2ND", { kind: "number", value: 7 }],
]);
const INPUTS: Inputs = {
  value: (field) => sample(5e6, FIELDS.get(field)?.value),
  previous: (field) => sample(1e6, FIELDS.get(field)?.before),
  figures: (field, span) =>
    field === "LATER"
      ? { count: 0, sum: null, average: null, minimum: null, maximum: null, change: null, increase: null }
      : { count: span / 60e6, sum: 60, average: 15, minimum: 10, maximum: 20, change: -3, increase: 7 },
};
function sample(time: number, value: Value | null | undefined) {
  return value === null || value === undefined ? null : { time, value };
}
const kindOf = (id: string) => FIELDS.get(id)?.kind ?? null;
const compute = (text: string) => readFormula(text, kindOf).run(INPUTS);

describe("formulas compute", () => {
  test.each<[string, Value | null]>([
    ["TEMPERATURE * 1.8 + 32", 77],
    ["temperature*2 + -Humidity", 0],
    ["(TEMPERATURE + 1) ** 2 % 100", 76],
    ['field("2ND") + 1', 8],
    ["0.1 * 3 + TEMPERATURE * 0", 0.3],
    ["-(TEMPERATURE - 25)", 0],
    ['TEMPERATURE > 20 ? "hot" : "cold"', "hot"],
    ["if(DOOR && HUMIDITY >= 50, 1, 0)", 1],
    ["!DOOR || TEMPERATURE == 25", true],
    ['NAME != "Attic"', true],
    ['upper(NAME) + "!"', "CELLAR!"],
    ["round(HUMIDITY / 3, 2)", 16.67],
    ["round(-2.5 + TEMPERATURE * 0)", -3],
    ["round(1.005 + TEMPERATURE * 0, 2)", 1.01],
    ["round(TEMPERATURE * 1e-20, 3)", 0],
    ["min(TEMPERATURE, HUMIDITY, 3)", 3],
    ["scale(TEMPERATURE, 0, 50, 4, 20)", 12],
    ['average(TEMPERATURE, "1h") - minimum(TEMPERATURE, "10m")', 5],
    ['count(NAME, "2m")', 2],
    ["increase(METER)", 3],
    ['increase(METER, "1d")', 7],
    ["change(TEMPERATURE)", 5],
    ["increase(TEMPERATURE) / elapsed(TEMPERATURE) * 3600", 4500],
    ["previous(TEMPERATURE)", 20],
    ['convert(TEMPERATURE, "°C", "°F")', 77],
    ["latitude(PLACE)", 52.52],
    ["round(distance(PLACE, position(52.52, 13.405)))", 0],
    ['number("12.5") + TEMPERATURE', 37.5],
    ["text(TEMPERATURE)", "25"],
  ])("%s", (formula, expected) => {
    expect(compute(formula)).toEqual(expected);
  });

  test.each<[string, Value | null]>([
    ["LATER + 1", null],
    ["min(LATER, 1)", null],
    ["LATER ?? TEMPERATURE", 25],
    ["coalesce(LATER, previous(LATER), 1)", 1],
    ["DOOR ? TEMPERATURE : LATER", 25],
    ["DOOR || LATER > 1", true],
    ["LATER > 1 || DOOR", null],
    ['average(LATER, "1h")', null],
    ['count(LATER, "1h")', 0],
    ["TEMPERATURE / (HUMIDITY - 50)", null],
    ["sqrt(-TEMPERATURE)", null],
    ["position(TEMPERATURE * 10, 0)", null],
    ["number(NAME)", null],
    ["increase(HUMIDITY)", null],
  ])("%s, of which something is missing, or has no result", (formula, expected) => {
    expect(compute(formula)).toEqual(expected);
  });
});

describe("a formula says what is wrong with it", () => {
  test.each([
    ["", "is empty"],
    ["1 + 2", "names no field"],
    ["PRESSURE + 1", "no field PRESSURE"],
    ["TEMPERATURE +", "Expected expression after +"],
    ["TEMPERATURE * 1,8", "Decimals have a point"],
    ["TEMPERATURE = 2", "Equal is written =="],
    ["TEMPERATURE ^ 2", "Powers are written **"],
    ["DOOR and TEMPERATURE > 1", "And is written &&"],
    ["DOOR + 1", "+ takes a number, not true or false"],
    ["TEMPERATURE ? 1 : 2", "condition of ? : takes true or false"],
    ['DOOR ? 1 : "a"', "of one kind"],
    ["TEMPERATURE == NAME", "compare two"],
    ["frobnicate(TEMPERATURE)", "no function frobnicate"],
    ["round", "is a function"],
    ["round(TEMPERATURE, 1, 2)", "takes 1 to 2 values in its brackets, not 3"],
    ["abs(NAME)", "takes a number as its first value, not a text"],
    ['average(TEMPERATURE + 1, "1h")', "takes a field as its first value"],
    ["average(TEMPERATURE, 60)", "takes its window as a text"],
    ['average(TEMPERATURE, "40d")', "at most 31 days"],
    ['average(NAME, "1h")', "NAME is none"],
    ['convert(TEMPERATURE, "°C", "bar")', "measure different things"],
    ['convert(TEMPERATURE, "°C", "cubits")', '"cubits" is not known'],
    ["TEMPERATURE.constructor", "have no parts"],
    ['TEMPERATURE["constructor"]', "have no parts"],
    ["(this)", "no field THIS"],
    ["constructor(TEMPERATURE)", "no function constructor"],
    ["__proto__ + TEMPERATURE", "no field __PROTO__"],
    ["[TEMPERATURE]", "no lists"],
    ["null ?? TEMPERATURE", "Values are numbers"],
    [`TEMPERATURE${" + 1".repeat(300)}`, "too long"],
    [`${"(".repeat(1900)}TEMPERATURE`, "Unclosed ("],
    ["x".repeat(2001), "2000 are allowed"],
  ])("%s", (formula, why) => {
    expect(() => readFormula(formula, kindOf)).toThrow(FormulaError);
    expect(() => readFormula(formula, kindOf)).toThrow(why);
  });

  test("property: whatever is written, it is a formula or says why not, and computes a value of its kind or none", () => {
    const word = fc.constantFrom(
      ...'TEMPERATURE DOOR NAME PLACE LATER 1.5 "a" "1h" true null ( ) , + - * / ** % < == ! && || ?? ? : [ ] . min( round( if( average( convert( this constructor __proto__ ; = => ` { }'.split(
        " ",
      ),
    ); // prettier-ignore
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
          fc.string(),
        ),
        (text) => {
          try {
            const { kind, run } = readFormula(text, kindOf);
            const value = run(INPUTS);
            if (value === null) return;
            const form = typeof value === "object" ? "position" : typeof value === "string" ? "text" : typeof value;
            expect(form).toBe(kind);
            if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(FormulaError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("property: what is converted and converted back is what it was", () => {
  for (const symbols of UNITS)
    for (const from of symbols)
      for (const to of symbols) {
        const [there, back] = [conversion(from, to), conversion(to, from)];
        if (typeof there === "string" || typeof back === "string") throw new Error(`${from} to ${to}`);
        for (const value of [0, 1, -40, 1234.5]) expect(back(there(value))).toBeCloseTo(value, 6);
      }
});
