import { expect, test } from "bun:test";
import { Metrics } from "../base/metrics.ts";
import { DayOfFigures, quantile } from "./day.ts";

/** A day whose seconds are made by hand. */
function world() {
  const metrics = new Metrics();
  const day = new DayOfFigures(metrics, () => 1000);
  let now = 0;
  const second = (ms = 1000) => {
    now += ms;
    day.tick(now, now * 1000);
  };
  return { metrics, day, second };
}

test("a minute's rates, gauges and longest turn", () => {
  const { metrics, day, second } = world();
  second();
  metrics.measurementsRecorded = 590;
  metrics.connections = 7;
  for (let i = 0; i < 58; i++) second();
  second(1250); // a turn of a quarter of a second
  const { times, figures } = day.read();
  expect(times).toHaveLength(1);
  expect(figures.measurements_recorded_rate?.[0]).toBeCloseTo(590 / 59.25, 6);
  expect(figures.connections).toEqual([7]);
  expect(figures.longest_turn_seconds?.[0]).toBeCloseTo(0.25, 6);
  expect([figures.commit_p99_seconds, figures.memory_bytes]).toEqual([[null], [1000]]);
});

test("each minute stands for itself, and a day is kept", () => {
  const { metrics, day, second } = world();
  for (let minute = 0; minute < 1500; minute++) {
    metrics.refused("unknown_field");
    metrics.commitSeconds.observe(minute < 1450 ? 0.001 : 0.02);
    for (let i = 0; i < 60; i++) second();
  }
  const { times, figures } = day.read();
  expect(times).toHaveLength(1440);
  expect(times[0]).toBe(61 * 60 * 1_000_000);
  expect(figures.refusals_rate?.at(-1)).toBeCloseTo(1 / 60, 6);
  expect((figures.commit_p99_seconds?.[0] ?? 0) <= 0.001).toBe(true);
  expect((figures.commit_p99_seconds?.at(-1) ?? 0) > 0.01).toBe(true);
});

test.each<[number[], number, number | null]>([
  [[0, 0, 0], 0.5, null],
  [[10, 10, 10], 0.5, 0.5],
  [[0, 10, 10], 0.5, 1.5],
  [[5, 10, 10], 0.99, 1.98],
  [[0, 0, 10], 0.5, 2],
])("a quantile of %p", (counts, q, wanted) => {
  const found = quantile({ bounds: [1, 2] }, counts, q);
  if (wanted === null) expect(found).toBeNull();
  else expect(found ?? Number.NaN).toBeCloseTo(wanted, 9);
});
