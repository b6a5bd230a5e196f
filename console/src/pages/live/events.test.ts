import { expect, test } from "bun:test";
import type { InspectorEvent } from "../../live/inspector.ts";
import { fits, isOf, isRefusal } from "./events.ts";

const event = (more: Partial<InspectorEvent>): InspectorEvent => ({
  time: "2026-11-29T12:00:00Z",
  kind: "refused",
  account: { key: "a:1", name: "meter" },
  workspace: "home",
  device: null,
  client_id: "m-1",
  address: "10.0.0.7",
  transport: null,
  tls: null,
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
