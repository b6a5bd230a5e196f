import { expect, test } from "bun:test";
import type { InspectorEvent } from "../../live/inspector.ts";
import { fieldIdOf, fits, isOf, isRefusal, namesOf, typeOf } from "./events.ts";

const event = (more: Partial<InspectorEvent>): InspectorEvent => ({
  time: "2026-11-29T12:00:00Z",
  kind: "refused",
  account: { key: "a:1", name: "meter" },
  workspace: "home",
  device: null,
  client_id: "m-1",
  address: "10.0.0.7",
  code: "unknown_field",
  message: "no such field",
  topic: "dtck-pub/pump/1/TEMP",
  payload: "1",
  base64: false,
  bytes: 1,
  commit_us: null,
  delivered: null,
  count: 1,
  ...more,
});

test.each([
  ["", true],
  ["temp", true],
  ["METER", true],
  ["10.0.0", true],
  ["unknown_field", true],
  ["boiler", false],
])("%j is found: %p", (text, found) => expect(fits(event({}), text)).toBe(found));

test("events of other workspaces stay out, those of none are shown", () => {
  expect([event({}), event({ workspace: null }), event({ workspace: "x" })].map((one) => isOf(one, "home"))).toEqual([
    true,
    true,
    false,
  ]);
  expect([event({}), event({ kind: "login_refused" }), event({ kind: "accepted" })].map(isRefusal)).toEqual([
    true,
    true,
    false,
  ]);
});

test.each([
  ["dtck-pub/pump/1/TEMP", { product: "pump", device: "1", field: "TEMP" }],
  ["dtck/pump/1/TEMP", null],
  ["dtck-pub/pump/1", null],
  ["dtck-pub/pump/1/TEMP/x", null],
  [null, null],
])("%p names %p", (topic, names) => expect(namesOf(topic)).toEqual(names));

test("what a new field would be", () => {
  expect(["TEMP", "T_2", "temp", "2T", "T-1"].map(fieldIdOf)).toEqual(["TEMP", "T_2", null, null, null]);
  expect(["21.5", "-1e3", "true", "open", "", null].map(typeOf)).toEqual([
    "NUMERIC",
    "NUMERIC",
    "BOOL",
    "STRING",
    "STRING",
    "STRING",
  ]);
});
