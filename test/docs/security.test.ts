import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..", "..");
const lines = readFileSync(join(root, "docs", "security.md"), "utf8").split("\n");
const claims = lines.filter((line) => line.startsWith("- "));

test("the ten risks are gone through, each with a test at least", () => {
  for (let n = 1; n <= 10; n++) {
    const at = lines.findIndex((line) => line.startsWith(`### API${n} `));
    const end = lines.findIndex((line, i) => i > at && line.startsWith("#"));
    expect([n, at > 0]).toEqual([n, true]);
    expect([n, lines.slice(at, end).some((line) => line.startsWith("- "))]).toEqual([n, true]);
  }
  expect(claims.length).toBeGreaterThan(30);
});

test.each(claims)("%s", (claim) => {
  const [, path = "", name] = /: `([\w./-]+\.test\.ts)`(?: "(.+)")?$/.exec(claim) ?? [];
  expect([claim, existsSync(join(root, path)) && path !== ""]).toEqual([claim, true]);
  if (name !== undefined) expect(readFileSync(join(root, path), "utf8")).toContain(`"${name}"`);
});
