import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Value } from "../../../../measure/types.ts";
import { type Columns, columnsFrom, mergeColumns, valuesOf, within, without } from "./columns.ts";

const value: fc.Arbitrary<Value> = fc.oneof(fc.nat(), fc.nat(), fc.boolean(), fc.string({ maxLength: 3 }));
const piece = fc.oneof(
  fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.nat() as fc.Arbitrary<Value>), { maxLength: 40 }),
  fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), value), { maxLength: 10 }),
);
const columns = (list: readonly (readonly [number, Value])[]): Columns =>
  columnsFrom(
    Float64Array.from(list, ([t]) => t),
    list.map(([, v]) => v),
  );
const pairs = (c: Columns): unknown[] => valuesOf(c).map((v, i) => [c.times[i], v]);

describe("columns", () => {
  test("merging sorts by time and keeps the last written of equal times", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const model = new Map(pieces.flat());
        expect(pairs(mergeColumns(pieces.map(columns)))).toEqual([...model].sort((a, b) => a[0] - b[0]));
      }),
      { numRuns: 300 },
    );
  });

  test("a range takes its start and leaves out its end, and what is without it is the rest", () => {
    fc.assert(
      fc.property(piece, fc.nat(45), fc.nat(45), (list, from, to) => {
        const c = mergeColumns([columns(list)]);
        const inside = (p: unknown): boolean => (p as [number])[0] >= from && (p as [number])[0] < to; // a pair
        expect(pairs(within(c, from, to))).toEqual(pairs(c).filter(inside));
        expect(pairs(without(c, from, to))).toEqual(pairs(c).filter((p) => !inside(p)));
      }),
    );
  });
});
