import { expect, test } from "bun:test";
import { SCENARIOS } from "./catalogue.ts";
import { parseOptions } from "./options.ts";

test("--only and --engines choose, a number of the volume is a flag, and wrong ones are refused", () => {
  expect(parseOptions([])?.scenarios).toEqual(SCENARIOS);
  const options = parseOptions(["--only", "year,small", "--engines", "fieldcast", "--quick", "--days", "3"]);
  expect(options?.scenarios.map(({ id }) => id)).toEqual(["small", "year"]);
  expect(options?.engines.map(({ name }) => name)).toEqual(["fieldcast"]);
  expect(options?.volume).toMatchObject({ days: 3, series: 20 });
  expect(parseOptions(["--help"])).toBeUndefined();
  expect(() => parseOptions(["--only", "speed"])).toThrow("--only: speed is none of history, bulk, small");
  expect(() => parseOptions(["--days", "0.5"])).toThrow("--days must be a whole number above zero, not 0.5");
  expect(() => parseOptions(["--runs", "0"])).toThrow("--runs must be a whole number above zero, not 0");
});
