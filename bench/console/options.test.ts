import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";

test("flags are read, and a wrong one says so", () => {
  expect(parseOptions([])).toEqual({ devices: 10_000, rate: 2000, seconds: 10, slower: 4 });
  expect(parseOptions(["--devices", "50", "--slower", "1"])).toMatchObject({ devices: 50, slower: 1 });
  expect(parseOptions(["--help"])).toBeUndefined();
  expect(() => parseOptions(["--rate", "0"])).toThrow("--rate: 0 is not a whole number of 1 or more");
});
