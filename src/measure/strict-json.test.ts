import { describe, expect, test } from "bun:test";
import { keyGivenTwice, readJson } from "./strict-json.ts";

describe("JSON of requests", () => {
  test.each([
    ['{"a":1,"b":[{"a":1},{"a":2}],"c":{"a":"\\"b\\":","b":"a"}}', null],
    ['{"a":1,"a":2}', "a"],
    ['{"x":{"a" : 1, "\\u0061" :2}}', "a"],
    ['[{"k":1},{"k":[1,{"k":2,"l":3,"l":4}]}]', "l"],
    ['{"a":"a","b":"a"}', null],
    ['"a"', null],
  ])("%s", (text, key) => {
    expect(keyGivenTwice(text)).toBe(key);
    if (key === null) expect(readJson(text)).toEqual(JSON.parse(text));
    else expect(() => readJson(text)).toThrow(`"${key}" is given twice`);
  });
  test.each([
    '{"n":1e400}',
    "[-1e999]",
    "1e400",
    "[1E+0309]",
    `[${"9".repeat(310)}]`,
    `{"n":-${"9".repeat(250)}.5e99}`,
  ])("%s is more than a number holds", (text) => {
    expect(() => readJson(text)).toThrow("larger than a number may be");
  });
  test("what is not JSON, and the key with a meaning", () => {
    for (const text of ["{", "", '{"__proto__":{}}', '[{"\\u005f_proto__":1}]'])
      expect(() => readJson(text)).toThrow("not JSON");
  });
  test("keys are not repeated where that is not wanted", () => {
    expect(() => readJson('{"secret":1,"secret":2}', false)).toThrow(/^The key is given twice/);
  });
});
