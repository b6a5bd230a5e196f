import { expect, test } from "bun:test";
import { RequestPace } from "./pace.ts";

test("an account may ask so often a second, and as often at once", () => {
  const pace = new RequestPace(2);
  expect([pace.ask("a", 0).wait, pace.ask("a", 0).wait, pace.ask("a", 0).wait]).toEqual([0, 0, 1]);
  expect(pace.ask("b", 0).wait).toBe(0);
  expect(pace.ask("a", 1e6).wait).toBe(0);
});

test("more addresses than can be remembered have one rate together, until a second has passed", () => {
  const pace = new RequestPace(1);
  for (let i = 0; i < 100_000; i++) pace.ask(`${i}`, 0);
  expect([pace.ask("x", 0).wait, pace.ask("y", 0).wait]).toEqual([0, 1]);
  expect(pace.ask("0", 0).wait).toBe(1);
  expect([pace.ask("x", 2e6).wait, pace.ask("y", 2e6).wait]).toEqual([0, 0]);
});
