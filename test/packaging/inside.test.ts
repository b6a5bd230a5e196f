import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/*
 * Every command is in the executable: what the build follows is what is written out. A module that is named by a variable, or a file that is read beside the sources, would be there in
 * a clone alone, and be missed by who runs that command.
 */
const root = join(import.meta.dir, "..", "..");
const sources = [...new Bun.Glob("src/**/*.ts").scanSync({ cwd: root })]
  .filter((path) => !/\.(?:test|testing|fixture|contract|model)\.ts$/.test(path))
  .map((path) => ({
    path,
    text: readFileSync(join(root, path), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""),
  }));

test("modules that are loaded late are named in so many words", () => {
  const late = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:import|require)\(\s*([^)]*)\)/g)].map(([, name = ""]) => `${path}: ${name}`),
  );
  expect(late.length).toBeGreaterThan(50);
  expect(late.filter((one) => !/: "[^"]+"$/.test(one))).toEqual([]);
});

test("places beside the sources are known to the build: it replaces these modules, or they say where threads are", () => {
  const beside = sources
    .filter(({ text }) => /import\.meta\.(?:dir|path|url|file)|__dirname/.test(text))
    .map(({ path }) => path);
  expect(beside.sort()).toEqual([
    "src/app/console-files.ts",
    "src/base/modules.ts",
    "src/cli/licences/texts.ts",
    "src/cli/name.ts", // asks STANDALONE first
  ]);
});
