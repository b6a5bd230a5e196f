import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { FIELD_TYPES } from "../../src/measure/types.ts";
import { Copy } from "./copy.ts";

/**
 * "add a field type" of CONTRIBUTING.md, followed to the letter in a copy of the source tree: a made-up type compiles, passes what is
 * asked of all types, and goes from a publish through the store to files and back (type.walk.ts).
 */

const copy = new Copy();
afterAll(() => copy.remove());

beforeAll(() => {
  // the steps
  const text = readFileSync(join(import.meta.dir, "duration.ts"), "utf8");
  copy.write("src/measure/types/duration.ts", text.replaceAll("../../src/measure/", "../"));
  copy.edit(
    "src/measure/types.ts",
    ["import { geo } from", 'import { duration } from "./types/duration.ts";\nimport { geo } from'],
    ["string, geo, counter]", "string, geo, counter, duration]"],
  );
});

test("two files are enough for the compiler, and for the tests that go over all types", async () => {
  expect(copy.changed()).toEqual(["src/measure/types.ts", "src/measure/types/duration.ts"]);
  expect(await copy.compile()).toBe("");
  const tests = [
    "src/measure",
    "src/history/export.test.ts",
    "src/history/aggregate.test.ts",
    "src/ingest/batch.test.ts",
    "src/cli/simulate",
  ];
  const run = await copy.run(process.execPath, "test", "--timeout", "60000", ...tests);
  expect(run).toMatchObject({ code: 0 });
  expect(run.err).toContain("DURATION");
}, 300_000);

test("a server of it takes the type all the way", async () => {
  const run = await copy.run(process.execPath, "test", "--timeout", "60000", "./test/kinds/type.walk.ts");
  expect(run).toMatchObject({ code: 0 });
  expect(run.err).toContain(" 0 fail");
}, 300_000);

test("no other file of the program lists types by their names: what it knows of them follows from the spec", () => {
  const names = new RegExp(`"(?:${FIELD_TYPES.join("|")})"`);
  const naming = new Glob("**/*.ts").scanSync(join(copy.root, "src"));
  const found = [...naming].filter((path) => {
    if (/\.(?:test|testing|model|contract|fixture)\.ts$|^measure\/types/.test(path)) return false;
    const code = readFileSync(join(copy.root, "src", path), "utf8");
    return code.split("\n").some((line) => names.test(line));
  });
  expect(found.sort()).toEqual([
    "cli/measurements/parquet.ts", // a word of the Parquet format
    // words of the hosted platform
    "cli/migrate/histories.ts",
    "cli/simulate/demo/products.ts", // what the demonstration makes
    "fleet/demo.ts", // what the first start makes
    // words of the hosted platform
    ...["http/graphql/configuration.ts", "http/graphql/mutations-products.ts", "http/graphql/values.ts"],
    "sparkplug/values.ts", // what the data types of Sparkplug B become
  ]);
});
