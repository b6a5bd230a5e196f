import { expect, test } from "bun:test";
import { costOf, spread } from "./cost.ts";
import { HELP, parseOptions } from "./options.ts";
import { framesOf } from "./page.ts";

test("flags are read, and a wrong one says so", () => {
  expect(parseOptions([])).toMatchObject({
    devices: 10_000,
    rate: 2000,
    slower: 4,
    parts: ["frames", "cost", "phone"],
  });
  expect(parseOptions(["--devices", "50", "--rtt", "0", "--only", "phone,frames"])).toMatchObject({
    devices: 50,
    rtt: 0,
    parts: ["frames", "phone"],
  });
  expect(parseOptions(["--help"])).toBeUndefined();
  expect(HELP).toContain("--slower N");
  expect(() => parseOptions(["--rate", "0"])).toThrow("--rate: 0 is not a whole number of 1 or more");
  expect(() => parseOptions(["--only", "phones"])).toThrow("there is no part phones");
});

test("frames: those that are missing are counted, and the worst second is found", () => {
  const stamps = Array.from({ length: 121 }, (_, n) => (n * 1000) / 60);
  expect(framesOf({ stamps, long: [] }, 2)).toMatchObject({ median: 60, worst: 60, dropped: 0, longTasks: 0 });
  // four frames of the second second are not there
  const gap = stamps.filter((_, n) => n < 70 || n > 73);
  const found = framesOf({ stamps: gap, long: [60, 70.4] }, 2);
  expect(found).toMatchObject({ worst: 56, dropped: 4, longTasks: 2, longMs: 130 });
  expect(Math.round(found.longest)).toBe(83);
});

test("what watching costs is compared within a round, and shown with what half of the rounds lie between", () => {
  const { more } = costOf("a list", [0.2, 0.3, 0.25], [0.21, 0.33, 0.25]);
  expect(more.map((one) => Math.round(one * 1000))).toEqual([10, 30, 0]);
  expect(spread([0.01, 0.03, 0.02, 0, 0.04])).toBe("2.0 % (1.0–3.0)");
});
