import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { type Measured, microsOf } from "./measurements-file.ts";

/** Measurements of one row group: what is kept apart in memory. */
const GROUP_ROWS = 100_000;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]["schema"];
const text = (name: string, repetition_type: "REQUIRED" | "OPTIONAL") =>
  ({ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }) as const;
const value = (name: string, type: "DOUBLE" | "BOOLEAN") => ({ name, type, repetition_type: "OPTIONAL" }) as const;

/** The columns of `fieldcast export`, so that both kinds of files read alike (docs/history.md "Export"). */
const SCHEMA: Schema = [
  { name: "measurements", num_children: 9 },
  {
    name: "time",
    type: "INT64",
    repetition_type: "REQUIRED",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
  text("product", "REQUIRED"),
  text("device", "REQUIRED"),
  text("field", "REQUIRED"),
  value("number", "DOUBLE"),
  value("boolean", "BOOLEAN"),
  text("text", "OPTIONAL"),
  value("latitude", "DOUBLE"),
  value("longitude", "DOUBLE"),
];

/** A Parquet file that is made of the lines of an export: by the browser, since the server has other things to do. */
export class ParquetFile {
  /** How many there are so far. */
  rows = 0;
  private readonly bytes = new ByteWriter();
  private readonly file = new ParquetWriter({
    writer: this.bytes,
    schema: SCHEMA,
    statistics: false,
    createdBy: "fieldcast",
  });
  private rest = "";
  private group: Measured[] = [];

  /** @param text NDJSON, cut anywhere */
  add(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.line(line);
  }
  end(): { readonly buffer: ArrayBuffer } {
    this.line(this.rest);
    this.write();
    this.file.finish();
    return { buffer: this.bytes.getBuffer() };
  }

  private line(line: string): void {
    if (line.trim() === "") return;
    this.group.push(JSON.parse(line) as Measured); // a line of the export
    this.rows++;
    if (this.group.length >= GROUP_ROWS) this.write();
  }
  private write(): void {
    const { group } = this;
    if (group.length === 0) return;
    const place = (of: "lat" | "lng") => group.map(({ value: one }) => placeOf(one)?.[of] ?? null);
    this.file.write({
      rowGroupSize: group.length,
      columnData: [
        {
          name: "time",
          data: BigInt64Array.from(group, ({ time }) => microsOf(time)),
          encoding: "DELTA_BINARY_PACKED",
        },
        { name: "product", data: group.map(({ product }) => product) },
        { name: "device", data: group.map(({ device }) => device) },
        { name: "field", data: group.map(({ field }) => field) },
        { name: "number", data: group.map(({ value: one }) => (typeof one === "number" ? one : null)) },
        { name: "boolean", data: group.map(({ value: one }) => (typeof one === "boolean" ? one : null)) },
        { name: "text", data: group.map(({ value: one }) => (typeof one === "string" ? one : null)) },
        { name: "latitude", data: place("lat") },
        { name: "longitude", data: place("lng") },
      ],
    });
    this.group = [];
  }
}

function placeOf(one: unknown): { readonly lat: number; readonly lng: number } | null {
  if (typeof one !== "object" || one === null || !("lat" in one) || !("lng" in one)) return null;
  return { lat: Number(one.lat), lng: Number(one.lng) };
}
