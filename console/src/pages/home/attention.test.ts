import { expect, test } from "bun:test";
import type { ApiUser, Certificate, Event, ExternalBroker, Webhook } from "../../../../sdk/operations.js";
import { certificateEnds, diskTight, endingTokens, failingBrokers, failingOf, refusalsOf } from "./attention.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

test("refusals are counted by their reason, folded ones as often as they came, and of this workspace alone", () => {
  const event = (code: string, count: number, workspace: string | null = "w") =>
    ({ kind: "refused", code, count, workspace, message: `m ${code}`, device: "p/1" }) as Event; // what is looked at
  const events = [event("a", 1), event("b", 5), event("a", 2), event("c", 100, "other"), event("d", 1, null)];
  expect(refusalsOf(events, "w").map(({ code, count }) => [code, count])).toEqual([
    ["b", 5],
    ["a", 3],
    ["d", 1],
  ]);
});

test("a webhook needs somebody when it fails, or has given something up", () => {
  const hook = (webhook: number, state: Webhook["state"], dead_letters: number) =>
    ({ webhook, state, dead_letters }) as Webhook; // what is looked at
  const hooks = [hook(1, "active", 0), hook(2, "failing", 0), hook(3, "active", 2), hook(4, "paused", 0)];
  expect(failingOf(hooks).map(({ webhook }) => webhook)).toEqual([2, 3]);
});

test.each([
  [40, false, null],
  [12, false, 12],
  [-1, false, -1],
  // ours is renewed by itself
  [1, true, null],
] as const)("a certificate that ends in %i days (own CA: %p): %p", (days, own_ca, told) => {
  const not_after = new Date(NOW + days * 86_400_000).toISOString();
  const certificate = { own_ca, not_after } as Certificate; // what is looked at
  expect(certificateEnds({ certificate }, NOW)).toBe(told);
  expect(certificateEnds({ certificate: null }, NOW)).toBeNull();
});

test.each([
  [null, 1, null],
  [5e9, 1e9, null],
  [5e8, 1, 5e8],
  [5e9, 6e9, 5e9],
] as const)("free %p beside a file of %d: %p", (disk_free_bytes, file_bytes, told) => {
  expect(diskTight({ disk_free_bytes, file_bytes })).toBe(told);
});

test("a broker needs somebody when it is in error, or a route of it carries nothing; not when somebody paused it", () => {
  const broker = (number: number, state: ExternalBroker["state"], troubles: ExternalBroker["troubles"] = []) =>
    ({ broker: number, state, reason: state === "error" ? "refused" : null, troubles }) as ExternalBroker; // as above
  const trouble = [{ route: 1, reason: "no such product" }];
  const found = failingBrokers([
    broker(1, "connected"),
    broker(2, "error"),
    broker(3, "connected", trouble),
    broker(4, "paused", trouble),
  ]);
  expect(found.map(({ broker: { broker }, why }) => [broker, why])).toEqual([
    [2, "refused"],
    [3, "no such product"],
  ]);
});

test("API users whose last token ends soon, the soonest first; not who let it end long ago", () => {
  const user = (api_user: number, days: number | null) => {
    const tokens_end = days === null ? null : new Date(NOW + days * 86_400_000).toISOString();
    return { api_user, tokens_end } as ApiUser; // as above
  };
  const users = [user(1, null), user(2, 13.5), user(3, 15), user(4, 0.2), user(5, -2), user(6, -40)];
  expect(endingTokens(users, NOW).map((one) => [one.user.api_user, one.days])).toEqual([
    [5, -2],
    [4, 0],
    [2, 13],
  ]);
});
