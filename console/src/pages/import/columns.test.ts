import { describe, expect, test } from "bun:test";
import { mappingOf, missingOf, piecesOf, type Shape, twiceIn } from "./columns.ts";
import type { TableRow } from "./table.ts";

const rows = (...cells: string[][]): TableRow[] => cells.map((one, n) => ({ line: n + 2, cells: one }));
const NONE: ReadonlySet<number> = new Set();
const SHAPE: Shape = { what: "measurements", mapping: {}, product: "", commas: false };

describe("columns", () => {
  test("are found by their names, in any order and spelling, each once", () => {
    expect(mappingOf("devices", ["Serial Number", "ID", "colour", "Standort"])).toMatchObject({
      id: 1,
      serial: 0,
      location: 3,
      name: -1,
    });
    // "device" is the id of a device, and the device of a measurement
    expect(mappingOf("devices", ["device"]).id).toBe(0);
    expect(mappingOf("measurements", ["timestamp", "id", "feld", "wert"])).toEqual({
      time: 0,
      product: -1,
      device: 1,
      field: 2,
      value: 3,
    });
  });

  test("what is missing is named; a product that is chosen needs no column", () => {
    const mapping = mappingOf("measurements", ["time", "device", "value"]);
    expect(missingOf("measurements", mapping, "")).toEqual(["field", "product"]);
    expect(missingOf("measurements", mapping, "pump")).toEqual(["field"]);
    expect(missingOf("devices", mappingOf("devices", ["name"]), "")).toEqual(["id"]);
  });
});

describe("parts of a table", () => {
  test("have the columns that are mapped, and the lines of the file", () => {
    const mapping = { id: 1, name: 0 };
    const table = rows(["Pump, big", "p1"], ["left out", "p2"], ["Last", " p3 "]);
    const [piece, ...more] = piecesOf(table, { ...SHAPE, what: "devices", mapping }, new Set([3]));
    expect(more).toEqual([]);
    expect(piece).toEqual({ text: 'id,name\np1,"Pump, big"\np3,Last\n', lines: [2, 4], own: [2, 3] });
  });

  test("a product that is chosen stands in each row; decimal commas become points, and texts stay", () => {
    const mapping = { time: 0, device: 1, field: 2, value: 3 };
    const table = rows(["t", "d", "F", "-1,5"], ["t", "d", "F", "a,5"]);
    const [piece] = piecesOf(table, { ...SHAPE, mapping, product: "pump", commas: true }, NONE);
    expect(piece?.text).toBe('time,product,device,field,value\nt,pump,d,F,-1.5\nt,pump,d,F,"a,5"\n');
  });

  test("a cell with line breaks moves the lines behind it", () => {
    const mapping = { id: 0, name: 1 };
    const table = rows(["a", "two\nlines"], ["b", "one"], ["c", "one"]);
    const [piece] = piecesOf(table, { ...SHAPE, what: "devices", mapping }, NONE);
    expect(piece?.own).toEqual([2, 4, 5]);
  });

  test("a hundred thousand rows are parts that the API takes, and no row is lost", () => {
    const table = rows(...Array.from({ length: 100_000 }, (_, n) => [`device-${n}`, "x".repeat(20)]));
    const pieces = [...piecesOf(table, { ...SHAPE, what: "devices", mapping: { id: 0, name: 1 } }, NONE)];
    expect(pieces.flatMap(({ lines }) => lines)).toEqual(table.map(({ line }) => line));
    for (const { text, lines } of pieces) {
      expect(text.length).toBeLessThan(1_000_000);
      expect(lines.length).toBeLessThanOrEqual(10_000);
    }
  });
});

test("ids and serials that stand twice are found over all of the table", () => {
  const table = rows(["a", "S1"], ["b", "S1"], ["a", ""], ["c", ""]);
  expect([...twiceIn(table, { id: 0, serial: 1 })]).toEqual([
    [3, { text: "S1", first: 2 }],
    [4, { text: "a", first: 2 }],
  ]);
});
