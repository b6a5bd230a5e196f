import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readFormula } from "../../src/formulas/formula.ts";
import { FUNCTION_NAMES } from "../../src/formulas/functions.ts";
import type { Kind, Value } from "../../src/formulas/types.ts";
import { UNITS } from "../../src/formulas/units.ts";
import { SlidingWindow } from "../../src/measure/window/window.ts";

/** docs/formulas.md computes what it says, and has all functions and units. */

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "formulas.md"), "utf8");
const NOW = 3_600_000_000;
const history: Readonly<Record<string, readonly (readonly [secondsAgo: number, value: Value])[]>> = {
  TEMPERATURE: [
    [600, 10],
    [5, 20],
    [0, 25],
  ],
  HUMIDITY: [[0, 50]],
  METER: [
    [600, 90],
    [5, 100],
    [0, 3],
  ],
  DOOR: [[0, true]],
  NAME: [[0, "Cellar"]],
  PLACE: [[0, { lat: 52.52, lng: 13.405 }]],
  "2ND": [[0, 7]],
  LATER: [],
};
const KINDS: Readonly<Record<string, Kind>> = { DOOR: "boolean", NAME: "text", PLACE: "position" };
const back = (field: string, from: number) => {
  const [ago, value] = history[field]?.at(from) ?? [];
  return ago === undefined || value === undefined ? null : { time: NOW - ago * 1e6, value };
};
const compute = (text: string) =>
  readFormula(text, (id) => (id in history ? (KINDS[id] ?? "number") : null)).run({
    value: (field) => back(field, -1),
    previous: (field) => back(field, -2),
    figures(field, span) {
      const window = new SlidingWindow(span);
      for (const [ago, value] of history[field] ?? []) window.add(NOW - ago * 1e6, Number(value));
      return window.figures(NOW);
    },
  });
/** The rows of its tables: what is written, an example, and its value. */
const rows = page
  .split("\n")
  .filter((line) => /^\| `/.test(line))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")))
  .map(([, written = "", , example = "", is = ""]) => ({ written, example: bare(example), is: bare(is) }));
function bare(cell: string): string {
  return cell.replace(/^`(.*)`$/, "$1");
}

test.each(rows.map(({ example, is }) => [example, is] as const))("%s is %s", (example, is) => {
  expect(JSON.stringify(compute(example))).toBe(is);
});

test("every function and every unit is there", () => {
  const written = rows.flatMap(({ written: one }) => /^`([a-z0-9]+)\(/.exec(one)?.[1] ?? []);
  expect([...new Set(written)].sort()).toEqual([...FUNCTION_NAMES, "field"].sort());
  const line = page.slice(page.indexOf("Units of `convert`"), page.indexOf("### Over time"));
  const shown = line.split(";").map((group) => [...group.matchAll(/`([^`]+)`/g)].map(([, unit]) => unit));
  expect(shown.map((group) => group.filter((unit) => unit !== "convert"))).toEqual(UNITS.map((group) => [...group]));
});
