import { expect, test } from "bun:test";
import { bytesADay, bytesKept, bytesText, daysOf, withBytes } from "./estimate.ts";
import { bodyOf, formOf, idOf, NEW_FIELD, semanticsOf } from "./field-form.ts";
import { type ProductSearch, productSearch } from "./search.ts";

test.each([
  ["Water level (m)", "WATER_LEVEL_M"],
  ["Füllstand", "FULLSTAND"],
  ["  CO2 ", "CO2"],
  ["???", ""],
] as const)("a field called %j is %j in topics", (name, id) => {
  expect(idOf(name)).toBe(id);
});

test("what is typed about a field becomes what the API takes, and back", () => {
  const form = {
    ...NEW_FIELD,
    name: " Level ",
    unit: "m",
    decimals: 1,
    role: "primary",
    semantic: "fill_level",
    settable: "no" as const,
  };
  const body = bodyOf(form);
  const said = { name: "Level", unit: "m", decimals: 1, description: null, active: true } as const;
  expect(body).toEqual({ ...said, role: "primary", semantic: "fill_level", settable: false, formula: null });
  const field = { ...body, id: "LEVEL", type: "NUMERIC" as const, uuid: "u", formula_problem: null };
  expect(bodyOf(formOf(field))).toEqual(body);
  expect(bodyOf({ ...form, formula: " A + 1 " }).formula).toBe("A + 1");
});

test("what a field may measure goes by its type: a number is no open door", () => {
  expect(semanticsOf("INT")).toContain("temperature");
  expect(semanticsOf("INT")).not.toContain("door_opened");
  expect([semanticsOf("GEO"), semanticsOf("STRING")]).toEqual([["location"], []]);
  expect(semanticsOf("BOOL")).toContain("door_opened");
});

test.each([
  ["90d", 90],
  ["12w", 84],
  ["5y", 1825],
  ["forever", null],
  ["", null],
  ["1.5d", null],
] as const)("%j is %p days", (text, days) => {
  expect(daysOf(text)).toBe(days);
});

const tenDays = { bytes: 1_000_000, oldest: "2026-01-01T00:00:00Z", newest: "2026-01-11T00:00:00Z" };
test("what it will take goes by what it has taken a day", () => {
  expect(bytesADay(tenDays)).toBe(100_000);
  expect(bytesKept(tenDays, "30d")).toBe(3_000_000);
  expect(bytesKept(tenDays, "forever")).toBe(36_500_000);
  expect(bytesKept({ ...tenDays, newest: tenDays.oldest }, "30d")).toBeNull();
  expect(bytesKept({ bytes: 0, oldest: null, newest: null }, "30d")).toBeNull();
});

test("what lies in the log alone takes what a measurement takes there", () => {
  const usage = {
    ...{ name: "p", series: 1, measurements: 100, bytes: 0, oldest: null, newest: null },
    ...{ rollup_buckets: 0, rollup_bytes: 0 },
  };
  expect(withBytes({ ...usage, log_bytes_each: 7 }).bytes).toBe(700);
  expect(withBytes({ ...usage, bytes: 5, log_bytes_each: 7 }).bytes).toBe(5);
  expect(withBytes({ ...usage, log_bytes_each: null }).bytes).toBe(0);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1500, "1.5 kB"],
  [3_000_000, "3 MB"],
  [2.5e15, "2,500 TB"],
] as const)("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes, "en-GB")).toBe(text);
});

test.each([
  [{}, {}],
  [{ tab: "decoder" }, { tab: "decoder" }],
  [{ tab: "fields", ignored: "yes" }, {}],
  [{ tab: "nothing", ignored: true }, { ignored: true }],
])("the address %j", (raw, search) => {
  expect(productSearch(raw)).toEqual(search as ProductSearch);
});
