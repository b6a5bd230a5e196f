import { expect, test } from "bun:test";
import { de } from "./de/index.ts";
import { en } from "./en/index.ts";

/** Every text by its path: `frame.feed.live`. */
function paths(node: unknown, path = ""): [string, unknown][] {
  if (typeof node !== "object" || node === null) return [[path, node]];
  return Object.entries(node).flatMap(([key, value]) => paths(value, path === "" ? key : `${path}.${key}`));
}

test("German has every text of English, none is empty, and none is a leftover", () => {
  const english = paths(en);
  const german = new Map(paths(de));
  expect([...german.keys()].sort()).toEqual(english.map(([path]) => path).sort());
  for (const [path, text] of [...english, ...german]) expect([path, text === ""]).toEqual([path, false]);
});

test("no text shouts", () => {
  for (const [path, text] of [...paths(en), ...paths(de)])
    if (typeof text === "string") expect([path, text.includes("!")]).toEqual([path, false]);
});
