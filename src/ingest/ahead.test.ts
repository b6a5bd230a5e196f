import { Ids } from "../store/ids.ts";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Directory } from "../fleet/directory.ts";
import { SeriesTable } from "./series.ts";

const SECOND = 1e6;
const HOUR = 3600 * SECOND;
const YEAR = 365 * 24 * HOUR;
const NOON = Date.UTC(2026, 10, 29, 12) * 1000;

function table(time: number | null, lastArrival: number) {
  const directory = new Directory();
  const row = {
    uid: 1,
    workspace: 1,
    slug: "p",
    name: "P",
    retainLastValues: false,
    publishBackfill: false,
    boolText: "true",
  } as const;
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "" } },
    { kind: "product", op: "put", row },
    { kind: "device", op: "put", row: { uid: 7, product: 1, id: "d", name: "", serial: null, tags: [] } },
    { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "NUMERIC", name: "", unit: null } },
  ]);
  const series = new SeriesTable(Ids.from(2));
  series.load([{ id: 1, device: 7, field: 1, type: "NUMERIC", time, value: 9, lastArrival, lastSeq: 5 }], directory);
  return series;
}
const NOTHING = new Float64Array(0);

describe("stamps that a wrong clock left in the future", () => {
  test.each([
    ["an hour", HOUR],
    ["ten years", 10 * YEAR],
  ])("%s ahead bind nothing that comes: arrivals have true times, explicit ones become current", (_, by) => {
    const series = table(NOON + by, NOON + by);
    expect(series.setBack(NOON)).toEqual([1]);
    expect(series.time[1]).toBe(Number.NEGATIVE_INFINITY);
    expect([series.stamp(1, NOON), series.stamp(1, NOON), series.stamp(1, NOON + 5)]).toEqual([
      NOON,
      NOON + 1,
      NOON + 5,
    ]);
  });

  test("the current value in truth is the newest that is not ahead, once the store has told it; a newer one stays", () => {
    const series = table(NOON + HOUR, NOON + HOUR);
    series.setBack(NOON);
    series.restore(1, { time: NOON - 60, value: 4 }, NOTHING, Infinity);
    expect([series.current(1), series.time[1]]).toEqual([{ time: NOON - 60, value: 4 }, NOON - 60]);
    const other = table(NOON + HOUR, NOON + HOUR);
    other.setBack(NOON);
    other.commit(1, other.stamp(1, NOON + 1), 7, 0, null);
    other.restore(1, { time: NOON - 60, value: 4 }, NOTHING, Infinity);
    expect([other.current(1), other.time[1]]).toEqual([{ time: NOON + 1, value: 7 }, NOON + 1]);
  });

  test("it was the clock that was behind: when it is set, what was newest is current again", () => {
    const series = table(NOON, NOON);
    const behind = NOON - YEAR;
    expect(series.setBack(behind)).toEqual([1]);
    series.restore(1, { time: behind - 5, value: 4 }, NOTHING, Infinity);
    expect(series.current(1)?.value).toBe(4);
    expect(series.ahead.passed(behind + HOUR)).toEqual([]);
    expect(series.ahead.passed(NOON + HOUR)).toEqual([1]);
    series.ahead.tick(NOON + HOUR); // not before the store has answered
    series.restore(1, { time: NOON, value: 9 }, NOTHING, Infinity);
    expect([series.current(1), series.time[1]]).toEqual([{ time: NOON, value: 9 }, NOON]);
    series.ahead.tick(NOON + HOUR);
    expect(series.ahead.count).toBe(0);
    expect(series.stamp(1, NOON + HOUR)).toBe(NOON + HOUR);
  });

  test("a commit that is given up does not bring the wrong time back", () => {
    const series = table(NOON + HOUR, NOON + HOUR);
    series.setBack(NOON);
    series.stamp(1, NOON);
    series.revert(1);
    expect(series.time[1]).toBe(Number.NEGATIVE_INFINITY);
  });

  test("what is not ahead by more than clocks are off by is left: a current one within 5 minutes, steps of less than a second", () => {
    const explicit = table(NOON + 4 * 60 * SECOND, NOON - 1);
    expect([explicit.setBack(NOON), explicit.time[1]]).toEqual([[], NOON + 4 * 60 * SECOND]);
    const near = table(NOON + SECOND / 2, NOON + SECOND / 2);
    expect([near.setBack(NOON), near.stamp(1, NOON)]).toEqual([[], NOON + SECOND / 2 + 1]);
    // among nodes the clock of another one may be ahead by more, and order stays strict all the same
    const among = table(NOON + 300 * SECOND, NOON + 300 * SECOND);
    expect([among.setBack(NOON, 600 * SECOND), among.stamp(1, NOON)]).toEqual([[], NOON + 300 * SECOND + 1]);
  });

  test("property: however the clock is set, no stamp is given twice, and within one setting they ascend, near the clock", () => {
    const act = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ rows: fc.integer({ min: 1, max: 4 }), pass: fc.integer({ min: 0, max: 3 }) }),
      },
      { weight: 2, arbitrary: fc.record({ set: fc.constantFrom(-40, -20, 5, 20, 40) }) },
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const series = table(null, 0);
        // the clock's steps are many seconds, its passing a few microseconds: so that it comes to old stamps again
        let [seconds, now] = [0, 0];
        const given = new Set<number>();
        let last = 0;
        for (const one of acts) {
          if ("set" in one) {
            seconds += one.set;
            now = 0;
            last = 0;
            const clock = NOON + seconds * SECOND;
            if (one.set < 0)
              for (const id of series.setBack(clock)) {
                const known = [...given].filter((t) => t >= clock).sort((a, b) => a - b);
                series.restore(id, null, Float64Array.from(known), Infinity);
              }
            continue;
          }
          now += one.pass;
          for (let i = 0; i < one.rows; i++) {
            const time = series.stamp(1, NOON + seconds * SECOND + now);
            expect(given.has(time)).toBe(false);
            expect(time).toBeGreaterThan(last);
            expect(time - (NOON + seconds * SECOND + now)).toBeLessThan(1000);
            given.add(time);
            last = time;
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
