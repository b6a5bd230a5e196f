import { expect, test } from "bun:test";
import { askedBy } from "./asked.ts";
import { preloadsOf } from "./preloads.ts";

const PRELOADS = {
  files: ["devices.js", "table.js", "rule.js", "new-rule.js", "en.js", "de.js"],
  pages: [
    ["w/$workspace/devices", [0, 1]],
    ["w/$workspace/rules/$rule", [2]],
    ["w/$workspace/rules/new", [3, 1]],
    ["sign-in", []],
  ],
  texts: { en: [4], de: [5, 1] },
} as const;

test.each([
  ["w/acme/devices", null, ["devices.js", "table.js"]],
  ["w/acme/devices", "de", ["devices.js", "table.js", "de.js"]],
  ["w/acme/rules/7", "en", ["rule.js", "en.js"]],
  ["w/acme/rules/new", "en", ["new-rule.js", "table.js", "en.js"]],
  ["sign-in", "en", ["en.js"]],
  ["nowhere", "fr", []],
])("files of %s in %s", (path, language, expected) => {
  expect(preloadsOf(PRELOADS, path, language)).toEqual(expected);
});

test.each([
  ["sign-in", "", null],
  ["shared", "", null],
  ["system", "", 3],
  ["w/acme/rules", "", 3],
  ["w/acme/devices", "", 5],
  ["w/acme/devices", "?q=a", 3],
  ["w/acme/devices/p/1", "", 8],
  ["w/acme/devices/p/1", "?tab=history", 3],
  ["w/acme/home", "", 5],
])("questions of %s%s", (path, search, expected) => {
  const asked = askedBy(path, search);
  expect(asked?.length ?? null).toBe(expected);
  expect(asked?.every((one) => one.startsWith("/api/v1/")) ?? true).toBe(true);
});
