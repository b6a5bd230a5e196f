import { expect, test } from "bun:test";
import { join } from "node:path";
import { CATALOGUE } from "../../src/base/errors.ts";

const folder = join(import.meta.dir, "..", "..", "console", "src", "text");

/** Texts by code. The console has types of its own (of a browser): it is imported as what it is when it runs. */
async function codesIn(language: "en" | "de"): Promise<Record<string, string>> {
  const { refusals } = await import(join(folder, language, "refusals.ts"));
  return refusals.codes;
}

test("every refusal of the catalogue has a text in each language of the console, and none is left over", async () => {
  const codes = Object.keys(CATALOGUE).sort();
  const [en, de] = [await codesIn("en"), await codesIn("de")];
  for (const texts of [en, de]) {
    expect(Object.keys(texts).sort()).toEqual(codes);
    for (const [code, text] of Object.entries(texts)) expect([code, /^.{10,}\.$/.test(text)]).toEqual([code, true]);
  }
  for (const code of codes) expect(en[code]).not.toBe(de[code]);
});
