import { describe, expect, test } from "bun:test";
import { printValue } from "../index.ts";
import { out, read, table } from "../value.testing.ts";

describe("BOOL", () => {
  table("BOOL", [
    ["true", true, "true"],
    ["false", false, "false"],
    ["1", true],
    ["0", false],
    ["on", true],
    ["off", false],
    ["TRUE", true],
    ["False", false],
    ["oN", true],
    ["OFF", false],
    ['"true"', true],
    ['"1"', true],
    ['" Off "', false],
    ["yes", undefined],
    ["2", undefined],
    ["1.0", undefined],
    ["01", undefined],
    ["t", undefined],
    ["null", undefined],
    ["", undefined],
    ["truE!", undefined],
    ["\x0f\x0e", undefined],
  ]);
  test("bool_text: True", () => {
    expect(printValue("BOOL", true, "True")).toBe("True");
    expect(printValue("BOOL", false, "True")).toBe("False");
  });
  test("is never verbatim", () => {
    read("NUMERIC", "1");
    read("BOOL", "true");
    expect(out.verbatim).toBe(false);
  });
});
