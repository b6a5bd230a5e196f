import { expect, test } from "bun:test";
import type { Principal } from "../auth/principal.ts";
import { Metrics } from "../base/metrics.ts";
import { excerpt, MOST_TOPIC, Refusals, type ToldRefusal } from "./refusals.ts";

const SECOND = 1_000_000;
function make() {
  const told: ToldRefusal[] = [];
  const metrics = new Metrics();
  const refusals = new Refusals(metrics, (refusal) => told.push(refusal));
  const report = (topic: string, time: number, who = "u:1"): void =>
    refusals.report({
      // only its key is used
      principal: { key: who } as Principal,
      device: null,
      code: "invalid_value",
      message: "no",
      topic,
      payload: new Uint8Array(0),
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
