import { expect, test } from "bun:test";
import { reasonsOf } from "./reasons.ts";

const event = (time: string, topic: string, message: string, count = 1) => ({ time, code: "c", topic, message, count });

test("refusals of one reason on one topic are one line, the newest, with how often there were", () => {
  const shown = reasonsOf([
    event("4", "a", "x"),
    event("3", "b", "x", 2),
    event("2", "a", "x", 5),
    event("1", "a", "y"),
  ]);
  expect(shown).toEqual([event("4", "a", "x", 6), event("3", "b", "x", 2), event("1", "a", "y")]);
  expect(reasonsOf([])).toEqual([]);
});
