import { expect, test } from "bun:test";
import { Lag } from "./lag.ts";

test("a node lags from when it was last where it knows the log to be", () => {
  const at = { known: 10, applied: 10, now: 5000 };
  const lag = new Lag(
    () => at.known,
    () => at.applied,
    () => at.now,
  );
  expect([lag.rows, lag.seconds]).toEqual([0, 0]);
  lag.look();
  at.now += 1000;
  at.known = 25;
  lag.look();
  at.now += 500;
  expect([lag.rows, lag.seconds]).toEqual([15, 1.5]);
  at.applied = 24;
  lag.look();
  at.now += 500;
  expect([lag.rows, lag.seconds]).toEqual([1, 2]);
  at.applied = 26;
  expect([lag.rows, lag.seconds]).toEqual([0, 0]);
});
