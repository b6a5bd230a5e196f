import { expect, test } from "bun:test";
import { de } from "../../console/src/text/de/index.ts";
import { en } from "../../console/src/text/en/index.ts";
import { CATALOGUE } from "../../src/base/errors.ts";

test("every refusal of the catalogue has a text in each language of the console, and none is left over", () => {
  const codes = Object.keys(CATALOGUE).sort();
  for (const { refusals } of [en, de]) {
    expect(Object.keys(refusals.codes).sort()).toEqual(codes);
    for (const [code, text] of Object.entries(refusals.codes))
      expect([code, /^.{10,}\.$/.test(text)]).toEqual([code, true]);
  }
  for (const code of codes) expect(en.refusals.codes[code]).not.toBe(de.refusals.codes[code]);
});
