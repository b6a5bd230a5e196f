import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unusedExports } from "./exports.ts";

const root = join(import.meta.dir, "../..");

/** Exports that nobody imports, and why they are there all the same. This list only shrinks. */
const KNOWN: readonly string[] = [];

test("what a file exports, another one imports", () => {
  const sources = [...new Bun.Glob("{src,test,bench,bin,sdk,packaging}/**/*.ts").scanSync({ cwd: root })]
    .filter((path) => !path.includes("node_modules"))
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  expect(sources.length).toBeGreaterThan(500);
  expect(unusedExports(sources)).toEqual(KNOWN);
});

test.each([
  ["a constant", "export const a = 1;", "", true],
  ["a generator", "export async function* a() {}", "", true],
  ["a function", "export async function a() {}", 'import { b } from "./a.ts";', true],
  ["a type", "export interface a {}", 'import { type b, type a } from "./a.ts";', false],
  ["by another name", "export class a {}", 'import { a as c } from "./a.ts";', false],
  ["all of it", "export class a {}", 'import * as c from "./a.ts";', false],
  ["loaded late", "export class a {}", 'const { a } = await import("./a.ts");', false],
  ["the type of what is loaded late", "export class a {}", 'let c: import("./a.ts").a;', false],
  ["another file's", "export class a {}", 'import { a } from "../a.ts";', true],
  ["in a comment alone", "export class a {}", '// import { a } from "./a.ts";', true],
  ["no export", "class a {}", "", false],
])("%s", (_, text, user, unused) => {
  const sources = [
    { path: "src/x/a.ts", text },
    { path: "src/x/user.ts", text: user },
  ];
  expect(unusedExports(sources)).toEqual(unused ? ["src/x/a.ts: a"] : []);
});

test("what is handed on, but not taken there, is unused there", () => {
  const sources = [
    { path: "src/x/a.ts", text: "export class a {}\nexport class b {}" },
    { path: "src/x/index.ts", text: 'export { a, type b as c } from "./a.ts";' },
    { path: "test/user.ts", text: 'import { a } from "../src/x/index.ts";' },
  ];
  expect(unusedExports(sources)).toEqual(["src/x/index.ts: c"]);
});
