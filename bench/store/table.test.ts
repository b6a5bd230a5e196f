import { expect, test } from "bun:test";
import { SCENARIOS } from "./catalogue.ts";
import { markdownTable, type Outcome, print } from "./table.ts";
import { DEFAULT_VOLUME } from "./volume.ts";

test("figures are printed in their units", () => {
  expect([print(1_234_567, "rate"), print(1.234, "ms"), print(23_400, "ms"), print(2.041, "bytes")]).toEqual([
    "1,234,567",
    "1.23 ms",
    "23.4 s",
    "2.04 B",
  ]);
});

test("shows medians, how many times better fieldcast is, and every failure", () => {
  const scenario = SCENARIOS.filter(({ id }) => id === "bulk");
  const outcomes = new Map<string, Outcome>([
    [
      "fieldcast",
      {
        runs: [
          { rate: 1_000_000, p50: 2 },
          { rate: 3_000_000, p50: 2 },
          { rate: 2_000_000, p50: 2 },
        ],
      },
    ],
    ["SQLite table", { runs: [{ rate: 500_000, p50: 3 }] }],
    ["InfluxDB", { runs: [], failure: "it is not there" }],
  ]);
  const lines = markdownTable(scenario, [...outcomes.keys()], DEFAULT_VOLUME, new Map([["bulk", outcomes]])).split(
    "\n",
  );
  expect(lines[0]).toBe("| | fieldcast | SQLite table | InfluxDB | aim |");
  expect(lines[3]).toBe("| – durable writes/s | 2,000,000 | 500,000 (4.00×) | failed | 1,000,000 |");
  expect(lines[4]).toBe("| – a commit, p50 | 2.00 ms | 3.00 ms (1.50×) | failed |  |");
  expect(lines[5]).toBe("| – a commit, p99 | – | – | failed |  |");
  expect(lines.at(-1)).toBe("- InfluxDB, bulk: it is not there");
});
