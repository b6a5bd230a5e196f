import { expect, test } from "bun:test";
import fc from "fast-check";
import { columnsFrom, mergeColumns, valuesOf } from "../../sqlite/data/block/columns.ts";
import { type Chunk, CHUNK_POINTS, chunksOf } from "./chunk.ts";
import { decoded, type StoredChunk } from "./stored-chunk.ts";

const decimal = fc
  .tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 9 }))
  .map(([m, places]) => m / 10 ** places);
// what is a whole number is kept as one: 0 has no sign then
const signless = (n: number): number => n + 0;
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map(signless);
const degree = fc.double({ min: -90, max: 90, noNaN: true }).map(signless);
const position = fc.record({ lat: fc.oneof(decimal, degree), lng: decimal });
const value = fc.oneof(decimal, double, fc.boolean(), position);
const time = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 52 }),
  fc.integer({ min: 0, max: 1e6 }).map((n) => n * 60e6),
);
const points = (values: fc.Arbitrary<Parameters<typeof columnsFrom>[1][number]>) =>
  fc.array(fc.tuple(time, values), { minLength: 1, maxLength: 60 }).map((some) =>
    mergeColumns([
      columnsFrom(
        Float64Array.from(some, ([t]) => t),
        some.map(([, v]) => v),
      ),
    ]),
  );

/** As array_to_json of PostgreSQL has it; texts are tested with it (sql.test.ts). */
function stored(chunk: Chunk): StoredChunk {
  const json = (text: string | null): string | null =>
    text === null
      ? null
      : text
          .replace("{", "[")
          .replace("}", "]")
          .replaceAll(/NULL/g, "null")
          .replaceAll(/\bt\b/g, "true")
          .replaceAll(/\bf\b/g, "false");
  const { first, step, div, dt, wide, i, j, f, g, b } = chunk;
  return {
    first,
    step,
    div,
    dt: json(dt ?? wide),
    i: json(i),
    j: json(j),
    f: json(f),
    g: json(g),
    b: json(b),
    s: null,
  };
}

test.each([
  ["decimals", decimal],
  ["doubles", double],
  ["booleans", fc.boolean()],
  ["positions", position],
  ["several kinds", value],
] as const)("what is read of chunks is what was written: %s", (_, values) => {
  fc.assert(
    fc.property(points(values), (c) => {
      const chunks = chunksOf(c);
      const back = chunks.map((chunk) => decoded(stored(chunk)));
      expect(back.flatMap((one) => [...one.times])).toEqual([...c.times]);
      expect(back.flatMap(valuesOf)).toEqual(valuesOf(c));
      for (const { n, i } of chunks) expect(n <= CHUNK_POINTS && (i === null || /^\{[-\d,]+\}$/.test(i))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("decimals of one kind are whole numbers, minutes are steps, and pieces are of one size", () => {
  const times = Float64Array.from({ length: 1500 }, (_, k) => k * 60e6);
  const [first, second] = chunksOf(
    columnsFrom(
      times,
      Array.from(times, (_, k) => 20 + (k % 7) / 10),
    ),
  );
  expect(first).toMatchObject({ first: 0, n: 750, step: 60e6, div: 10, f: null, wide: null });
  expect(first?.dt?.startsWith("{0,1,2,")).toBe(true);
  expect(first?.i?.startsWith("{200,201,202,")).toBe(true);
  expect(second).toMatchObject({ first: 750 * 60e6, last: 1499 * 60e6, n: 750 });
  const [text] = chunksOf(columnsFrom(Float64Array.of(5), ['a "b"\\ \0']));
  expect(text?.s).toBe('{"a \\"b\\"\\\\ \ufffd"}');
});
