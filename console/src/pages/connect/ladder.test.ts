import { expect, test } from "bun:test";
import type { InspectorEvent } from "../../live/inspector.ts";
import { climb, NOTHING_YET, STEPS } from "./ladder.ts";

const event = (kind: InspectorEvent["kind"], more: Partial<InspectorEvent> = {}): InspectorEvent => ({
  time: "2026-03-01T12:00:00Z",
  kind,
  account: { key: "a:7", name: "pump@home" },
  workspace: "home",
  device: "p/1",
  client_id: "c",
  address: "10.0.0.7",
  transport: null,
  tls: null,
  code: null,
  message: null,
  topic: "dtck-pub/p/1/T",
  payload: "1",
  base64: false,
  bytes: 1,
  commit_us: 400,
  delivered: 0,
  count: 1,
  ...more,
});
const after = (...events: InspectorEvent[]) => {
  const ladder = events.reduce(climb, NOTHING_YET);
  return { ...ladder, states: STEPS.map((name) => ladder.steps[name].state).join(" ") };
};

const opened = event("opened", { transport: "tls", tls: "TLSv1.3" });

test.each([
  ["nothing", [], "waiting waiting waiting waiting waiting waiting", false],
  ["a login", [opened], "done done done waiting waiting waiting", false],
  [
    "a login by an open WebSocket",
    [event("opened", { transport: "ws" })],
    "done passed done waiting waiting waiting",
    false,
  ],
  ["a login of a server of before", [event("opened")], "done passed done waiting waiting waiting", false],
  ["a wrong token", [event("login_refused", { transport: "wss" })], "done done failed waiting waiting waiting", true],
  [
    "a connection that is refused",
    [opened, event("connection_refused")],
    "failed waiting waiting waiting waiting waiting",
    true,
  ],
  ["a stored value", [opened, event("accepted")], "done done done done done waiting", false],
  ["a heard value", [opened, event("accepted", { delivered: 2 })], "done done done done done done", false],
  ["a value over HTTP", [event("accepted")], "done passed done done done waiting", false],
  ["a refusal", [opened, event("refused")], "done done done done failed waiting", true],
  ["a refusal, then a value", [event("refused"), event("accepted")], "done passed done done done waiting", false],
  ["a pass that stored all", [event("pass", { code: "stored" })], "done passed done done done waiting", false],
  ["a pass that stored some", [event("pass", { code: "partly_stored" })], "done passed done done done waiting", true],
  ["a pass that failed", [event("pass", { code: "failed" })], "done passed done done failed waiting", true],
  ["a client that left at once", [opened, event("closed")], "done done done waiting waiting waiting", false],
] as const)("%s", (_, events, states, refused) => {
  const ladder = after(...events);
  expect([ladder.states, ladder.refusal !== null]).toEqual([states, refused]);
});

test("what was folded counts as often as it came", () => {
  expect(after(event("accepted", { count: 3 }), event("accepted")).stored).toBe(4);
});
