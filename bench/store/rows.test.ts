import { expect, test } from "bun:test";
import { createRows, DAY, Generator, kindOf, type Plan, rowsOf, START, TEXTS } from "./rows.ts";

/** All rows of a plan, through columns of this size. */
function all(plan: Plan, capacity: number): [series: number, time: number, value: number][] {
  const generator = new Generator(plan);
  const rows = createRows(capacity);
  const found: [number, number, number][] = [];
  for (generator.fill(rows); rows.count > 0; generator.fill(rows)) {
    for (let i = 0; i < rows.count; i++) found.push([rows.series[i] ?? 0, rows.time[i] ?? 0, rows.value[i] ?? 0]);
  }
  return found;
}

test("the data are the same with every run and every size of the columns, and others with another seed", () => {
  const plan = { seed: 1, firstSeries: 1, series: 30, start: START, rounds: 200 };
  const rows = all(plan, 7);
  expect(rows.length).toBe(rowsOf(plan));
  expect(rows).toEqual(all(plan, 100_000));
  expect(rows).not.toEqual(all({ ...plan, seed: 2 }, 7));
});

test("every series has a measurement a minute in its minute, so a day has 1,440; times are whole milliseconds", () => {
  const rows = all({ seed: 3, firstSeries: 5, series: 10, start: START, rounds: 2 * 1440 }, 1000);
  for (let series = 5; series < 15; series++) {
    const times = rows.filter(([one]) => one === series).map(([, time]) => time);
    expect(times.filter((time) => time >= START + DAY && time < START + 2 * DAY).length).toBe(1440);
    expect(times.every((time, i) => time % 1000 === 0 && time > (times[i - 1] ?? 0))).toBe(true);
  }
});

test("values are of the series' kind, and numbers walk in small steps of a tenth", () => {
  const rows = all({ seed: 4, firstSeries: 1, series: 10, start: START, rounds: 5000 }, 1000);
  const of = (series: number) => rows.filter(([one]) => one === series).map(([, , value]) => value);
  expect([1, 8, 9, 10, 18].map(kindOf)).toEqual(["number", "boolean", "text", "number", "boolean"]);
  expect(
    of(1).every((value, i, walk) => Number.isInteger(value) && Math.abs(value - (walk[i - 1] ?? value)) <= 3),
  ).toBe(true);
  expect(new Set(of(8))).toEqual(new Set([0, 1]));
  expect(of(9).every((index) => index in TEXTS)).toBe(true);
  expect(new Set(of(9)).size).toBeGreaterThan(8);
});
