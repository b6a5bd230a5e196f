import { describe, expect, test } from "bun:test";
import { didYouMean, near } from "./suggest.ts";

const FIELDS = ["TEMPERATURE", "DOOR", "NOTE", "POSITION", "T", "CO2"];
describe("what was most likely meant", () => {
  test.each([
    ["DOR", "DOOR"],
    ["door", "DOOR"],
    ["DORO", "DOOR"],
    ["TEMPRATURE", "TEMPERATURE"],
    ["TEMP", "TEMPERATURE"],
    ["temperatur", "TEMPERATURE"],
    ["C02", "CO2"],
    ["NTOE", "NOTE"],
  ])("%s: %s", (word, wanted) => expect(near(word, FIELDS)).toBe(wanted));
  test.each(["", "X", "HUMIDITY", "POWER", "__PROTO__", "x".repeat(65), "x".repeat(70_000)])("%p: nothing", (word) => {
    expect(near(word, FIELDS)).toBeNull();
  });
  test("several that begin alike are none", () => expect(near("TEMP", ["TEMP_INSIDE", "TEMP_OUTSIDE"])).toBeNull());
  test("as a sentence", () => {
    expect(didYouMean("DOR", FIELDS)).toBe(" Did you mean DOOR?");
    expect(didYouMean("HUMIDITY", FIELDS)).toBe("");
  });
  test("a long list is not gone through to its end", () => {
    let taken = 0;
    const endless = (function* () {
      for (;;) yield `FIELD_${taken++}`;
    })();
    expect(near("DOOR", endless)).toBeNull();
    expect(taken).toBeLessThan(1000);
  });
});
