import { describe, expect, test } from "bun:test";
import type { Count } from "../../parts/chart/counts.ts";
import { localTime, ownRange } from "./local-time.ts";
import { type Asked, MOST, newestRows } from "./newest-rows.ts";

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** A store with these times, ms in their order, that answers as the API does. */
function stored(times: readonly number[]): Asked & { asked: number } {
  const within = (from: number, to: number) => times.filter((one) => one >= from && one < to);
  return {
    asked: 0,
    async rows(from, to) {
      this.asked++;
      const found = within(from, to);
      return {
        rows: found.slice(0, MOST).map((one) => ({ time: new Date(one).toISOString() })),
        more: found.length > MOST,
      };
    },
    async counts(from, to) {
      this.asked++;
      const step = (to - from) / 400;
      const parts = new Map<number, Count>();
      for (const one of within(from, to)) {
        const time = from + Math.floor((one - from) / step) * step;
        parts.set(time, { time, count: (parts.get(time)?.count ?? 0) + 1 });
      }
      return [...parts.values()];
    },
  };
}

describe("the rows of a table", () => {
  test("all of a range, when they fit", async () => {
    expect(await newestRows(stored([5, 6, YEAR]), 0, YEAR)).toMatchObject({ more: false, rows: { length: 2 } });
  });
  test.each([
    ["spread over a year", Array.from({ length: 35_000 }, (_, n) => n * 900_000)],
    ["all within a second, long before the end", Array.from({ length: 5000 }, (_, n) => DAY + n / 5)],
    [
      "a burst at the end",
      [...Array.from({ length: 300 }, (_, n) => n * DAY), ...Array.from({ length: 9000 }, (_, n) => YEAR - 9000 + n)],
    ],
  ])("the newest are among them: %s", async (_, times) => {
    const store = stored(times);
    const { rows, more } = await newestRows(store, 0, YEAR);
    expect(more).toBe(true);
    expect(rows.at(-1)?.time).toBe(new Date(times.at(-1) ?? 0).toISOString());
    expect(rows.length).toBeGreaterThan(MOST / 3);
    expect(store.asked).toBeLessThan(10);
  });
});

describe("a range that is typed", () => {
  test.each([0, Date.parse("2026-03-29T01:30:05Z"), Date.parse("2026-11-30T23:59:59Z")])("%d comes back", (ms) =>
    expect(new Date(localTime(ms)).getTime()).toBe(ms),
  );
  test.each([
    ["2026-03-02T00:00", "2026-03-01T00:00"],
    ["2026-03-01T00:00", "2026-03-01T00:00"],
    ["", "2026-03-01T00:00"],
    ["NaN", "undefined"],
  ])("from %s to %s is none", (from, to) => expect(ownRange(from, to)).toBe(null));
  test("in UTC, whatever the browser's zone", () => {
    const ms = Date.parse("2026-03-29T01:30:05Z");
    expect(localTime(ms, "UTC")).toBe("2026-03-29T01:30:05");
    expect(ownRange("2026-03-29T01:30:05", "2026-03-29T02:30", "UTC")).toEqual({
      from: "2026-03-29T01:30:05.000Z",
      to: "2026-03-29T02:30:00.000Z",
    });
  });
  test("with and without seconds", () =>
    expect(ownRange("2026-03-01T00:00", "2026-03-01T00:00:01")).toEqual({
      from: new Date("2026-03-01T00:00").toISOString(),
      to: new Date("2026-03-01T00:00:01").toISOString(),
    }));
});
