import { describe, expect, test } from "bun:test";
import { cellText, RowPrinter } from "./print.ts";
import { type FieldType, FIELD_TYPES, specOf, type Value } from "../measure/types.ts";
import { aggregatePoints } from "../store/memory/points.ts";
import { Carry, cellsOf, parseAggregation } from "./aggregate.ts";
import { AGGREGATIONS, type Aggregation, type Cell } from "./types.ts";

/** Buckets of ten: 0 to 10 holds the values, 10 to 20 is empty; before them lies `before`. */
function cells(type: FieldType, how: Aggregation, values: readonly Value[], before?: Value): Cell[] {
  const points = values.map((value, time) => ({ time, value }));
  const all = before === undefined ? points : [{ time: -5, value: before }, ...points];
  return cellsOf(type, how, aggregatePoints(all, Float64Array.from([0, 10, 20]), type === "COUNTER"));
}
const place = (lat: number) => ({ lat, lng: 0 });

describe("one value of a bucket, and what an empty one has", () => {
  const numbers = [3, -1, 4, 2];
  test.each<[FieldType, Aggregation, readonly Value[], Cell, Cell]>([
    ["NUMERIC", "AVG", numbers, 2, null],
    ["NUMERIC", "MIN", numbers, -1, null],
    ["NUMERIC", "MAX", numbers, 4, null],
    ["NUMERIC", "SUM", numbers, 8, null],
    ["NUMERIC", "COUNT", numbers, 4, 0],
    ["NUMERIC", "FIRST", numbers, 3, null],
    ["NUMERIC", "LAST", numbers, 2, null],
    ["NUMERIC", "CHANGE", numbers, -1, null],
    ["NUMERIC", "CHANGE", [7], 0, null],
    ["INT", "AVG", [1, 2], 1.5, null],
    ["INT", "CHANGE", [1, 5], 4, null],
    ["BOOL", "AVG", [true, true, false], true, null],
    ["BOOL", "AVG", [true, false], false, null],
    ["BOOL", "MIN", [true, true], true, null],
    ["BOOL", "MIN", [true, false], false, null],
    ["BOOL", "MAX", [false, true], true, null],
    ["BOOL", "MAX", [false, false], false, null],
    ["BOOL", "SUM", [true, false, true], 2, null],
    ["BOOL", "COUNT", [true, false, true], 3, 0],
    ["BOOL", "FIRST", [true, false], true, null],
    ["BOOL", "LAST", [true, false], false, null],
    ["STRING", "FIRST", ["a", "b"], "a", null],
    ["STRING", "LAST", ["a", ""], "", null],
    ["STRING", "COUNT", ["a", "b"], 2, 0],
    ["GEO", "LAST", [place(1), place(2)], place(2), null],
    ["GEO", "FIRST", [place(1), place(2)], place(1), null],
    ["COUNTER", "LAST", [5, 9], 9, null],
    ["COUNTER", "AVG", [5, 9], 7, null],
  ])("%s %s of %j is %j, and %j", (type, how, values, full, empty) => {
    expect(cells(type, how, values)).toEqual([full, empty]);
  });

  test.each<[readonly number[], number | undefined, number]>([
    [[5, 9], undefined, 4],
    [[5, 9], 3, 6],
    [[9, 2, 4], 8, 1 + 2 + 2],
    [[7], undefined, 0],
    [[7], 7, 0],
  ])("a COUNTER %j after %p grew by %d, resets counted whole", (values, before, grew) => {
    expect(cells("COUNTER", "CHANGE", values, before)).toEqual([grew, null]);
    expect(cells("COUNTER", "SUM", values, before)).toEqual([grew, null]);
  });
});

test("what a type allows can be asked for in any case; everything else is refused and says what is allowed", () => {
  for (const type of FIELD_TYPES) {
    const { aggregations: allowed, defaultAggregation } = specOf(type);
    expect(allowed).toContain(defaultAggregation);
    for (const one of AGGREGATIONS) {
      if (allowed.includes(one)) expect(parseAggregation(one.toLowerCase(), "F", type)).toBe(one);
      else expect(() => parseAggregation(one, "F", type)).toThrow(`${one} does not apply to F (${type}); use `);
    }
    expect(() => parseAggregation("MEDIAN", "F", type)).toThrow(`"MEDIAN" is not known; for F (${type}) use `);
    expect(() => parseAggregation("__proto__", "F", type)).toThrow("is not known");
  }
});

test("the last value is carried forward, not into the future", () => {
  const starts = Float64Array.from([0, 10, 20, 30, 40]);
  const carried = (first: Cell, now: number) => {
    const list: Cell[] = [null, 1, null, false, null];
    const carry = new Carry(first, now);
    return list.map((cell, i) => carry.next(cell, starts[i] ?? 0));
  };
  expect(carried(null, 100)).toEqual([null, 1, 1, false, false]);
  expect(carried(7, 40)).toEqual([7, 1, 1, false, false]);
  expect(carried(7, 39)).toEqual([7, 1, 1, false, null]);
});

test("without a name a COUNTER shows its increase, and texts and positions their last value", () => {
  const types = ["NUMERIC", "INT", "COUNTER", "BOOL", "STRING", "GEO"] as const;
  expect(types.map((type) => specOf(type).defaultAggregation)).toEqual(["AVG", "AVG", "CHANGE", "AVG", "LAST", "LAST"]);
});

test("a mean lies within what was measured, and a sum that overflows is told by the row", () => {
  expect(cells("NUMERIC", "AVG", new Array<number>(720).fill(0.1))[0]).toBe(0.1);
  const huge = cells("NUMERIC", "SUM", [1.7e308, 1.7e308]);
  const printed = new RowPrinter(["A:SUM", "B"]).print({ time: 0, cells: [huge[0] ?? null, 1] });
  expect(JSON.parse(printed)).toMatchObject({ "A:SUM": null, B: 1, overflow: ["A:SUM"] });
  expect(cellText(huge[0] ?? null)).toBeNull();
});
