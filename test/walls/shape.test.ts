import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ALLOWED } from "./allowed.ts";
import { graphOf, knotsOf } from "./circles.ts";
import { shapeOf } from "./shape.ts";
import { importsOf } from "./source.ts";

const root = join(import.meta.dir, "..", "..");
const all = [...new Bun.Glob("src/**/*.ts").scanSync({ cwd: root })]
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const FOR_TESTS = /\.(?:test|testing|contract|model|fixture)\.ts$/;
const shipped = all.filter(({ path }) => !FOR_TESTS.test(path));
const shapes = new Map(shipped.map(({ path, text }) => [path, shapeOf(path, text)]));

/** CONTRIBUTING: files about 150 lines, functions under 60. */
const LINES = 150;
const FUNCTION = 60;
/** A list may be so much larger than the truth before it must be shortened. */
const SLACK = 25;

/** What is over a limit and not allowed, and what the list allows though it is not needed any more. */
function held(found: ReadonlyMap<string, number>, limit: number, allowed: Readonly<Record<string, number>>): string[] {
  const over = [...found].flatMap(([name, lines]) => {
    const most = allowed[name] ?? limit;
    return lines > most ? [`${name} has ${lines} lines, at most ${most} are allowed: cut it`] : [];
  });
  const spare = Object.entries(allowed).flatMap(([name, most]) => {
    const lines = found.get(name) ?? 0;
    if (lines <= limit) return [`${name}: take it out of test/walls/allowed.ts`];
    return most - lines >= SLACK ? [`${name}: write ${lines} in test/walls/allowed.ts, not ${most}`] : [];
  });
  return [...over, ...spare];
}

test("files stay small; the list of those that are not may only shrink", () => {
  const lines = new Map([...shapes].map(([path, shape]) => [path, shape.lines]));
  expect(held(lines, LINES, ALLOWED.files)).toEqual([]);
});

test("functions stay short; the list of those that are not may only shrink", () => {
  const lines = new Map<string, number>();
  for (const [path, shape] of shapes)
    for (const { name, lines: own } of shape.functions) {
      const key = `${path} ${name}`;
      lines.set(key, Math.max(own, lines.get(key) ?? 0));
    }
  expect(held(lines, FUNCTION, ALLOWED.functions)).toEqual([]);
});

test("no circle of values, and of types only those of the list", () => {
  expect(knotsOf(graphOf(shipped, "values"))).toEqual(ALLOWED.circlesOfValues);
  const found = knotsOf(graphOf(shipped, "all"));
  const rooms = new Map<string, number>();
  for (const knot of found) {
    const room = (knot[0] as string).split("/").slice(0, -1).join("/");
    rooms.set(room, Math.max(knot.length, rooms.get(room) ?? 0));
  }
  expect(Object.fromEntries(rooms)).toEqual(ALLOWED.circlesOfTypes);
});

test("no module keeps anything from one call to the next, but those of the list", () => {
  const found = [...shapes].flatMap(([path, { state }]) => state.map(({ name }) => `${path} ${name}`));
  expect(found.sort()).toEqual([...ALLOWED.moduleState].sort());
});

test("nothing that is shipped imports what is for tests", () => {
  const wrong = shipped.flatMap(({ path, text }) =>
    importsOf(text)
      .filter(({ from }) => FOR_TESTS.test(from))
      .map(({ from }) => `${path} imports ${from}`),
  );
  expect(wrong).toEqual([]);
});

describe("what the walls see", () => {
  const shape = (text: string) => shapeOf("a.ts", text);
  test("functions with their names and lines", () => {
    const text =
      "function a() {\n  return 1;\n}\nconst b = () => {\n\n};\nclass C {\n  d() {}\n  #e = () => 1;\n}\nconst o = { f() {}, g: function () {\n} };";
    expect(shape(text).functions.map(({ name, line, lines }) => [name, line, lines])).toEqual([
      ["a", 1, 3],
      ["b", 4, 3],
      ["d", 8, 1],
      ["e", 9, 1],
      ["f", 11, 1],
      ["g", 11, 2],
    ]);
  });
  test.each([
    ["let a = 1;", ["a"]],
    ["export let a: string;", ["a"]],
    ["const a = new Map();", ["a"]],
    ["const a = new Thing();", ["a"]],
    ["const a = createView();", ["a"]],
    ["const a = new Uint8Array(8);", ["a"]],
    ["const a = { n: 0 };\nfunction f() { a.n++; }", ["a"]],
    ["const a = [];\nfunction f() { a[0] = 1; }", ["a"]],
    ["const A = new Map([[1, 2]]);", []],
    ["const A: ReadonlySet<string> = new Set();", []],
    ["const A = new Uint8Array(0);", []],
    ["const a = { n: 0 };", []],
    ["const utf8 = new TextEncoder();", []],
    ["function f() { let a = 1; const b = new Map(); }", []],
    ["declare const a: Map<string, string>;", []],
  ])("state of a module: %s", (text, names) => {
    expect(shape(text).state.map(({ name }) => name)).toEqual(names);
  });
  test("circles, of values alone and with types, also long ones", () => {
    const sources = [
      { path: "a.ts", text: 'import { b } from "./b.ts";' },
      { path: "b.ts", text: 'import { c } from "./c.ts";' },
      { path: "c.ts", text: 'import type { A } from "./a.ts"; import { d } from "./d.ts";' },
      { path: "d.ts", text: 'import { e } from "./e.ts";' },
      { path: "e.ts", text: 'import { d } from "./d.ts";' },
    ];
    expect(knotsOf(graphOf(sources, "values"))).toEqual([["d.ts", "e.ts"]]);
    expect(knotsOf(graphOf(sources, "all"))).toEqual([
      ["a.ts", "b.ts", "c.ts"],
      ["d.ts", "e.ts"],
    ]);
  });
  test("a list that allows more than is needed is told, too", () => {
    const found = new Map([
      ["a", 200],
      ["b", 100],
      ["c", 170],
    ]);
    expect(held(found, 150, { a: 240, b: 160 })).toEqual([
      "c has 170 lines, at most 150 are allowed: cut it",
      "a: write 200 in test/walls/allowed.ts, not 240",
      "b: take it out of test/walls/allowed.ts",
    ]);
  });
});
