import { open } from "node:fs/promises";
import {
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  type ParquetScan,
  parquetMetadataAsync,
  parquetScan,
  type SchemaElement,
} from "hyparquet";
import type { ImportRow } from "../../history/import.ts";
import { quote } from "../../measure/bytes.ts";
import { printTime } from "../../measure/index.ts";
import { printPosition } from "../../measure/value.ts";
import { CommandError } from "../failure.ts";
import type { Entry } from "../../base/lines.ts";

/** Rows that are decoded at once; a row group of an export has no more. */
const PIECE = 100_000;
const MAGIC = "PAR1";

const NAMES = ["product", "device", "field"] as const;
const VALUES = ["number", "boolean", "text", "latitude", "longitude"] as const;
const COLUMNS = ["time", ...NAMES, ...VALUES] as const;
type Column = (typeof COLUMNS)[number];
const SHAPE = `the columns are those of an export: ${COLUMNS.join(", ")}`;

/** A moment, as a column of timestamps holds it; so that it is no number of anything else. */
class Moment {
  /** @param micros since 1970 */
  constructor(readonly micros: bigint) {}
}

/**
 * The rows of a Parquet file as an export writes it, some at a time, each with its number as the line and the cells time,
 * product, device, field, value. `end` is the end of the file for all: where one begins is told by its number alone.
 * @param from how many rows are passed over
 * @throws CommandError: it is no such file, and why
 */
export async function* parquetEntries(file: string, from: number): AsyncGenerator<Entry> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const buffer: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start);
        let at = 0;
        while (at < bytes.length) {
          const { bytesRead } = await handle.read(bytes, at, bytes.length - at, start + at);
          if (bytesRead === 0) throw new CommandError(`${file}: it has become shorter while it was read`);
          at += bytesRead;
        }
        return bytes.buffer;
      },
    };
    const scan = await scanOf(file, buffer);
    const total = Number(scan.metadata.num_rows);
    for (const { rowStart, rowEnd } of scan.ranges) {
      for (let start = Math.max(rowStart, from); start < rowEnd; start += PIECE) {
        const end = Math.min(start + PIECE, rowEnd);
        const cells = await piece(file, scan, start, end);
        for (let i = 0; i < end - start; i++) {
          const found = rowOf((name) => cells.get(name)?.[i] ?? null);
          const bytes = Buffer.from(JSON.stringify(found.shown));
          yield {
            line: start + i + 1,
            end: size,
            bytes,
            cells: found.row,
            why: found.why,
            part: (start + i + 1) / total,
          };
        }
      }
    }
  } finally {
    await handle.close();
  }
}

async function scanOf(file: string, buffer: AsyncBuffer): Promise<ParquetScan> {
  const { byteLength: size } = buffer;
  const text = async (start: number) => Buffer.from(await buffer.slice(start, start + 4)).toString("latin1");
  if (size < 12 || (await text(0)) !== MAGIC)
    throw new CommandError(
      `${file}: this is no Parquet file; say --format csv or --format ndjson if it is one of these`,
    );
  if ((await text(size - 4)) !== MAGIC)
    throw new CommandError(`${file}: the end of this Parquet file is missing; copy it again`);
  return reading(file, async () => {
    const metadata = await parquetMetadataAsync(buffer);
    const columns = checkSchema(file, metadata);
    return parquetScan({ file: buffer, metadata, columns, parsers: PARSERS });
  });
}

async function piece(file: string, scan: ParquetScan, rowStart: number, rowEnd: number) {
  const there = scan.metadata.schema.slice(1).map(({ name }) => name);
  const cells = new Map<Column, DecodedArray>();
  for (const column of COLUMNS)
    if (there.includes(column))
      cells.set(column, await reading(file, () => scan.readColumn({ column, rowStart, rowEnd })));
  return cells;
}

/** What the library says of a file is the file's fault. */
async function reading<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const codec = /codec/i.test(why) ? "; write it uncompressed or with the codec SNAPPY" : "";
    throw new CommandError(`${file}: this Parquet file cannot be read (${why})${codec}`);
  }
}

