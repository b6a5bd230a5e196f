import { expect, test } from "bun:test";
import { parseOptions, startTable } from "./run.ts";

test("what is no number of runs is named", () => {
  expect(parseOptions(["--runs", "3"])).toEqual({ runs: 3, executable: undefined, folder: ".cache/bench" });
  expect(() => parseOptions(["--runs", "0"])).toThrow("--runs: 0 is not a whole number above zero");
});

test("a cell is the median, with the least and the most where they differ", () => {
  const run = (ms: number) => ({ size: 1e6, version: ms, first: ms, next: ms, killed: ms, memory: 2e6 });
  const lines = startTable(
    new Map([
      ["executable", [run(3), run(1), run(2)]],
      ["clone", [run(5)]],
    ]),
  ).split("\n");
  expect(lines[0]).toBe("| | executable | clone |");
  expect(lines[3]).toBe("| `fieldcast --version` | 2.00 ms (1.00 ms to 3.00 ms) | 5.00 ms |");
  expect(lines.length).toBe(8);
});
