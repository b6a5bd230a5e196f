import { expect, test } from "bun:test";
import fc from "fast-check";
import { Applied, type SeriesOrder, settleRows } from "./apply.ts";
import { TAG_EXPLICIT, TAG_HISTORICAL, TAG_LATE, TAG_OTHERWISE, TAG_PROPOSED, TAG_PUBLISHED } from "./record.ts";

const [P, E, H, L, O] = [TAG_PUBLISHED, TAG_EXPLICIT, TAG_HISTORICAL, TAG_LATE, TAG_OTHERWISE];
const NONE = Number.NEGATIVE_INFINITY;

/** flags of a proposal, time | arrival, current | time, current, published */
const TABLE: [what: string, row: [number, number], before: [number, number], after: [number, boolean, boolean]][] = [
  ["the first row of a series", [P, 50], [0, NONE], [50, true, true]],
  ["a later stamp", [P, 101], [100, 100], [101, true, true]],
  ["the stamp of another node", [P, 100], [100, 100], [101, true, true]],
  ["a stamp of a clock that is behind", [P, 70], [100, 100], [101, true, true]],
  ["a stamp that is the explicit current time", [P, 200], [100, 200], [201, true, true]],
  ["… and comes to it", [P, 90], [199, 200], [201, true, true]],
  ["a stamp that goes around those ahead", [P | L, 70], [100, 100], [70, true, true]],
  ["what is imported is stamped alike", [0, 70], [100, 100], [101, true, false]],
  ["a newer time", [P | E, 200], [100, 100], [200, true, true]],
  ["the time of the current value", [P | E, 100], [100, 100], [100, true, true]],
  ["a time that became old on its way", [P | E, 90], [100, 100], [90, false, false]],
  ["… of a product that publishes backfill", [P | E | O, 90], [100, 100], [90, false, true]],
  ["a time that was old", [E | L | O, 90], [100, 100], [90, false, false]],
  ["… of a product that publishes backfill", [P | E | L | O, 90], [100, 100], [90, false, true]],
  ["… and is new again, since its node knew more than is true", [E | L | O, 90], [80, 80], [90, true, true]],
  ["history, however new", [P | E | H | L, 200], [100, 100], [200, false, true]],
  ["history that nobody is told of", [E | H | L | O, 200], [100, NONE], [200, false, false]],
];
test.each(TABLE)("%s", (_, [flags, time], [arrival, current], after) => {
  const applied = new Applied().row(flags | TAG_PROPOSED, time, arrival, current);
  expect([applied.time, applied.isCurrent, applied.isPublished]).toEqual(after);
});

const flag = fc
  .tuple(...[P, E, H, L, O].map((bit) => fc.constantFrom(0, bit)))
  .map((bits) => bits.reduce((a, b) => a | b));
const row = fc.record({ flags: flag, time: fc.integer({ min: 1, max: 60 }) });
const rows = fc.array(row, { maxLength: 80 });

test("property: what one node alone has written is as it says", () => {
  fc.assert(
    fc.property(row, fc.nat(60), fc.nat(60), ({ flags, time }, arrival, current) => {
      const { time: own, isPublished } = new Applied().row(flags, time, arrival, current);
      expect([own, isPublished]).toEqual([time, (flags & P) !== 0]);
    }),
  );
});

test("property: stamps of proposals ascend, and none is the time of another but where its node said that it goes around", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const order = { arrival: 0, current: NONE };
      let last = 0;
      for (const { flags, time } of all) {
        const applied = new Applied().row(flags | TAG_PROPOSED, time, order.arrival, order.current);
        const isStamped = (flags & E) === 0;
        if (isStamped && (flags & L) === 0) expect(applied.time).toBeGreaterThan(last);
        if (isStamped) {
          expect(applied.time).not.toBe(order.current);
          expect(applied.isCurrent).toBe(true);
        } else expect(applied.time).toBe(time);
        if (isStamped) last = order.arrival = Math.max(order.arrival, applied.time);
        if (applied.isCurrent) order.current = applied.time;
      }
    }),
  );
});

test("property: rows settled in pieces, however cut, are those that were taken one by one", () => {
  fc.assert(
    fc.property(rows, fc.nat(80), (all, cut) => {
      const times = all.map(({ time }) => time);
      const order: SeriesOrder = { arrival: 0, current: Number.NaN };
      const of = {
        flagsOf: (i: number) => (all[i]?.flags ?? 0) | TAG_PROPOSED,
        timeOf: (i: number) => times[i] ?? 0,
        setTime: (i: number, time: number) => {
          times[i] = time;
        },
      };
      const keys = [...all.keys()];
      settleRows(keys.slice(0, cut), of, order);
      settleRows(keys.slice(cut), of, order);
      let [arrival, current] = [0, NONE];
      for (const [i, { flags, time }] of all.entries()) {
        const applied = new Applied().row(flags | TAG_PROPOSED, time, arrival, current);
        expect(times[i]).toBe(applied.time);
        if ((flags & E) === 0) arrival = Math.max(arrival, applied.time);
        if (applied.isCurrent) current = applied.time;
      }
      expect([order.arrival, all.length > 0 ? (Number.isNaN(order.current) ? NONE : order.current) : NONE]).toEqual([
        arrival,
        current,
      ]);
    }),
  );
});
