import { expect, test } from "bun:test";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { IntReader, IntWriter, MAX_INT, RUN, WordWriter } from "./ints.ts";

const any = fc.integer({ min: -MAX_INT, max: MAX_INT });
const column: fc.Arbitrary<number[]> = fc.oneof(
  fc.array(any, { maxLength: 3 * RUN }),
  fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: RUN - 1, maxLength: RUN + 1 }),
  // small steps with a leap now and then
  fc
    .array(fc.oneof({ weight: 60, arbitrary: fc.nat(7) }, { weight: 1, arbitrary: any.map((v) => v / 2 ** 12) }), {
      maxLength: 3 * RUN,
    })
    .map((steps) => {
      let v = 0;
      return steps.map((step) => (v += Math.trunc(step)));
    }),
  // differences of exactly so many bits
  fc
    .tuple(fc.nat(51), fc.integer({ min: 2, max: RUN }))
    .map(([bits, n]) => Array.from({ length: n }, (_, i) => (i % 2) * (2 ** bits - 1))),
);

test("columns of integers come back, several in one stream, whole and run by run", () => {
  fc.assert(
    fc.property(fc.array(column, { maxLength: 3 }), (columns) => {
      const [head, words, ints] = [new ByteWriter(), new WordWriter(), new IntWriter()];
      for (const one of columns) ints.write(head, words, Float64Array.from(one), one.length);
      const bytes = head.written().slice();
      const from = new ByteReader(bytes, 0, bytes.length);
      const all = words.written().slice();
      let place = 0;
      for (const one of columns) {
        const reader = new IntReader(from, all, place, one.length);
        place = reader.end;
        expect([...reader.all()]).toEqual(one.map((v) => v + 0));
        const part = new Float64Array(RUN + 3);
        for (let run = 0; run * RUN < one.length; run++) {
          const expected = one.slice(run * RUN, (run + 1) * RUN);
          expect(reader.read(run, part, 3)).toBe(expected.length);
          expect([...part.subarray(3, 3 + expected.length)]).toEqual(expected.map((v) => v + 0));
          expect(reader.first(run)).toBe((expected[0] ?? 0) + 0);
        }
      }
      expect(place).toBe(all.length);
    }),
    { numRuns: 300 },
  );
});
