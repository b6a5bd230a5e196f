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
  const NAMES = [
    "--max-packet",
    "--max-packet-before-login",
    "--tls-cert",
    "--data",
    "--mail-from",
    "FIELDCAST_LOG_LEVEL",
  ];
  test.each([
    ["--max-paket", "--max-packet"],
    ["max_paket", "--max-packet"],
    ["tls_cret", "--tls-cert"],
    ["FIELDCAST_LOGLEVL", "FIELDCAST_LOG_LEVEL"],
    ["--max-paket-befor-logn", "--max-packet-before-login"],
    ["dtaa", "--data"],
    ["mail", "--mail-from"],
    ["--tls-certificate", "--tls-cert"],
    ["INTEGER", null],
    ["port", null],
    ["constructor", null],
    ["FIELDCAST_X", null],
    ["--", null],
  ])("of settings, however they are joined: %s", (word, wanted) => expect(near(word, NAMES)).toBe(wanted));
  test.each([
    ["integer", "INT"],
    ["boolean", "BOOL"],
    ["STR", "STRING"],
    ["numric", "NUMERIC"],
    ["text", null],
    ["XYZ", null],
  ])("of types: %s", (word, wanted) => {
    expect(near(word, ["NUMERIC", "INT", "BOOL", "STRING", "GEO", "COUNTER"])).toBe(wanted);
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
