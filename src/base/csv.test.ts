import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cellsOf, csvLine } from "./csv.ts";
import { entries } from "./lines.ts";

const START = { offset: 0, line: 1 };
/** The bytes in chunks of the given sizes, the last size for the rest. */
async function* chunked(bytes: Uint8Array, sizes: readonly number[]) {
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    if (at < bytes.length) yield bytes.slice(at, at + size);
    at += size;
  }
}
async function read(text: string | Uint8Array, csv = true, sizes: readonly number[] = [], place = START) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const found = [];
  for await (const entry of entries(chunked(bytes, sizes), csv, place))
    found.push({ ...entry, bytes: Buffer.from(entry.bytes).toString("latin1") });
  return found;
}
const cells = async (text: string | Uint8Array): Promise<unknown[][]> =>
  (await read(text)).map((entry) => [entry.line, entry.cells ?? entry.bytes]);

describe("CSV", () => {
  test.each<[string, unknown[][]]>([
    [
      "a,b\nc,d\n",
      [
        [1, ["a", "b"]],
        [2, ["c", "d"]],
      ],
    ],
    [
      "a,b\r\nc,d",
      [
        [1, ["a", "b"]],
        [2, ["c", "d"]],
      ],
    ],
    [
      'a,"x\ny"\nb,c\n',
      [
        [1, ["a", "x\ny"]],
        [3, ["b", "c"]],
      ],
    ],
    ['"a ""b""",""\n', [[1, ['a "b"', ""]]]],
    [
      'a"b,c\nd,e\n',
      [
        [1, ['a"b', "c"]],
        [2, ["d", "e"]],
      ],
    ],
    [
      "\n\n",
      [
        [1, [""]],
        [2, [""]],
      ],
    ],
    ["", []],
    // a quote that is not closed, and one with something behind it, cost their line alone
    [
      'a,"b\nc,d\n',
      [
        [1, 'a,"b'],
        [2, ["c", "d"]],
      ],
    ],
    [
      'a,"b\nc,"d"\ne,f\n',
      [
        [1, 'a,"b'],
        [2, ["c", "d"]],
        [3, ["e", "f"]],
      ],
    ],
    [
      'a,"b"x,c\nd,e',
      [
        [1, 'a,"b"x,c'],
        [2, ["d", "e"]],
      ],
    ],
    ['a,"b', [[1, 'a,"b']]],
  ])("%j", async (text, want) => expect(await cells(text)).toEqual(want));

  test("a line that is not UTF-8, or too long, costs itself alone", async () => {
    const bad = new Uint8Array([0x61, 0xff, 0x0a, 0x62, 0x0a]);
    expect((await read(bad)).map(({ line, cells, why }) => [line, cells, why])).toMatchObject([
      [1, null, "The line is not UTF-8 text."],
      [2, ["b"], ""],
    ]);
    for (const sizes of [[], Array<number>(40).fill(65_536)]) {
      const long = await read(`a\n${"x".repeat(2_000_000)}\nb\n`, true, sizes);
      expect(long.map(({ line, cells }) => [line, cells])).toEqual([
        [1, ["a"]],
        [2, null],
        [3, ["b"]],
      ]);
      expect(long.at(-1)?.end).toBe(2_000_005);
    }
  });

  const record = fc.array(fc.oneof(fc.string(), fc.constantFrom('"', "\n", ",", "\r\n", "")), {
    minLength: 2,
    maxLength: 5,
  });

  test("reads back what csvLine wrote, however it arrives, and from every place on", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 20 })),
        async (records, sizes) => {
          const text = records.map(csvLine).join("");
          const found = await read(text, true, sizes);
          expect(found.map((entry) => entry.cells)).toEqual(records);
          for (const [i, { end }] of found.entries()) {
            const rest = new TextEncoder().encode(text).slice(end);
            const line = found[i + 1]?.line ?? 1;
            expect(await read(rest, true, sizes, { offset: end, line })).toEqual(found.slice(i + 1));
          }
        },
      ),
    );
  });

  test("whatever the bytes: every one of them is in exactly one entry, and the lines count up", async () => {
    const soup = fc.array(fc.constantFrom(...'",\n\r\n"a,'.split("")), { maxLength: 60 }).map((list) => list.join(""));
    await fc.assert(
      fc.asyncProperty(soup, fc.array(fc.integer({ min: 1, max: 7 })), async (text, sizes) => {
        const found = await read(text, true, sizes);
        const lines = text.split("\n");
        let at = 0;
        for (const { line, end, bytes } of found) {
          expect(text.slice(at, end).replace(/\r?\n$/, "")).toBe(bytes);
          expect(line).toBe(text.slice(0, at).split("\n").length);
          at = end;
        }
        expect(at).toBe(text.length);
        expect(found.length).toBeLessThanOrEqual(lines.length);
      }),
      { numRuns: 500 },
    );
  });
});

test("without CSV a line is an entry", async () => {
  const found = await read('{"a":"\\"}\n"x\n\nlast', false, [3, 3, 3]);
  expect(found.map(({ line, cells }) => [line, cells])).toEqual([
    [1, ['{"a":"\\"}']],
    [2, ['"x']],
    [3, [""]],
    [4, ["last"]],
  ]);
});

test("cells of one record", () => {
  expect(cellsOf("")).toEqual([""]);
  expect(cellsOf('"a",')).toEqual(["a", ""]);
  expect(cellsOf('"a')).toBeNull();
});
