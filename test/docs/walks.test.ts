import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { declares, stepsOf } from "./walks.ts";

const root = join(import.meta.dir, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const walks = /^## Six walks\n([\s\S]*?)^## /m.exec(read("ARCHITECTURE.md"))?.[1] ?? "";

describe("what is found", () => {
  test("files, and what is named of them", () => {
    expect(stepsOf("1. `src/a/b.ts` (`one`, `Two.three`): x `four`; `src/c.ts`, `src/d.ts` (or so)")).toEqual([
      { file: "src/a/b.ts", names: ["one", "Two.three"] },
      { file: "src/c.ts", names: [] },
      { file: "src/d.ts", names: [] },
    ]);
  });
  const source =
    "export function a(): void {}\nexport async function* g() {}\nclass B {\n  readonly c = (): void => {\n    other();\n  };\n  private async d(\n  ) {}\n}\nclass E {\n  f(): void {}\n}\n";
  test.each([
    ["a", true],
    ["g", true],
    ["B", true],
    ["B.c", true],
    ["B.d", true],
    ["B.f", false],
    ["E.f", true],
    ["B.other", false],
    ["other", false],
  ])("%s is declared: %p", (name, is) => {
    expect(declares(source, name)).toBe(is);
  });
});

test("there are six walks", () => {
  expect([...walks.matchAll(/^### /gm)]).toHaveLength(6);
});

describe.each(
  walks
    .split(/^### /m)
    .slice(1)
    .map((walk) => [walk.slice(0, walk.indexOf("\n")), walk]),
)("%s", (_, walk) => {
  test("fits a screen", () => {
    expect(walk.trim().split("\n").length).toBeLessThanOrEqual(15);
  });
  test("every file and function in it is there", () => {
    const steps = stepsOf(walk);
    expect(steps.flatMap(({ names }) => names).length).toBeGreaterThan(4);
    const gone = steps.flatMap(({ file, names }) => {
      if (!existsSync(join(root, file))) return [file];
      const source = read(file);
      return names.filter((name) => !declares(source, name)).map((name) => `${file} ${name}`);
    });
    expect(gone).toEqual([]);
  });
});

test("the numbers of docs/engine.md are those of the code", () => {
  const rows = [...read("docs/engine.md").matchAll(/^\| `([A-Z_]+)` \| (\d+)\b[^|]* \| `([^`]+)` \|$/gm)];
  expect(rows.length).toBeGreaterThan(15);
  const wrong = rows.filter(([, name = "", value = "", file = ""]) => {
    const written = new RegExp(String.raw`^(?:export )?const ${name} = ([\d_ *]+);`, "m").exec(read(file))?.[1] ?? "";
    const is = written.split("*").reduce((product, part) => product * Number(part.replaceAll("_", "").trim()), 1);
    return written === "" || is !== Number(value);
  });
  expect(wrong.map(([row]) => row)).toEqual([]);
});
