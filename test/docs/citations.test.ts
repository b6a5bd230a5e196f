import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cited, citationsOf, headingsOf, mentionsElsewhere, pagesCited, sectionsOf } from "./citations.ts";

const root = join(import.meta.dir, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sources = ["src", "test", "bench", "sdk"]
  .flatMap((folder) => [...new Bun.Glob(`${folder}/**/*.{ts,js,mjs,c}`).scanSync({ cwd: root })])
  .filter((path) => !path.startsWith("test/docs"))
  .sort();

/** What code and tests cite by section. */
const CITED: readonly Cited[] = [
  { name: "wire contract", path: "docs/wire-contract.md" },
  { name: "docs/engine.md", path: "docs/engine.md" },
];
const documents = ["*.md", "docs/*.md", "bench/*.md", "sdk/*.md"]
  .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })])
  .sort();

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
  test("pages, with the heading that is meant", () => {
    const source =
      '/** (docs/history.md "Buckets"), see docs/api.md; and docs/retention.md "Deleting a range of\n * time". */';
    expect(pagesCited("a.ts", source)).toEqual([
      { path: "a.ts", page: "docs/history.md", heading: "Buckets" },
      { path: "a.ts", page: "docs/api.md", heading: null },
      { path: "a.ts", page: "docs/retention.md", heading: "Deleting a range of time" },
    ]);
  });
  test("texts that are not here", () => {
    const source = "/** (engine-room 3, ecosystem\n * 4.4); see code-review.md. The engine room is a room. */";
    expect(mentionsElsewhere("a.ts", source)).toEqual([
      "a.ts: engine-room",
      "a.ts: ecosystem",
      "a.ts: code-review.md",
      "a.ts: engine room",
    ]);
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

test("every page that code and tests name is there, with the heading that is meant", () => {
  const cited = sources.flatMap((path) => pagesCited(path, read(path)));
  expect(cited.filter(({ heading }) => heading !== null).length).toBeGreaterThan(5);
  const wrong = cited.filter(
    ({ page, heading }) => !existsSync(join(root, page)) || (heading !== null && !headingsOf(read(page)).has(heading)),
  );
  expect(wrong).toEqual([]);
});

test("no text is cited that is not in the repository", () => {
  expect([...sources, ...documents].flatMap((path) => mentionsElsewhere(path, read(path)))).toEqual([]);
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
