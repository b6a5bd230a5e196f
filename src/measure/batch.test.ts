import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "../base/errors.ts";
import { type BatchOptions, parseBatch } from "./batch.ts";
import { newParsed, parseJson, toValue } from "./index.ts";
import { elements, members } from "./json.ts";
import { specOf } from "./types.ts";

const NOW = Date.UTC(2026, 1, 3, 4, 5, 6) * 1000;
const encoder = new TextEncoder();
const HOSTILE = Object.getOwnPropertyNames(Object.prototype);

function read(text: string, options: Partial<BatchOptions> = {}) {
  return parseBatch(encoder.encode(text), { now: NOW, ...options });
}
function refused(input: unknown, options: Partial<BatchOptions> = {}): Refusal {
  try {
    parseBatch(typeof input === "string" ? encoder.encode(input) : input, { now: NOW, ...options });
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("shapes (wire contract section 5, Batches)", () => {
  test("an object of fields, in any case, in the order written", () => {
    expect(read('{"temp": 22.5, "Door": true, "9": "x"}')).toEqual([
      { field: "TEMP", value: 22.5, time: null, index: 0 },
      { field: "DOOR", value: true, time: null, index: 1 },
      { field: "9", value: "x", time: null, index: 2 },
    ]);
  });
  test("an array of rows, also several of one field", () => {
    expect(read('[{"field":"a","value":1},{"value":2,"field":"A","timestamp":null}]')).toEqual([
      { field: "A", value: 1, time: null, index: 0 },
      { field: "A", value: 2, time: null, index: 1 },
    ]);
  });
  test("one row", () => {
    const time = (NOW / 1_000_000 - 60) * 1_000_000;
    expect(read(`{"field":"a","value":1,"timestamp":${time / 1_000_000}}`)).toEqual([
      { field: "A", value: 1, time, index: 0 },
    ]);
    expect(read('{"value":[1],"field":"a"}')).toEqual([{ field: "A", value: [1], time: null, index: 0 }]);
  });
  test("with another key it is an object of fields", () => {
    expect(read('{"field":"a","value":1,"x":2}').map((row) => row.field)).toEqual(["FIELD", "VALUE", "X"]);
    expect(read('{"FIELD":"a","VALUE":1}').map((row) => row.field)).toEqual(["FIELD", "VALUE"]);
    expect(read('{"field":"a"}').map((row) => row.field)).toEqual(["FIELD"]);
  });
  test("white space, trailing NULs and one pair of quotes around it", () => {
    expect(read(' \n{ "a" : 1 , "b" : [ 1 , { } ] }\r\n\0')).toHaveLength(2);
    expect(read(JSON.stringify('{"a":1}'))).toHaveLength(1);
    expect(refused(JSON.stringify(JSON.stringify('{"a":1}'))).code).toBe("invalid_batch");
  });
  test("JSON that was parsed already", () => {
    expect(parseBatch({ a: 1 }, { now: NOW })).toEqual([{ field: "A", value: 1, time: null, index: 0 }]);
    expect(parseBatch([{ field: "a", value: null }], { now: NOW })).toEqual([
      { field: "A", value: null, time: null, index: 0 },
    ]);
    expect(parseBatch({ field: "a", value: 3 }, { now: NOW })).toEqual([
      { field: "A", value: 3, time: null, index: 0 },
    ]);
    expect(refused({ a: 1, A: 2 }).rows).toHaveLength(1);
  });
  for (const text of [
    "",
    "x",
    "{",
    '{"a":1}x',
    "22",
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"x"',
    "[1",
    "\ud800",
    "[".repeat(100_000),
  ])
    test(`${JSON.stringify(text.slice(0, 20))} is no batch`, () => expect(refused(text).code).toBe("invalid_batch"));
  test("bytes that are not UTF-8 are no batch", () =>
    expect(refused(new Uint8Array([0x7b, 0xff, 0x7d])).code).toBe("invalid_batch"));
  for (const json of [null, undefined, 5, "x", []])
    test(`${json} is no batch`, () => expect(refused(json).code).toBe("invalid_batch"));
});

describe("values keep how they were written", () => {
  const out = newParsed();
  test("numbers", () => {
    const [a, b, c] = read('{"a":22.00,"b":9007199254740991.4,"c":1e3}');
    expect(parseJson(specOf("STRING"), a?.value, out) && toValue(specOf("STRING"), out)).toBe("22.00");
    expect(parseJson(specOf("INT"), b?.value, out)).toBe(false);
    expect(parseJson(specOf("INT"), c?.value, out) && toValue(specOf("INT"), out)).toBe(1000);
  });
  test("positions", () => {
    const [a, b] = read('{"a":{"lat":1,"lng":2},"b":{"lat":1,"lat":1,"lng":2}}');
    expect(parseJson(specOf("GEO"), a?.value, out) && toValue(specOf("GEO"), out)).toEqual({ lat: 1, lng: 2 });
    expect(parseJson(specOf("GEO"), b?.value, out)).toBe(false);
    expect(parseJson(specOf("STRING"), a?.value, out)).toBe(false);
  });
});

describe("refusals name every bad row", () => {
  test("a field twice, after folding or exactly", () => {
    expect(refused('{"a":1,"b":2,"A":3}').rows).toEqual([
      { row: 2, field: "A", code: "invalid_batch", message: "Row 2 names the same field as row 0." },
    ]);
    expect(refused('{"a":1,"a":2}')).toMatchObject({ code: "invalid_batch", rows: [{ row: 1, field: "a" }] });
    expect(refused('{"\\u0061":1,"a":2}').rows).toHaveLength(1);
    expect(read('{"ı":1,"I":2}')).toHaveLength(2);
  });
  test("malformed rows", () => {
    const bad = refused(
      '[1,null,[],{"value":1},{"field":"a"},{"field":5,"value":1},{"field":"a","value":1,"time":5},{"field":"a","field":"b","value":1},{"field":"a","value":1}]',
    );
    expect(bad.code).toBe("invalid_batch");
    expect(bad.rows?.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(bad.rows?.map(({ message }) => message)).toEqual([
      "Row 0 is not an object.",
      "Row 1 is not an object.",
      "Row 2 is not an object.",
      'Row 3 has no key "field".',
      'Row 4 has no key "value".',
      'Row 5 has a "field" that is not text.',
      'Row 6 has a key "time", but only "field", "value" and "timestamp" are known.',
      'Row 7 has the key "field" twice.',
    ]);
    expect(bad.message).toMatch(/^8 of 9 rows/);
  });
  test.each(["1e400", "-1E+400", "1e11", "17e20"])("a wrong time is named as it was written: %s", (text) => {
    const bad = refused(`{"field":"a","value":1,"timestamp":${text}}`);
    expect(bad).toMatchObject({ code: "invalid_timestamp", message: expect.stringContaining(`timestamp "${text}" `) });
  });
  test("times: invalid_timestamp when nothing else is wrong", () => {
    const bad = refused(
      '[{"field":"a","value":1,"timestamp":5},{"field":"b","value":1,"timestamp":"x"},{"field":"c","value":1}]',
    );
    expect(bad.code).toBe("invalid_timestamp");
    expect(bad.rows?.map(({ row, field, code }) => [row, field, code])).toEqual([
      [0, "a", "invalid_timestamp"],
      [1, "b", "invalid_timestamp"],
    ]);
    expect(refused('[{"field":"a","value":1,"timestamp":5},7]').code).toBe("invalid_batch");
    expect(refused('{"field":"a","value":1,"timestamp":true}').code).toBe("invalid_timestamp");
  });
  test("too many rows", () => {
    const rows = (n: number) => `[${Array(n).fill('{"field":"a","value":1}').join()}]`;
    const fields = (n: number) => JSON.stringify(Object.fromEntries(Array.from({ length: n }, (_, i) => [`A${i}`, i])));
    expect(read(rows(10_000))).toHaveLength(10_000);
    expect(refused(rows(10_001)).message).toContain("more than 10000 rows");
    expect(read(fields(3), { maxRows: 3 })).toHaveLength(3);
    expect(refused(fields(4), { maxRows: 3 }).message).toContain("more than 3 rows");
  });
});

describe("times", () => {
  const at = (seconds: number) => NOW + seconds * 1_000_000;
  const row = (field: string, seconds: number | null) =>
    `{"field":"${field}","value":1,"timestamp":${seconds === null ? null : at(seconds) / 1_000_000}}`;
  test("rows come in time order; without a time they count as now; equal times stay in order", () => {
    const rows = read(`[${row("a", 60)},${row("b", null)},${row("c", -60)},${row("d", 0)},${row("e", -60)}]`);
    expect(rows.map((r) => [r.field, r.time, r.index])).toEqual([
      ["C", at(-60), 2],
      ["E", at(-60), 4],
      ["B", null, 1],
      ["D", at(0), 3],
      ["A", at(60), 0],
    ]);
  });
  test("the publish's own time is the default", () => {
    const rows = read(`[${row("a", null)},${row("b", -60)},{"field":"c","value":1}]`, { defaultTime: at(-30) });
    expect(rows.map((r) => [r.field, r.time])).toEqual([
      ["B", at(-60)],
      ["A", at(-30)],
      ["C", at(-30)],
    ]);
    expect(read('{"a":1}', { defaultTime: at(-30) })[0]?.time).toBe(at(-30));
  });
  test("digits beyond microseconds are cut, as they were written", () => {
    expect(
      read('[{"field":"a","value":1,"timestamp":1700000000.1234569},{"field":"a","value":1,"timestamp":1.7e9}]').map(
        (r) => r.time,
      ),
    ).toEqual([1_700_000_000_000_000, 1_700_000_000_123_456]);
  });
});

describe("hostile keys", () => {
  test("names of Object.prototype are ordinary, unknown fields", () => {
    for (const name of HOSTILE) {
      const folded = name.replace(/[a-z]/g, (c) => c.toUpperCase());
      expect(read(`{"${name}":1}`)).toEqual([{ field: folded, value: 1, time: null, index: 0 }]);
      expect(parseBatch(JSON.parse(`{"${name}":1}`), { now: NOW })).toEqual([
        { field: folded, value: 1, time: null, index: 0 },
      ]);
      expect(read(`[{"field":"${name}","value":1}]`)[0]?.field).toBe(folded);
      expect(refused(`[{"${name}":1,"field":"a","value":1}]`).rows).toHaveLength(1);
    }
    expect(({} as Record<string, unknown>).A).toBeUndefined();
  });
  test("deep nesting is passed over", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)},"b":1}`;
    expect(read(deep).map((row) => row.field)).toEqual(["A", "B"]);
  });
});

describe("the scanner", () => {
  test("sees the same members and elements as JSON.parse, in any spelling", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.jsonValue()),
        fc.constantFrom(undefined, 1, "\t\n"),
        (object, array, indent) => {
          const found = members(JSON.stringify(object, null, indent));
          expect(found.map(({ key }) => key)).toEqual(Object.keys(JSON.parse(JSON.stringify(object)) as object));
          expect(elements(JSON.stringify(array, null, indent))).toHaveLength(array.length);
        },
      ),
      { numRuns: 1000 },
    );
  });
  test("any payload is read or refused, never thrown at otherwise", () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.array(fc.constantFrom(...'{}[]":,\\ 1a')).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (payload) => {
        try {
          expect(read(payload).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
