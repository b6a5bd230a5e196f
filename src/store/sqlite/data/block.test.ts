import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Value } from "../../../measure/types.ts";
import { decodeBlock, decodeValue, encodeBlock, encodeValue, mergePoints, type Points } from "./block.ts";

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0, -0, 63, 64, -64),
  fc.boolean(),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.record({
    lat: fc.double({ min: -90, max: 90, noNaN: true }),
    lng: fc.double({ min: -180, max: 180, noNaN: true }),
  }),
);
const points = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), value), { selector: ([t]) => t, maxLength: 80 })
  .map((all): Points => {
    all.sort((a, b) => a[0] - b[0]);
    return { times: all.map(([t]) => t), values: all.map(([, v]) => v) };
  });

describe("block", () => {
  test("gives back its points, negative times, −0 and 2^53−1 included", () => {
    fc.assert(
      fc.property(points, (p) => {
        const back = decodeBlock(encodeBlock(p));
        expect(back.times).toEqual(p.times);
        back.values.forEach((v, i) => {
          if (typeof v === "object") expect(v).toEqual(p.values[i] as typeof v);
          else expect(Object.is(v, p.values[i])).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("a value alone comes back", () => {
    fc.assert(fc.property(value, (v) => expect(decodeValue(encodeValue(v))).toEqual(v)));
  });

  test("any changed byte and any missing end is found out", () => {
    fc.assert(
      fc.property(points, fc.nat(), fc.integer({ min: 1, max: 255 }), (p, where, by) => {
        const body = encodeBlock(p);
        const at = where % body.length;
        expect(() => decodeBlock(body.subarray(0, at))).toThrow(RangeError);
        body[at] = (body[at] ?? 0) ^ by;
        expect(() => decodeBlock(body)).toThrow(RangeError);
      }),
    );
  });

  test("merging sorts by time and keeps the last written of equal times", () => {
    const newer = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.nat()), { maxLength: 40 });
    fc.assert(
      fc.property(newer, newer, (a, b) => {
        const model = new Map<number, number>();
        for (const [t, v] of [...a, ...b]) model.set(t, v);
        const columns = (list: [number, number][]): Points => ({
          times: list.map(([t]) => t),
          values: list.map(([, v]) => v),
        });
        const merged = mergePoints(mergePoints({ times: [], values: [] }, columns(a)), columns(b));
        const expected = [...model].sort((x, y) => x[0] - y[0]);
        expect(merged).toEqual(columns(expected));
      }),
    );
  });
});
