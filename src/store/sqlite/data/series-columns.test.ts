import { expect, test } from "bun:test";
import fc from "fast-check";
import { FIELD_TYPES } from "../../../measure/types.ts";
import type { SeriesState } from "../../ports.ts";
import { SeriesColumns, unpackSeries } from "./series-columns.ts";

const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const uid = fc.integer({ min: 1, max: 2 ** 31 });
const value = fc.oneof(
  fc.constant(null),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.string(),
  fc.record({ lat: fc.double({ noNaN: true }), lng: fc.double({ noNaN: true }) }),
);
const state: fc.Arbitrary<SeriesState> = fc.record({
  id: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 100_000 })),
  device: uid,
  field: uid,
  type: fc.constantFrom(...FIELD_TYPES),
  time: fc.option(fc.oneof(whole, fc.constant(-1))),
  value,
  lastArrival: whole,
  lastSeq: whole,
});

test("property: states of series come out of their columns, in pieces, as they were put and set", () => {
  const states = fc.uniqueArray(state, { selector: ({ id }) => id });
  fc.assert(
    fc.property(
      states,
      fc.array(fc.tuple(fc.nat(60), whole, value)),
      fc.integer({ min: 1, max: 7 }),
      (all, sets, most) => {
        const expected = all.map((one) => ({ ...one }));
        const columns = new SeriesColumns(all.length, Math.max(0, ...all.map(({ id }) => id)) + 1);
        for (const one of all) columns.add(one);
        for (const [i, { id }] of all.entries()) expect(columns.find(id)).toBe(i);
        expect([columns.find(0), columns.find(2 ** 31)]).toEqual([-1, -1]);
        for (const [i, time, to] of sets) {
          const one = expected[i];
          if (one === undefined) continue;
          Object.assign(one, { time, value: to });
          columns.set(i, time, to);
        }
        const found: SeriesState[] = [];
        for (let from = 0; from < columns.count; from += most) {
          // as a message carries it
          const piece = structuredClone(columns.piece(from, Math.min(columns.count, from + most)));
          found.push(...unpackSeries(piece));
        }
        expect(found).toEqual(expected);
      },
    ),
  );
});
