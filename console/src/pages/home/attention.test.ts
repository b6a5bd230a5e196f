import { expect, test } from "bun:test";
import type { Certificate, Event, Webhook } from "../../../../sdk/operations.js";
import { certificateEnds, diskTight, failingOf, refusalsOf } from "./attention.ts";

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
