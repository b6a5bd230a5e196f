import { describe, expect, test } from "bun:test";
import { cellText, decoded, delimiterOf, rowsOf } from "./table.ts";

describe("a table", () => {
  test.each([
    ["id,name\n", ","],
    ["id;name;serial\n1,5;2", ";"],
    ["id\tname", "\t"],
    ['"a;b;c",name', ","],
    ["id", ","],
    ["", ","],
  ] as const)("the cells of %j are divided by %j", (text, delimiter) => {
    expect(delimiterOf(text)).toBe(delimiter);
  });

  test.each([
    [
      "a,b\n1,2\n",
      [
        [1, "a", "b"],
        [2, "1", "2"],
      ],
    ],
    [
      "\uFEFFa,b\r\n1,2",
      [
        [1, "a", "b"],
        [2, "1", "2"],
      ],
    ],
    [
      'a\n"x ""y"", z"\n',
      [
        [1, "a"],
        [2, 'x "y", z'],
      ],
    ],
    [
      'a,b\n"two\nlines",2\n\n3,4',
      [
        [1, "a", "b"],
        [2, "two\nlines", "2"],
        [5, "3", "4"],
      ],
    ],
    [
      "a,b\n,\n",
      [
        [1, "a", "b"],
        [2, "", ""],
      ],
    ],
    [
      'a\n"open',
      [
        [1, "a"],
        [2, "open"],
      ],
    ],
    ["", []],
  ] as const)("%j", (text, rows) => {
    expect([...rowsOf(text, ",")].map(({ line, cells }) => [line, ...cells])).toEqual(rows.map((row) => [...row]));
  });

  test("what is written is read back, whatever stands in it", () => {
    const cells = ["plain", 'a "quote"', "comma, comma", "two\nlines", "", "ö€", " spaced "];
    const text = `head\n${cells.map(cellText).join(",")}\n`;
    expect([...rowsOf(text, ",")][1]?.cells).toEqual(cells);
  });

  test("a file of Windows is read as such, and said to be", () => {
    expect(decoded(new Uint8Array([0x4b, 0xfc, 0x68, 0x6c]).buffer)).toEqual({ text: "Kühl", isUtf8: false });
    expect(decoded(new TextEncoder().encode("Kühl").buffer as ArrayBuffer)).toEqual({ text: "Kühl", isUtf8: true });
  });
});
