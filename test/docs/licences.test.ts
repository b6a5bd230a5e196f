import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packages as consolePackages } from "../../console/package-lock.json";
import { packages } from "../../package-lock.json";

/** Licences that let anyone use, change and pass on, and ask for no more than their text beside it. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  "MIT",
  "MIT-0",
  "Apache-2.0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
]);
/** What users install with another one, each with its reason in CONTRIBUTING.md. */
const FOR_USERS: ReadonlyMap<string, string> = new Map([["tweetnacl", "Unlicense"]]);
/** Packages of development with another one, each with its reason in CONTRIBUTING.md; never one that users install. */
const FOR_DEVELOPMENT: ReadonlyMap<string, string> = new Map([
  ["argparse", "Python-2.0"],
  ["axe-core", "MPL-2.0"],
]);
/** What browsers get with another one, each with its reason in CONTRIBUTING.md. */
const FOR_BROWSERS: ReadonlyMap<string, string> = new Map([
  ["@fontsource-variable/geist", "OFL-1.1"],
  ["@fontsource-variable/geist-mono", "OFL-1.1"],
  ["isbot", "Unlicense"],
]);

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}
const namesOf = (locked: Readonly<Record<string, Locked>>) =>
  Object.entries(locked)
    .filter(([path]) => path.startsWith("node_modules/"))
    .map(([path, one]) => ({ name: path.replace(/^.*node_modules\//, ""), ...one }));
const all = namesOf(packages);
const isPermissive = (license = "") =>
  license
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((one) => PERMISSIVE.has(one));

test("what users install has a permissive licence, every package of it", () => {
  const used = all.filter(({ dev }) => dev !== true);
  expect(used.length).toBeGreaterThan(30);
  const exceptions = used.filter(({ license }) => !isPermissive(license));
  expect(exceptions.map(({ name, license = "" }) => [name, license])).toEqual([...FOR_USERS]);
  const page = readFileSync(join(import.meta.dir, "..", "..", "CONTRIBUTING.md"), "utf8");
  for (const [name, license] of FOR_USERS) expect(page).toContain(`\`${name}\` (${license})`);
});

test("so has what only development needs, but for what CONTRIBUTING.md gives a reason for", () => {
  const others = all.filter(({ name, license }) => !isPermissive(license) && !FOR_USERS.has(name));
  expect(others.map(({ name, license }) => [name, license])).toEqual([...FOR_DEVELOPMENT]);
  for (const { dev } of others) expect(dev).toBe(true);
  const page = readFileSync(join(import.meta.dir, "..", "..", "CONTRIBUTING.md"), "utf8");
  for (const [name, license] of FOR_DEVELOPMENT) expect(page).toContain(`\`${name}\` (${license})`);
});

test("so has what browsers get, but for the fonts and what CONTRIBUTING.md gives a reason for", () => {
  const console = namesOf(consolePackages);
  expect(console.length).toBeGreaterThan(20);
  const others = console.filter(({ license }) => !isPermissive(license));
  expect(others.map(({ name, license = "" }) => [name, license])).toEqual([...FOR_BROWSERS]);
  const page = readFileSync(join(import.meta.dir, "..", "..", "CONTRIBUTING.md"), "utf8");
  for (const [name, license] of FOR_BROWSERS) expect(page).toContain(`\`${name}\` (${license})`);
});
