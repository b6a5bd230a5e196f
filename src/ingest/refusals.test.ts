import { expect, test } from "bun:test";
import type { Principal } from "../auth/principal.ts";
import { Metrics } from "../base/metrics.ts";
import { excerpt, MOST_TOPIC, Refusals, type ToldRefusal } from "./refusals.ts";

const SECOND = 1_000_000;
function make() {
  const told: ToldRefusal[] = [];
  const metrics = new Metrics();
  const refusals = new Refusals(metrics, (refusal) => told.push(refusal));
  const report = (topic: string, time: number, who = "u:1", message = "no", payload = ""): void =>
    refusals.report({
      // only its key is used
      principal: { key: who } as Principal,
      device: null,
      code: "invalid_value",
      message,
      topic,
      payload: Buffer.from(payload),
      time,
    });
  return { told, metrics, refusals, report };
}

test("the first is told at once, the next once a second with their number", () => {
  const { told, metrics, refusals, report } = make();
  for (let i = 0; i < 100; i++) report("t", i * 10_000);
  expect(told.map(({ count }) => count)).toEqual([1]);
  refusals.tick(SECOND);
  refusals.tick(2 * SECOND);
  expect(told.map(({ count }) => count)).toEqual([1, 99]);
  refusals.tick(3 * SECOND); // forgotten
  report("t", 3 * SECOND + 1);
  expect(told.map(({ count }) => count)).toEqual([1, 99, 1]);
  expect(metrics.refusals.get("invalid_value")).toBe(101);
  expect(refusals.take().map(({ count }) => count)).toEqual([1, 99, 1]);
  expect(refusals.waiting).toBe(false);
});
test("what has another cause is told by itself, with its payload, the first and the last time, in order", () => {
  const { told, refusals, report } = make();
  report("t", 0, "u:1", "a is none", "a");
  report("t", 100, "u:1", "b is none", "b");
  report("t", 200, "u:1", "a is none", "a");
  report("t", 300, "u:1", "b is none", "b");
  report("t", 400, "u:1", "a is none", "a");
  refusals.tick(SECOND + 100);
  expect(told.map(({ payload, first, time, count }) => [payload, first, time, count])).toEqual([
    ["a", 0, 0, 1],
    ["b", 100, 100, 1],
    ["b", 300, 300, 1],
    ["a", 200, 400, 2],
  ]);
  expect(refusals.take().map(({ first }) => first)).toEqual([undefined, undefined, undefined, 200]);
});
test("a flood in which each has another cause is folded, too", () => {
  const { told, refusals, report } = make();
  for (let i = 0; i < 1000; i++) report("t", i, "u:1", `${i} is none`, String(i));
  refusals.tick(2 * SECOND);
  expect(told.length).toBeLessThan(12);
  expect(told.reduce((n, { count }) => n + count, 0)).toBe(1000);
  expect(told.at(-1)).toMatchObject({ payload: "999", first: 9, time: 999, count: 991 });
});
test("accounts and topics are folded apart", () => {
  const { told, report } = make();
  for (const topic of ["a", "b", "a"]) for (const who of ["u:1", "u:2"]) report(topic, 0, who);
  expect(told.length).toBe(4);
});
test("the longest topics are cut, so that thousands of them take little memory", () => {
  const { told, report } = make();
  report("x".repeat(MOST_TOPIC), 0);
  report("x".repeat(65_535), 0);
  report(`${"x".repeat(MOST_TOPIC - 1)}\u{1f600}`, 0);
  expect(told.map(({ topic }) => topic.length)).toEqual([MOST_TOPIC, MOST_TOPIC + 1, MOST_TOPIC + 1]);
  expect(told.every(({ topic }) => topic.isWellFormed())).toBe(true);
});
test.each([
  ["plain", Buffer.from("warm"), { payload: "warm", base64: false }],
  ["cut inside a character", Buffer.from(`${"x".repeat(255)}é`), { payload: "x".repeat(255), base64: false }],
  ["not UTF-8", Uint8Array.of(0xff, 0), { payload: "/wA=", base64: true }],
  ["a character that the client cut", Uint8Array.of(0x41, 0xc3), { payload: "QcM=", base64: true }],
])("payload: %s", (_, payload, shown) => {
  expect(excerpt(payload)).toEqual(shown);
});
