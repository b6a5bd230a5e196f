import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ADVISORIES } from "./advisories.ts";

const root = join(import.meta.dir, "..", "..");

/** Names of the tests in test/attacks: what stands first in `test("…"`. */
function testNames(): string[] {
  const files = [...new Bun.Glob("test/attacks/*.test.ts").scanSync({ cwd: root })];
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/\btest\(\s*"((?:[^"\\]|\\.)*)"/g)].map(
      ([, name = ""]) => name,
    ),
  );
}

test("every advisory is a test with its number in its name, or says why it is none", () => {
  const names = testNames();
  // as a whole word: #211 is not #2114
  const bears = (id: string) => names.some((name) => `${name} `.replaceAll(/[,:()]/g, " ").includes(`${id} `));
  expect(ADVISORIES.filter(({ id, none }) => none === undefined && !bears(id)).map(({ id }) => id)).toEqual([]);
  expect(ADVISORIES.filter(({ id, none }) => none !== undefined && bears(id)).map(({ id }) => id)).toEqual([]);
  expect(new Set(ADVISORIES.map(({ id }) => id)).size).toBe(ADVISORIES.length);
});

test("every number in the name of a test is an advisory of the list", () => {
  const known = new Set(ADVISORIES.map(({ id }) => id.replace("NanoMQ ", "").replace("EMQX ", "")));
  const cited = testNames().flatMap((name) => name.match(/CVE-\d{4}-\d+|GHSA-[\w-]+|#\d+/g) ?? []);
  expect(cited.filter((id) => !known.has(id))).toEqual([]);
  expect(cited.length).toBeGreaterThan(50);
});
