import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { identifier, rowsOf } from "./results.ts";
import type { FunctionName } from "./types.ts";

const NaNs = { "\u0000number": "NaN" };
/** What a function gave, and the rows and warnings that come of it. */
const TABLE: readonly [name: string, FunctionName, unknown, unknown[], string[]][] = [
  ["a list", "Decoder", [{ field: "temp", value: 1 }], [{ field: "TEMP", value: 1 }], []],
  [
    "a list with devices and times",
    "Decoder",
    [
      { device: "d1", field: "T", value: "x", timestamp: 17 },
      { device: 7, field: "T", value: true, timestamp: "2026-01-01" },
    ],
    [
      { device: "d1", field: "T", value: "x", timestamp: 17 },
      { device: "7", field: "T", value: true, timestamp: "2026-01-01" },
    ],
    [],
  ],
  [
    "a time of a wrong kind stays for who judges it, null is none",
    "Decoder",
    [
      { field: "A", value: 1, timestamp: true },
      { field: "B", value: 1, timestamp: NaNs },
      { field: "C", value: 1, timestamp: null },
    ],
    [
      { field: "A", value: 1, timestamp: true },
      { field: "B", value: 1, timestamp: "NaN" },
      { field: "C", value: 1 },
    ],
    [],
  ],
  [
    "lists in a list",
    "Decoder",
    [[{ field: "A", value: 1 }], { field: "B", value: 2 }],
    [
      { field: "A", value: 1 },
      { field: "B", value: 2 },
    ],
    [],
  ],
  [
    "a flat object",
    "Decoder",
    { "temperature-1": 21.5, on: false },
    [
      { field: "TEMPERATURE_1", value: 21.5 },
      { field: "ON", value: false },
    ],
    [],
  ],
  [
    "a flat object with a device and a time",
    "Decoder",
    { device: "s", timestamp: 5, a: 1 },
    [{ field: "A", value: 1, device: "s", timestamp: 5 }],
    [],
  ],
  [
    "a list of flat objects",
    "Decoder",
    [{ device: "x", a: 1 }, { a: 2 }],
    [
      { field: "A", value: 1, device: "x" },
      { field: "A", value: 2 },
    ],
    [],
  ],
  [
    "nested objects",
    "decodeUplink",
    { data: { air: { temperature: 3 } } },
    [{ field: "AIR_TEMPERATURE", value: 3 }],
    [],
  ],
  ["lists inside are passed over", "decodeUplink", { data: { a: [1, 2], b: 1 } }, [{ field: "B", value: 1 }], []],
  ["null is no value", "Decoder", { a: null, b: 1 }, [{ field: "B", value: 1 }], []],
  [
    "a number that is none",
    "Decoder",
    [
      { field: "A", value: NaNs },
      { field: "B", value: 1 },
    ],
    [{ field: "B", value: 1 }],
    ["A is NaN, which is no value"],
  ],
  ["warnings are kept", "decodeUplink", { data: { a: 1 }, warnings: ["low"] }, [{ field: "A", value: 1 }], ["low"]],
  ["a wrapper from Decoder", "Decoder", { data: { a: 1 } }, [{ field: "A", value: 1 }], []],
  [
    "a field named data beside others",
    "Decoder",
    { data: 4, a: 1 },
    [
      { field: "DATA", value: 4 },
      { field: "A", value: 1 },
    ],
    [],
  ],
  [
    "values with units",
    "Decoder",
    { battery: { displayName: "Battery voltage", value: 3.1, unit: "V" } },
    [{ field: "BATTERY", value: 3.1, unit: "V", name: "Battery voltage" }],
    [],
  ],
  [
    "a latitude beside a longitude",
    "Decoder",
    { latitude: 52.5, longitude: 13.4 },
    [
      { field: "LATITUDE", value: 52.5 },
      { field: "LONGITUDE", value: 13.4 },
      { field: "LOCATION", value: { lat: 52.5, lng: 13.4 } },
    ],
    [],
  ],
  [
    "a position as a value",
    "Decoder",
    [{ field: "L", value: { lat: 1, lng: 2 } }],
    [{ field: "L", value: { lat: 1, lng: 2 } }],
    [],
  ],
  ["nothing", "Decoder", null, [], []],
  ["an empty list", "Decoder", [], [], []],
  ["a bare number", "Decoder", 4, [], ["the script gave 4: it is no list and no object of fields"]],
  [
    "texts in a list",
    "Decoder",
    ["a", { field: "B", value: 1 }],
    [{ field: "B", value: 1 }],
    ['"a" in the list is no {field, value}'],
  ],
];

test("a row whose value is undefined comes out of the sandbox without it: it is said, and is no field called FIELD", () => {
  const { rows, warnings } = rowsOf("Decoder", [
    { field: "temp", device: "d1" },
    { field: "ok", value: 1 },
    { field: 3, a: 4 },
  ]);
  expect(rows).toEqual([
    { field: "OK", value: 1 },
    { field: "FIELD", value: 3 },
    { field: "A", value: 4 },
  ]);
  expect(warnings).toEqual(["TEMP has no value"]);
});

describe("rows of a decoder's result", () => {
  test.each(TABLE)("%s", (_, called, result, rows, warnings) => {
    const got = rowsOf(called, result);
    expect(got).toEqual({ rows, errors: [], warnings, left: 0 } as never);
  });

  test.each([
    ["errors", { data: { a: 1 }, errors: ["too short"] }, ["too short"]],
    ["no data", { warnings: [] }, ["decodeUplink gave no data"]],
    ["nothing", null, ["decodeUplink gave nothing, not {data: …}"]],
    ["a number", 3, ["decodeUplink gave 3, not {data: …}"]],
  ])("decodeUplink failed: %s", (_, result, errors) => {
    expect(rowsOf("decodeUplink", result)).toEqual({ rows: [], errors, warnings: [], left: 0 });
  });

  test("more than 1,000 values are cut, and it is said", () => {
    const list = Array.from({ length: 1003 }, (_, i) => ({ field: `F${i}`, value: i }));
    const { rows, warnings, left } = rowsOf("Decoder", list);
    expect([rows.length, left, warnings]).toEqual([1000, 3, ["3 values beyond the first 1000 were left out"]]);
  });

  test("any JSON gives rows with values that are no objects but positions, and never throws", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        fc.constantFrom<FunctionName>("Decoder", "decodeUplink"),
        (json, called) => {
          for (const { field, value } of rowsOf(called, json).rows) {
            expect(field).toMatch(/^[A-Z0-9_]*$/);
            if (typeof value === "object") expect(Object.keys(value).sort()).toEqual(["lat", "lng"]);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("identifiers", () => {
    expect(["tempC", "air.temp", "CO₂", "a b"].map(identifier)).toEqual(["TEMPC", "AIR_TEMP", "CO_", "A_B"]);
  });
});
