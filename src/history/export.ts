import type { FieldType } from "../measure/types.ts";
import { PieceReader } from "./cursors.ts";
import type { HistoryStore } from "./port.ts";
import type { Cell, Range } from "./types.ts";

/** A series with the names of what it belongs to. */
export interface NamedSeries {
  readonly product: string;
  readonly device: string;
  readonly field: string;
  readonly type: FieldType;
  /** The store's number. */
  readonly series: number;
}

/** Some measurements of one series, in time order. */
export interface ExportPart extends NamedSeries {
  /** µs */
  readonly times: Float64Array;
  /** One for each time, never null. */
  readonly cells: readonly Cell[];
}

/**
 * Every measurement of a series in the range, some at a time: never more of them in memory than one part.
 * @param smaller how many times smaller than usual the parts are, so that each leaves the turn to others soon
 * @throws Refusal storage_unavailable
 */
export async function* partsOf(
  store: Pick<HistoryStore, "columns">,
  named: NamedSeries,
  range: Range,
  smaller = 1,
): AsyncGenerator<ExportPart> {
  const reader = new PieceReader(store, named.type, named.series, range, smaller);
  while (!reader.ended) {
    const { times, cells } = await reader.next();
    if (times.length > 0) yield { ...named, times, cells };
  }
}

/** Series whose first measurements are asked for before it is their turn: most series of a large fleet have one part. */
const AHEAD = 32;

/**
 * The same of many series, one after the other; the first parts of those that come next are read meanwhile.
 * @throws Refusal storage_unavailable
 */
export async function* partsOfAll<T extends NamedSeries>(
  store: Pick<HistoryStore, "columns">,
  all: Iterable<T>,
  range: Range,
  smaller = 1,
): AsyncGenerator<T & ExportPart> {
  const more = all[Symbol.iterator]();
  const begun: { named: T; reader: PieceReader; first: ReturnType<PieceReader["next"]> }[] = [];
  const begin = (): void => {
    while (begun.length < AHEAD) {
      const next = more.next();
      if (next.done === true) return;
      const reader = new PieceReader(store, next.value.type, next.value.series, range, smaller);
      const first = reader.next();
      first.catch(() => {}); // who awaits it hears of it, or nobody wants it any more
      begun.push({ named: next.value, reader, first });
    }
  };
  begin();
  for (let one = begun.shift(); one !== undefined; one = begun.shift()) {
    begin();
    const { named, reader, first } = one;
    for (let piece = await first; ; piece = await reader.next()) {
      if (piece.times.length > 0) yield { ...named, times: piece.times, cells: piece.cells };
      if (reader.ended) break;
    }
  }
}

/** Turns parts into a file. What it answers is to be written in this order. */
export interface Encoder {
  begin(): Uint8Array;
  /** Empty while it waits for more. */
  part(part: ExportPart): Uint8Array;
  end(): Uint8Array;
}

export const EXPORT_FORMATS = ["csv", "ndjson", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** Media types of the formats. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};

/** The encoder of a format; Parquet's library is loaded when it is asked for. @param options escapeFormulas: as CsvEncoder says */
export async function encoderOf(
  format: ExportFormat,
  { escapeFormulas = false }: { readonly escapeFormulas?: boolean } = {},
): Promise<Encoder> {
  const { CsvEncoder, NdjsonEncoder } = await import("./text-formats.ts");
  switch (format) {
    case "csv":
      return new CsvEncoder(escapeFormulas);
    case "ndjson":
      return new NdjsonEncoder();
    case "parquet":
      return new (await import("./parquet.ts")).ParquetEncoder();
    default:
      return format satisfies never;
  }
}
