import { expect, test } from "bun:test";
import { systemClock } from "./clock.ts";

test("the clock is finer than a millisecond, and follows the wall clock when that is set", () => {
  let wall = 1_000_000;
  let steady = 5;
  const clock = systemClock(
    () => Math.floor(wall),
    () => steady,
  );
  const pass = (ms: number) => {
    wall += ms;
    steady += ms;
  };
  expect(clock.micros()).toBe(1_000_000_000);
  pass(0.25);
  expect(clock.micros()).toBe(1_000_000_250);
  wall += 3_600_000; // NTP: an hour late
  expect(clock.micros()).toBe(4_600_000_000);
  pass(10.5);
  expect(clock.micros()).toBe(4_600_010_500);
  wall -= 7_200_000;
  expect(clock.micros()).toBeLessThan(1_000_000_000);
  // small differences are the two clocks' own
  wall += 20;
  const before = clock.micros();
  expect(clock.micros()).toBe(before);
});
