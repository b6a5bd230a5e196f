import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dependencies as consoleDependencies } from "../console/package.json";
import { dependencies, devDependencies } from "../package.json";
import { wrongArrows } from "./walls/rules.ts";
import { importsOf, linesWith } from "./walls/source.ts";

const root = join(import.meta.dir, "..");
const packages = {
  dependencies: Object.keys(dependencies),
  devDependencies: Object.keys(devDependencies),
  console: Object.keys(consoleDependencies),
};

test("the rooms of the house import downward only", () => {
  const sources = [...new Bun.Glob("{src,test,bench,console}/**/*.{ts,tsx}").scanSync({ cwd: root })]
    // this file holds made-up imports, and the table of operations words that look like some
    .filter((path) => !/node_modules|^test\/walls\.test\.ts$|^console\/src\/api\/operations\.ts$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  expect(sources.length).toBeGreaterThan(10);
  expect(wrongArrows(sources, packages)).toEqual([]);
});

describe("a wrong arrow is found", () => {
  const known = { dependencies: ["zod", "kysely"], devDependencies: ["ws", "@types/x"] };
  test.each([
    [
      "src/codec/a.ts",
      'import { b } from "../broker/b.ts";',
      "src/broker/ (floor 6) lies above, and src/codec/ is on floor 1",
    ],
    ["src/codec/a.ts", 'import { b } from "../topic/b.ts";', "src/topic/ (floor 1) is its neighbour"],
    ["src/fleet/a.ts", 'import { b } from "../auth/b.ts";', "src/auth/ (floor 2) is its neighbour"],
    ["src/http/a.ts", 'export * from "../broker/b.ts";', "is its neighbour"],
    ["src/store/a.ts", 'const { b } = await import("./sqlite/b.ts");', "only src/store/open.ts names an engine"],
    ["src/store/sqlite/a.ts", 'import "../postgres/b.ts";', "src/store/postgres/ (floor 7) is its neighbour"],
    ["src/session/a.ts", 'import type { B } from "../broker/b.ts";', "lies above"],
    ["src/base/a.ts", 'import type { B } from "../fleet/types.ts";', "lies above"],
    ["src/codec/a.ts", 'import { B } from "../fleet/types.ts";', "lies above"],
    ["src/broker/a.ts", 'import type { Config } from "../config/settings.ts";', "settings are handed in"],
    ["src/app.ts", 'import { b } from "./cli/b.ts";', "the server does not know the command line"],
    ["src/app/a.ts", 'import type { B } from "../cli/types.ts";', "the server does not know the command line"],
    ["src/codec/a.ts", 'import { readFile } from "node:fs";', "this room knows no platform"],
    ["src/session/a.ts", 'import { file } from "bun";', "this room knows no platform"],
    ["src/http/a.ts", 'import { Database } from "bun:sqlite";', "only the engines of the store name a driver"],
    ["src/http/a.ts", 'import { sql } from "kysely";', "only the engines of the store name a driver"],
    ["src/broker/a.ts", 'import { connect } from "node:net";', "the broker knows no sockets"],
    ["src/cli/a.ts", 'import ws from "ws";', "the server may not need a package for development"],
    ["src/cli/a.ts", 'import { y } from "other/sub";', "package.json does not name this package"],
    ["src/cli/a.ts", 'import { y } from "../../test/y.ts";', "the server imports nothing from outside src"],
    ["src/cli/a.ts", 'import { y } from "../../../y.ts";', "it lies outside the repository"],
    ["bench/a.ts", 'import { y } from "../src/broker/y.ts";', "load programs stand outside"],
    ["bench/store/a.ts", 'import { y } from "../../src/store/y.ts";', "load programs stand outside"],
    ["console/a.ts", 'import { y } from "../src/http/y.ts";', "the console knows the server's HTTP API"],
    ["console/src/api/a.ts", 'import { y } from "../app/y.ts";', "console/src/app/ lies above console/src/api/"],
    ["console/src/pages/a/a.tsx", 'import { y } from "../b/y.ts";', "pages do not know one another"],
    ["console/src/extra/a.ts", 'import { y } from "../text/y.ts";', "it lies in no room of the console"],
    ["console/src/parts/a.tsx", 'import { y } from "hono";', "console/package.json does not name this package"],
    ["src/cli/a.ts", 'import { B } from "../store/sqlite/data/store.ts";', "only src/store/open.ts names an engine"],
    ["src/app.ts", 'const { B } = await import("./store/memory/store.ts");', "only src/store/open.ts names an engine"],
    ["src/store/sqlite/a.ts", 'import { b } from "../data.model.ts";', "it is for tests alone"],
    ["src/broker/a.ts", 'import type { B } from "./b.testing.ts";', "it is for tests alone"],
    ["src/utils/a.ts", "", "lies in no room"],
    ["src/http/a.ts", "const server = Bun.serve({});", "only src/listen opens a listener"],
    ["src/session/a.ts", "const now = Date.now();", "gets time and chance as parameters"],
    ["src/session/a.ts", "async function f() {}", "session rules never wait"],
    ["src/http/a.ts", "principal.view.has(device.index);", "Principal.mayView, mayRecord and mayReceive decide"],
    ["src/broker/a.ts", "principal.free?.mayReceive(topic);", "Principal.mayView, mayRecord and mayReceive decide"],
  ])("%s: %s", (path, text, wanted) => {
    const found = wrongArrows([{ path, text: `// a comment\n${text}\n` }], known);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(wanted);
    if (text !== "") expect(found[0]).toStartWith(`${path}:2 `);
  });

  test.each([
    ["src/broker/a.ts", 'import { b } from "../codec/b.ts";'],
    ["src/broker/a.ts", 'import { b } from "./deep/b.ts";'],
    ["src/auth/a.ts", 'import { b } from "../fleet/b.ts";'],
    ["src/cli/a.ts", 'import { b } from "../app.ts";\nimport { c } from "../config/c.ts";'],
    [
      "src/codec/a.ts",
      'import type { B } from "../fleet/types.ts";\nimport { type C, type D } from "../store/ports.ts";',
    ],
    ["src/cli/a.ts", 'import { storesIn } from "../store/open.ts";'],
    ["src/store/open.ts", 'import { B } from "./sqlite/data/store.ts";'],
    ["src/cli/a.test.ts", 'import { B } from "../store/sqlite/b.ts";'],
    ["src/store/sqlite/a.ts", 'import { Database } from "bun:sqlite";\nimport { Kysely } from "kysely";'],
    ["src/codec/a.test.ts", 'import { test } from "bun:test";\nimport ws from "ws";\nDate.now();'],
    ["test/a.test.ts", 'import { b } from "../src/broker/b.ts";\nimport ws from "ws";\nBun.serve({});'],
    ["console/a.ts", 'import type { y } from "../src/http/y.ts";'],
    ["src/session/a.ts", '// await Date.now()\nconst text = "await process.exit()";'],
    ["src/codec/a.ts", '/* import { b } from "../broker/b.ts"; */'],
  ])("%s: %s is right", (path, text) => {
    expect(wrongArrows([{ path, text }], known)).toEqual([]);
  });
});

test("imports of every form are seen", () => {
  const text = [
    'import a, { type B } from "one";',
    "import type { C } from 'two';",
    'import {\n  type D,\n  type E,\n} from "three";',
    'export { f } from "four";',
    'import "five";',
    'const g = await import("six");',
    'const h = require("seven") as typeof import("eight");',
    'import * as i from "nine";',
    'const url = "http://x"; import { j } from "ten";',
    'const k = "not // import x";',
    'array.import("no"); const from = "no";',
  ].join("\n");
  expect(importsOf(text).map(({ line, from, typeOnly }) => [line, from, typeOnly])).toEqual([
    [1, "one", false],
    [2, "two", true],
    [3, "three", true],
    [7, "four", false],
    [8, "five", false],
    [9, "six", false],
    [10, "seven", false],
    [10, "eight", false],
    [11, "nine", false],
    [12, "ten", false],
  ]);
  expect(linesWith('a();\n// await\n"await";\nawait b();', /\bawait\b/)).toEqual([4]);
});

test("what is said of a device or a product that is not there stands in one place", () => {
  const sentence = /["`](?:\$\{\w+\} has no device\b|There is no (?:such )?(?:device|product)\b)/;
  const said = [...new Bun.Glob("src/**/*.ts").scanSync({ cwd: root })]
    .filter((path) => !/\.(?:test|testing)\.ts$/.test(path) && sentence.test(readFileSync(join(root, path), "utf8")))
    .sort();
  expect(said).toEqual(["src/fleet/named.ts"]);
});
