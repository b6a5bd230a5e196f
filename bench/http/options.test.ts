import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";
import { SCENARIOS } from "./scenarios.ts";
import { markdownTable } from "./table.ts";

test("--only chooses, a number of the volume is a flag, and wrong ones are refused", () => {
  expect(parseOptions([], SCENARIOS)?.scenarios).toEqual([...SCENARIOS]);
  const options = parseOptions(["--only", "list,record-1", "--quick", "--devices", "30"], SCENARIOS);
  expect(options?.scenarios.map(({ id }) => id)).toEqual(["record-1", "list"]);
  expect(options).toMatchObject({ runs: 1, volume: { devices: 30, seconds: 0.5, connections: 32 } });
  expect(parseOptions(["--help"], SCENARIOS)).toBeUndefined();
  expect(() => parseOptions(["--only", "speed"], SCENARIOS)).toThrow(
    "--only: speed is none of record-1, empty-own, empty-platform, record-100, show, list",
  );
  expect(() => parseOptions(["--devices", "0.5"], SCENARIOS)).toThrow(
    "--devices must be a whole number above zero, not 0.5",
  );
  expect(() => parseOptions(["--runs", "0"], SCENARIOS)).toThrow("--runs must be a whole number above zero, not 0");
});

test("shows medians with the least and the most, and every failure", () => {
  const options = parseOptions(["--only", "record-1,list", "--devices", "5000"], SCENARIOS);
  if (!options) throw new Error("help was not asked for");
  const table = markdownTable(
    options.scenarios,
    options.volume,
    new Map([
      [
        "record-1",
        {
          runs: [
            { requests: 10_000, p99: 2 },
            { requests: 30_000, p99: 3 },
            { requests: 20_000, p99: 9 },
          ],
        },
      ],
      ["empty-own", { runs: [{ requests: 40_000 }] }],
      ["list", { runs: [], failure: "it is not there" }],
    ]),
  );
  expect(table).toContain("| **record-1**: record one measurement a request, 32 connections | |");
  expect(table).toContain("| – requests/s | 20,000 (10,000–30,000) |");
  expect(table).toContain("| – a request, p99 | 3.00 ms (2.00 ms–9.00 ms) |");
  expect(table).toContain("| – a request, p50 | – |");
  expect(table).toContain("| – of what an empty handler on our listener does | 0.50× |");
  expect(table).not.toContain("on the platform's server does");
  expect(table).toContain("| – all pages | failed |");
  expect(table).toEndWith("Failed:\n\n- list: it is not there");
});
