import { expect, test } from "bun:test";
import { SCENARIOS } from "./scenarios/all.ts";
import { markdownTable, median, type Outcome } from "./table.ts";
import { DEFAULT_VOLUME } from "./volume.ts";

test("the median of an odd and an even number of values, and of none", () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, Number.NaN]);
});

test("shows medians, spread, the ratio of the medians, and every failure", () => {
  const scenario = SCENARIOS.filter((one) => one.id === "fan-in-qos0");
  const outcomes = new Map<string, Outcome>([
    [
      "fieldcast",
      {
        runs: [
          { delivered: 1_000_000, share: 1 },
          { delivered: 1_200_000, share: 0.99999 },
          { delivered: 900_000, share: 1 },
        ],
      },
    ],
    ["mosquitto", { runs: [{ delivered: 100_000, share: 0.5 }] }],
    ["aedes", { runs: [], failure: "it is not there" }],
  ]);
  const lines = markdownTable(
    scenario,
    [...outcomes.keys()],
    DEFAULT_VOLUME,
    new Map([["fan-in-qos0", outcomes]]),
  ).split("\n");
  expect(lines[2]).toContain("| 1,000,000 (900,000–1,200,000) | 100,000 | failed | 10.0× | 10× |");
  expect(lines[4]).toContain("| 100.0 % (99.9 %–100.0 %) | 50.0 % | failed |");
  expect(lines.at(-1)).toBe("- aedes, fan-in-qos0: it is not there");
});
