import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Encoder, ExportPart } from "./types.ts";
import { type Form, specOf } from "../measure/types.ts";
import { FORMS } from "../measure/value.ts";
import type { Cell } from "./types.ts";

/** Measurements of one row group, and characters of their texts: what is kept in memory. */
const GROUP_ROWS = 100_000;
const GROUP_CHARACTERS = 16 * 1024 * 1024;

type Schema = ConstructorParameters<typeof ParquetWriter>[0]["schema"];
const text = (name: string, repetition_type: "REQUIRED" | "OPTIONAL") =>
  ({ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }) as const;
const value = (name: string, type: "DOUBLE" | "BOOLEAN") => ({ name, type, repetition_type: "OPTIONAL" }) as const;

/** A column with values of one form. */
interface Column {
  readonly name: string;
  readonly column: Schema[number];
  /** What stands in it for a cell; null: the cell is of another form. */
  of(cell: Cell): number | boolean | string | null;
}
function column(said: ReturnType<typeof text | typeof value>, of: Column["of"]): Column {
  return { name: said.name, column: said, of };
}
/** The columns of each form, in the order of the file. */
const OF_FORM: Readonly<Record<Form, readonly Column[]>> = {
  number: [column(value("number", "DOUBLE"), (cell) => (typeof cell === "number" ? cell : null))],
  boolean: [column(value("boolean", "BOOLEAN"), (cell) => (typeof cell === "boolean" ? cell : null))],
  text: [column(text("text", "OPTIONAL"), (cell) => (typeof cell === "string" ? cell : null))],
  position: [
    column(value("latitude", "DOUBLE"), (cell) => (cell !== null && typeof cell === "object" ? cell.lat : null)),
    column(value("longitude", "DOUBLE"), (cell) => (cell !== null && typeof cell === "object" ? cell.lng : null)),
  ],
};
const COLUMNS = FORMS.flatMap((form) => OF_FORM[form]);

const SCHEMA: Schema = [
  { name: "measurements", num_children: 4 + COLUMNS.length },
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
  ...COLUMNS.map(({ column }) => column),
];

/**
 * A Parquet file, one row for each measurement: time (UTC, microseconds), product, device, field, and the value in the column of its
 * kind (`number` for NUMERIC, INT and COUNTER, `boolean`, `text`, `latitude` and `longitude`); the others are null. Row groups
 * leave as they are full.
 */
export class ParquetEncoder implements Encoder {
  private readonly bytes = new ByteWriter();
  private readonly file = new ParquetWriter({
    writer: this.bytes,
    schema: SCHEMA,
    statistics: false,
    createdBy: "fieldcast",
  });
  private parts: ExportPart[] = [];
  private rows = 0;
  private characters = 0;

  begin(): Uint8Array {
    return this.take();
  }
  part(part: ExportPart): Uint8Array {
    this.parts.push(part);
    this.rows += part.times.length;
    if (specOf(part.type).form === "text")
      for (const cell of part.cells) this.characters += typeof cell === "string" ? cell.length : 0;
    if (this.rows >= GROUP_ROWS || this.characters >= GROUP_CHARACTERS) this.group();
    return this.take();
  }
  end(): Uint8Array {
    if (this.rows > 0) this.group();
    this.file.finish();
    return this.take();
  }

  private group(): void {
    const time = new BigInt64Array(this.rows);
    const cells: Cell[] = [];
    let at = 0;
    for (const part of this.parts) {
      for (const micros of part.times) time[at++] = BigInt(micros);
      for (const cell of part.cells) cells.push(cell);
    }
    const name = (of: "product" | "device" | "field") =>
      this.parts.flatMap((part) => new Array<string>(part.times.length).fill(part[of]));
    this.file.write({
      rowGroupSize: this.rows,
      columnData: [
        { name: "time", data: time, encoding: "DELTA_BINARY_PACKED", statistics: true },
        { name: "product", data: name("product") },
        { name: "device", data: name("device") },
        { name: "field", data: name("field") },
        ...COLUMNS.map(({ name, of }) => ({ name, data: cells.map(of) })),
      ],
    });
    this.parts = [];
    this.rows = 0;
    this.characters = 0;
  }

  /** What was written since the last time; the writer's `offset` goes on counting the whole file. */
  private take(): Uint8Array {
    const taken = this.bytes.getBytes().slice();
    this.bytes.index = 0;
    return taken;
  }
}
