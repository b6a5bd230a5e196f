import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE } from "../../src/base/errors.ts";
import { run } from "../../src/cli/program.ts";
import type { Io } from "../../src/cli/types.ts";
import { listSettings } from "../../src/config/settings.ts";
import { linesWith } from "../walls/source.ts";
import { commandsOf, offences, refusalTexts, textsOfApi } from "./words.ts";

const root = join(import.meta.dir, "..", "..");
/** Pages for those who change the code, and those that quote the names of tests. */
const OF_THE_CODE: ReadonlySet<string> = new Set(["docs/engine.md", "docs/mqtt5.md", "docs/security.md"]);
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** What a command says of itself. */
async function helpOf(words: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(text);
  const io = { out: say, err: say, env: {}, color: false, errTerminal: false } as unknown as Io; // help needs no more of it
  await run([...words, "--help"], io);
  return lines.join("\n");
}

describe("what is found", () => {
  test.each([
    ["Show what comes to the doors.", ["doors"]],
    ["the field DOOR of my-product", []],
    ["A line of rights of a principal.", ["line of rights", "principal"]],
    ["indoors", []],
  ])("%s", (text, found) => {
    expect(offences(text)).toEqual(found);
  });
  test("texts of refusals, without what is put into them", () => {
    const source = 'throw new Refusal("not_found", `There is no $' + '{door} here.`);\nf("door");';
    expect(refusalTexts(source)).toEqual(["not_found", "There is no  here."]);
  });
  test("the commands below a command", () => {
    expect(
      commandsOf(
        "Usage: x\n\nCommands:\n  list [a]    show\n              more\n  user|account  users\n\nExample:\n  $ y",
      ),
    ).toEqual(["list", "user"]);
  });
});

/** The words of the glossary hold wherever people read: no other word for the same thing. */
describe("one word for one thing", () => {
  test("in the help of every command", async () => {
    const seen: string[] = [];
    const visit = async (words: readonly string[]): Promise<void> => {
      const help = await helpOf(words);
      seen.push(words.join(" "));
      expect({ words, found: offences(help) }).toEqual({ words, found: [] });
      for (const name of commandsOf(help)) if (name !== "help") await visit([...words, name]);
    };
    await visit([]);
    expect(seen.length).toBeGreaterThan(50);
    expect(seen).toContain("user create");
  });
  test("in the API: names, summaries, descriptions", () => {
    const texts = textsOfApi();
    expect(texts.length).toBeGreaterThan(300);
    expect(texts.flatMap((text) => (offences(text).length > 0 ? [text] : []))).toEqual([]);
  });
  test("in the catalogue of errors and in the settings", () => {
    const titles = Object.values(CATALOGUE).map(({ title }) => title);
    const settings = listSettings().map(({ description }) => description);
    expect([...titles, ...settings].filter((text) => offences(text).length > 0)).toEqual([]);
  });
  test("in the names of the code", () => {
    // old folders have a table of the old name, and what is moved between engines has the same tables
    const sources = [...new Bun.Glob("src/**/*.ts").scanSync({ cwd: root })].filter(
      (path) => !/^src\/store\/(?:sqlite|postgres)\//.test(path) && !/\.test(?:ing)?\.ts$/.test(path),
    );
    expect(sources.length).toBeGreaterThan(300);
    const named = /\b(?:[a-z]\w*)?[dD]oors?(?![a-z])\w*/;
    expect(sources.filter((path) => linesWith(read(path), named).length > 0)).toEqual([]);
    expect(sources.filter((path) => /\bdoors?\b/.test(path))).toEqual([]);
  });
  test("in what refusals say", () => {
    const sources = [...new Bun.Glob("src/**/*.ts").scanSync({ cwd: root })].filter(
      (path) => !/\.test(?:ing)?\.ts$/.test(path),
    );
    const texts = sources.flatMap((path) => refusalTexts(read(path)));
    expect(texts.length).toBeGreaterThan(200);
    expect(texts.filter((text) => offences(text).length > 0)).toEqual([]);
  });
  test.each([
    "README.md",
    "sdk/README.md",
    ...[...new Bun.Glob("docs/*.md").scanSync({ cwd: root })].sort().filter((path) => !OF_THE_CODE.has(path)),
  ])("in %s", (path) => {
    expect(offences(read(path))).toEqual([]);
  });
});
