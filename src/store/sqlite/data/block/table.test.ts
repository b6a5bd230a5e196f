import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkSeal } from "./bytes.ts";
import { decodeTable, encodeTable } from "./table.ts";

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1e6, max: 1e6 }).map((v) => v / 100),
  fc.constantFrom(0, -0, 0.1 + 0.2, Number.MAX_VALUE, 2 ** 53),
);
const table = fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 10 })).chain(([rows, columns]) => {
  const column = fc.array(number, { minLength: rows, maxLength: rows }).map((values) => Float64Array.from(values));
  return fc.array(column, { minLength: columns, maxLength: columns });
});

test("columns of any doubles come back as they were", () => {
  fc.assert(
    fc.property(table, (columns) => {
      const body = encodeTable(columns);
      checkSeal(body);
      // also from bytes that are not aligned
      const moved = new Uint8Array(body.length + 1);
      moved.set(body, 1);
      expect(decodeTable(moved.subarray(1))).toEqual(columns);
      expect(decodeTable(body, 2)).toEqual(columns.slice(0, 2));
    }),
    { numRuns: 60 },
  );
});

test("what is no table is a RangeError, never a wrong table", () => {
  const body = encodeTable([new Float64Array([1, 2]), new Float64Array([3.5, 4.25])]);
  const other = body.slice();
  other[0] = 9;
  expect(() => decodeTable(other)).toThrow(RangeError);
  const long = body.slice();
  long[6] = 255;
  expect(() => decodeTable(long)).toThrow(RangeError);
  for (let at = 0; at < body.length; at++) {
    const flipped = body.slice();
    flipped[at] = (flipped[at] ?? 0) ^ 16;
    expect(() => checkSeal(flipped)).toThrow(RangeError);
  }
});
