import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cited, citationsOf, sectionsOf } from "./citations.ts";

const root = join(import.meta.dir, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sources = ["src", "test", "bench", "sdk"]
  .flatMap((folder) => [...new Bun.Glob(`${folder}/**/*.{ts,js,mjs,c}`).scanSync({ cwd: root })])
  .filter((path) => !path.startsWith("test/docs/citations"))
  .sort();

/** What code and tests cite by section. */
const CITED: readonly Cited[] = [{ name: "wire contract", path: "docs/wire-contract.md" }];

describe("what is found", () => {
  test.each([
    ["/** A thing (wire contract section 5, BOOL). */", [[5]]],
    ["/** (wire contract sections 4 and 8), and wire contract 6: more */", [[4, 8], [6]]],
    ["/** See section 4 of the wire contract. */", [[4]]],
    ["/** with the defaults of the wire\n * contract (sections 1 and 9). */", [[1, 9]]],
    ["// of the wire contract,\n  // section 5. `FLOAT`", [[5]]],
    ["/** as the wire contract says */", [[]]],
    ["/** another contract section 5 */", []],
  ])("%s", (source, sections) => {
    expect(citationsOf("wire contract", "a.ts", source).map((citation) => [...citation.sections])).toEqual(sections);
  });
  test("sections are the numbered headings", () => {
    expect([...sectionsOf("# T\n\n## 1. One\n\ntext 7. x\n### 3. no\n## 2. Two (each)\n## More\n")]).toEqual([1, 2]);
  });
});

describe.each(CITED)("$name", ({ name, path }) => {
  const there = sectionsOf(read(path));
  const citations = sources.flatMap((source) => citationsOf(name, source, read(source)));
  test("is cited, and has the sections that are cited", () => {
    expect(citations.length).toBeGreaterThan(10);
    expect(citations.filter(({ sections }) => sections.some((section) => !there.has(section)))).toEqual([]);
  });
  test("is cited by section: nobody has to look for the sentence that is meant", () => {
    expect(citations.filter(({ sections }) => sections.length === 0)).toEqual([]);
  });
});

test("the tests on the wire bear the number of their section, or of their file where there is no section", () => {
  const contract = sectionsOf(read("docs/wire-contract.md"));
  const named = sources
    .filter((path) => path.startsWith("test/wire/"))
    .flatMap((path) =>
      [...read(path).matchAll(/^\s*(?:test|describe)(?:\.\w+\(.*\))?\("(\d+): /gm)].map(([, number]) => ({
        path,
        number: Number(number),
      })),
    );
  expect(named.length).toBeGreaterThan(150);
  const strange = named.filter(
    ({ path, number }) => !contract.has(number) && number !== Number(path.slice("test/wire/".length).split("-")[0]),
  );
  expect(strange).toEqual([]);
});
