import { describe, expect, test } from "bun:test";
import { parquetReadObjects } from "hyparquet";
import { exportAddress, type FileWish, microsOf, partsOf } from "./measurements-file.ts";
import { ParquetFile } from "./parquet-file.ts";

const WISH: FileWish = { product: "pump", devices: ["a", "b"], fields: ["TEMP"], from: 0, to: null };

describe("files of measurements", () => {
  test("an address names what is wished, and nothing more", () => {
    expect(exportAddress(WISH, "ndjson")).toBe(
      "/api/v1/export?products=pump&devices=a%2Cb&fields=TEMP&from=1970-01-01T00%3A00%3A00.000Z&format=ndjson",
    );
    expect(exportAddress({ ...WISH, fields: [] }, "csv")).toContain("escape_formulas=true");
  });

  test("many devices are several requests, each device in one of them", () => {
    const devices = Array.from({ length: 250 }, (_, n) => `d${n}`);
    const parts = partsOf({ ...WISH, devices });
    expect(parts.map((one) => one.devices.length)).toEqual([100, 100, 50]);
    expect(parts.flatMap((one) => one.devices)).toEqual(devices);
  });

  test.each([
    ["2026-03-01T12:00:00Z", 1_772_366_400_000_000n],
    ["2026-03-01T12:00:00.000021Z", 1_772_366_400_000_021n],
    ["2026-03-01T12:00:00.5Z", 1_772_366_400_500_000n],
    ["1969-12-31T23:59:59.999999Z", -1n],
  ])("%s is %d µs", (time, micros) => {
    expect(microsOf(time)).toBe(micros);
  });

  test("lines become a Parquet file that others read, with a column for each form of value", async () => {
    const file = new ParquetFile();
    const values = [21.5, true, "text", { lat: 1.5, lng: 2.5 }];
    const lines = values.map((value, n) => ({
      time: `2026-03-01T12:00:00.00000${n}Z`,
      product: "pump",
      device: "a",
      field: `F${n}`,
      value,
    }));
    // cut anywhere, as they come over the network
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    for (let at = 0; at < text.length; at += 37) file.add(text.slice(at, at + 37));
    const { buffer } = file.end();
    const rows = await parquetReadObjects({ file: buffer });
    expect(file.rows).toBe(4);
    expect(rows).toMatchObject([
      { number: 21.5, boolean: null, text: null, latitude: null, longitude: null },
      { number: null, boolean: true, text: null, latitude: null, longitude: null },
      { number: null, boolean: null, text: "text", latitude: null, longitude: null },
      { number: null, boolean: null, text: null, latitude: 1.5, longitude: 2.5 },
    ]);
    expect(rows[1]).toMatchObject({ product: "pump", device: "a", field: "F1" });
  });
});
