import { expect, test } from "bun:test";
import { fleetFile } from "./fleet.ts";
import { parseOptions, scaleTable } from "./run.ts";

test("sizes are taken in order; what is no number is named", () => {
  expect(parseOptions(["--series", "1000, 10"])?.series).toEqual([10, 1000]);
  expect(() => parseOptions(["--series", "many"])).toThrow("--series: many is not a whole number");
});
test("the last column is the growth for ten times as many, whatever the sizes are", () => {
  const run = (start: number) => ({ start });
  const table = scaleTable(
    new Map([
      [10, [run(1)]],
      [1000, [run(4), run(9), run(2)]],
    ]),
  );
  expect(table).toContain("| start after SIGKILL, until ready | 1.00 s | 4.00 s | 2.0× | 3 s |");
  expect(table).toContain("| a page of 100 devices, p50 | NaN ms | NaN ms | – |");
});
test("the fleet file names every device by itself", () => {
  expect(fleetFile("0".repeat(40), 3).match(/serial: SN-/g)).toHaveLength(3);
});
