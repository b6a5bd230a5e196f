import { type ManyColumns, MAX_MANY } from "../store/ports.ts";
import { cellOfStored, PieceReader, READ_AHEAD } from "./cursors.ts";
import type { HistoryStore } from "./port.ts";
import type { Cell, Encoder, ExportPart, NamedSeries, Range } from "./types.ts";

/** What an export needs of the store. */
export type ExportStore = Pick<HistoryStore, "columns" | "columnsOfMany">;

/** How much of an export is in memory. */
interface Sizes {
  /** Measurements of one question; the next one is asked while they are written. */
  readonly read?: number;
  /** Measurements of one part, so that each leaves the turn to others soon. */
  readonly part?: number;
}

/** Some series, and their measurements on the way. */
interface Asked<T> {
  readonly named: readonly T[];
  readonly answer: Promise<ManyColumns>;
}

/**
 * Every measurement of some series in the range, one series after the other, each in time order. Many series are one question;
 * the next one is asked meanwhile.
 * @throws Refusal storage_unavailable
 */
export async function* partsOfAll<T extends NamedSeries>(
  store: ExportStore,
  all: Iterable<T>,
  range: Range,
  { read = READ_AHEAD, part = read }: Sizes = {},
): AsyncGenerator<T & ExportPart> {
  const questions = new Questions(store, all, range, read);
  for (let asked = questions.next(); asked !== null; ) {
    const { columns, more } = await asked.answer;
    const named = asked.named.slice(0, columns.length);
    asked = questions.next(asked.named.slice(columns.length));
    for (const [i, one] of named.entries()) {
      const { times, values } = columns[i] ?? { times: new Float64Array(0), values: [] };
      for (let low = 0; low < times.length; low += part) {
        const some = times.subarray(low, low + part);
        const cells = Array.from(some, (_, k): Cell => cellOfStored(one.type, values[low + k]));
        yield { ...one, times: some, cells };
      }
      if (more && i === named.length - 1)
        yield* rest(store, one, { ...range, from: (times.at(-1) ?? 0) + 1 }, read, part);
    }
  }
}

/** What a series has beyond the answer that it shared with others. */
async function* rest<T extends NamedSeries>(
  store: ExportStore,
  named: T,
  range: Range,
  read: number,
  part: number,
): AsyncGenerator<T & ExportPart> {
  const reader = new PieceReader(store, named.type, named.series, range, READ_AHEAD / read);
  while (!reader.ended) {
    const { times, cells } = await reader.next();
    for (let low = 0; low < times.length; low += part)
      yield { ...named, times: times.subarray(low, low + part), cells: cells.slice(low, low + part) };
  }
}

/** Asks for series, many at a time. */
class Questions<T extends NamedSeries> {
  private readonly more: Iterator<T>;

  constructor(
    private readonly store: ExportStore,
    all: Iterable<T>,
    private readonly range: Range,
    private readonly read: number,
  ) {
    this.more = all[Symbol.iterator]();
  }
  /** The next question; null: nothing is left. @param left what the last one did not reach */
  next(left: readonly T[] = []): Asked<T> | null {
    const { from, to } = this.range;
    if (from >= to) return null;
    const named = [...left];
    while (named.length < MAX_MANY) {
      const next = this.more.next();
      if (next.done === true) break;
      named.push(next.value);
    }
    if (named.length === 0) return null;
    const series = Uint32Array.from(named, (one) => one.series);
    const answer = this.store.columnsOfMany({ series, from, to, limit: this.read });
    answer.catch(() => {}); // who awaits it hears of it, or nobody wants it any more
    return { named, answer };
  }
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
