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

test("German says du, and has one word for one thing", () => {
  // "Sie" in the middle of a sentence speaks to somebody; the others have a word that the other pages use
  const other =
    /[\p{L},] Sie\b|\bIhre?[nmrs]?\b|API-(?:User|Nutzer)|\bWorkspace|Nutzlast|Kopfzeile|\bId\b|\bTags?\b(?=[^:]*(?:Gerät|mit dem))/u;
  for (const [path, text] of paths(de)) {
    const said = typeof text === "function" ? String(text) : text;
    if (typeof said === "string") expect([path, other.exec(said)?.[0]]).toEqual([path, undefined]);
  }
});
