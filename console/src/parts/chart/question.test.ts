import { expect, test } from "bun:test";
import { askSeries, type SeriesWish } from "./question.ts";

const HOUR = 3_600_000;
const field = { id: "A", type: "NUMERIC" } as const;
const to = Date.parse("2026-03-01T12:00:00Z");

/** Answers as the API does: measurements oldest first, as many as are wanted at most; or one bucket at the end. */
function server(measurements: number) {
  const asked: SeriesWish[] = [];
  const ask = async (wish: SeriesWish) => {
    asked.push(wish);
    if (wish.points !== undefined)
      return [{ time: new Date(to - 1).toISOString(), "A:AVG": 5, "A:MIN": 1, "A:MAX": 9 }];
    const rows = Array.from({ length: Math.min(measurements, wish.limit ?? 0) }, (_, n) => n);
    return rows.map((n) => ({ time: new Date(to - HOUR + n).toISOString(), A: n }));
  };
  return { asked, ask };
}

test("a short range shows measurements, a long one buckets", async () => {
  const short = server(10);
  expect((await askSeries(short.ask, [field], { from: to - HOUR, to })).get("A")).toMatchObject({ step: 0 });
  const long = server(10);
  const series = (await askSeries(long.ask, [field], { from: to - 24 * HOUR, to })).get("A");
  expect(series?.points).toEqual([{ time: to - 1, value: 5, least: 1, most: 9 }]);
  expect([short.asked.length, long.asked.length]).toEqual([1, 1]);
});

test("more measurements than an answer holds: the line reaches the end of the range all the same", async () => {
  const many = server(1_000_000);
  const series = (await askSeries(many.ask, [field], { from: to - HOUR, to })).get("A");
  expect(series?.points.at(-1)?.time).toBe(to - 1);
  expect(series?.step).toBe(HOUR / 400);
});