/** @returns the columns that are there. @throws CommandError when it is not the table of an export */
function checkSchema(file: string, { schema }: FileMetaData): Column[] {
  const wrong = (why: string) => new CommandError(`${file}: ${why}; ${SHAPE}`);
  const columns = schema.slice(1);
  const nested = columns.find((one) => one.num_children !== undefined || one.repetition_type === "REPEATED");
  if (nested) throw wrong(`the column ${quote(nested.name)} holds lists or groups`);
  const unknown = columns.find(({ name }) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown) throw wrong(`there is no column ${quote(unknown.name)} in an export`);
  const of = (name: Column) => columns.find((one) => one.name === name);
  const missing = (["time", ...NAMES] as const).find((name) => !of(name));
  if (missing) throw wrong(`the column "${missing}" is missing`);
  if (!VALUES.some(of)) throw wrong("there is no column with values");
  for (const name of COLUMNS) {
    const element = of(name);
    const need =
      name === "time" ? "timestamps" : NEEDS.has(name) ? "texts" : name === "boolean" ? "booleans" : "numbers";
    if (element && !is[need](element)) throw wrong(`the column "${name}" must hold ${need}`);
  }
  return COLUMNS.filter(of);
}
const NEEDS: ReadonlySet<Column> = new Set([...NAMES, "text"]);
const is = {
  timestamps: (one: SchemaElement) =>
    one.logical_type?.type === "TIMESTAMP" || one.converted_type?.startsWith("TIMESTAMP_") === true,
  texts: (one: SchemaElement) => one.logical_type?.type === "STRING" || one.converted_type === "UTF8",
  booleans: (one: SchemaElement) => one.type === "BOOLEAN",
  numbers: (one: SchemaElement) =>
    ["DOUBLE", "FLOAT", "INT32", "INT64"].includes(one.type ?? "") && !is.timestamps(one),
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => new Moment(millis * 1000n),
  timestampFromMicroseconds: (micros: bigint) => new Moment(micros),
  timestampFromNanoseconds: (nanos: bigint) => new Moment(nanos / 1000n),
  /** What is no UTF-8 stays bytes, and is told as bad. */
  stringFromBytes(bytes: Uint8Array | undefined) {
    try {
      return bytes && utf8.decode(bytes);
    } catch {
      return bytes;
    }
  },
};

interface FoundRow {
  /** null: see `why`. */
  readonly row: ImportRow | null;
  readonly why: string;
  /** For those who look for a bad row. */
  readonly shown: Record<string, unknown>;
}

/** One row of the file as the text that a CSV would have. @param cell null: there is none */
function rowOf(cell: (column: Column) => unknown): FoundRow {
  const names = NAMES.map(cell);
  const time = timeOf(cell("time"));
  const kinds = VALUES.map(cell);
  const [number, boolean, text, lat, lng] = kinds;
  const values = [number, boolean, text, lat ?? lng].filter((value) => value !== null);
  const shown = Object.fromEntries(
    COLUMNS.map((name) => [name, name === "time" ? time : jsonOf(cell(name))] as const).filter(
      ([, one]) => one !== null,
    ),
  );
  const bad = (why: string): FoundRow => ({ row: null, why, shown });
  if (time === null) return bad("There is no time, or none that can be written.");
  const [product, device, field] = names;
  if (typeof product !== "string" || typeof device !== "string" || typeof field !== "string")
    return bad("product, device or field is missing, or not UTF-8 text.");
  if (values.length !== 1)
    return bad(values.length === 0 ? "There is no value." : "There are several values; one of a kind is allowed.");
  if ((lat === null) !== (lng === null)) return bad("latitude and longitude must be there together.");
  const [value] = values;
  if (value instanceof Uint8Array) return bad("text is not UTF-8 text.");
  const printed = lat === null ? String(value) : printPosition({ lat: Number(lat), lng: Number(lng) });
  return { row: [time, product, device, field, printed], why: "", shown };
}

function timeOf(cell: unknown): string | null {
  if (!(cell instanceof Moment)) return null;
  const micros = Number(cell.micros); // beyond 2^53 it is out of range all the same
  return micros >= 0 && micros < YEAR_10000 ? printTime(micros) : null;
}
const YEAR_10000 = 253_402_300_800e6;

function jsonOf(cell: unknown): unknown {
  return typeof cell === "bigint"
    ? String(cell)
    : cell instanceof Uint8Array
      ? Buffer.from(cell).toString("base64")
      : cell;
}
