import type { Micros } from "../base/types.ts";
import { type FieldType, type Form, specOf, type Value } from "../measure/types.ts";
import { ofForm } from "../measure/value.ts";
import type { HistoryStore } from "./port.ts";
import type { Cell, Range } from "./types.ts";

/** Points of one read for all columns together, and the least for one. */
export const READ_AHEAD = 20_000;
const LEAST_READ = 64;
/** Texts are read in few pieces until it is known how long they are; then as many as are this long together. */
const TEXT_AHEAD = 4 * 1024 * 1024;

/** A column of points, of which the first is at hand. */
export interface Cursor {
  /** µs of the point at hand; Infinity at the end, or when more must be read. */
  readonly time: Micros;
  /** Whether more must be read before `time` means anything. */
  readonly starving: boolean;
  fill(): Promise<void>;
  /** The value at hand, which is taken. */
  take(): Cell;
}

/** What a store answered of a field, as a value of its type. */
export function cellOfStored(type: FieldType, value: Value | undefined): Cell {
  return value === undefined ? null : ofForm(specOf(type).form, value);
}

/** Some points of a series in time order. */
interface Piece {
  readonly times: Float64Array;
  readonly cells: readonly Cell[];
}
const NOTHING: Piece = { times: new Float64Array(0), cells: [] };

/** Reads one series piece by piece in time order, in pieces that fit into memory. */
export class PieceReader {
  ended: boolean;
  private from: Micros;
  private ahead: number;
  private readonly form: Form;

  /**
   * @param series undefined: nothing was ever recorded
   * @param together how many readers share the memory of one read
   */
  constructor(
    private readonly store: Pick<HistoryStore, "columns">,
    type: FieldType,
    private readonly series: number | undefined,
    private readonly range: Range,
    private readonly together: number,
  ) {
    this.from = range.from;
    this.ended = series === undefined || range.from >= range.to;
    this.form = specOf(type).form;
    this.ahead = this.form === "text" ? LEAST_READ : Math.max(LEAST_READ, Math.floor(READ_AHEAD / together));
  }

  /** The next piece; it may be empty, then the series has ended. */
  async next(): Promise<Piece> {
    if (this.series === undefined || this.ended) return NOTHING;
    const { times, values } = await this.store.columns(this.series, this.from, this.range.to, this.ahead);
    const last = times.at(-1);
    this.ended = last === undefined || times.length < this.ahead || last + 1 >= this.range.to;
    if (last !== undefined) this.from = last + 1;
    const { form } = this;
    const cells: Cell[] = Array.from(values, (value) => ofForm(form, value));
    if (form === "text") this.ahead = this.fitting(cells);
    return { times, cells };
  }

  /** How many texts to read at once, by how long those of the last piece were. */
  private fitting(cells: readonly Cell[]): number {
    let characters = 1;
    for (const cell of cells) characters += typeof cell === "string" ? cell.length + 16 : 16;
    const average = characters / Math.max(1, cells.length);
    const fit = Math.floor(TEXT_AHEAD / this.together / average);
    return Math.min(Math.max(fit, LEAST_READ), READ_AHEAD);
  }
}

/** One series, read while its points are taken. */
export class SeriesCursor implements Cursor {
  private piece = NOTHING;
  private at = 0;
  private readonly reader: PieceReader;

  /** As PieceReader's. */
  constructor(...given: ConstructorParameters<typeof PieceReader>) {
    this.reader = new PieceReader(...given);
  }
  get time(): Micros {
    return this.piece.times[this.at] ?? Number.POSITIVE_INFINITY;
  }
  get starving(): boolean {
    return !this.reader.ended && this.at >= this.piece.times.length;
  }
  take(): Cell {
    return this.piece.cells[this.at++] ?? null;
  }
  async fill(): Promise<void> {
    this.piece = await this.reader.next();
    this.at = 0;
  }
}

/** Points that are in memory already. */
export class ListCursor implements Cursor {
  readonly starving = false;
  private at = 0;
  constructor(
    private readonly times: Float64Array,
    private readonly values: readonly Cell[],
  ) {}
  get time(): Micros {
    return this.times[this.at] ?? Number.POSITIVE_INFINITY;
  }
  async fill(): Promise<void> {}
  take(): Cell {
    return this.values[this.at++] ?? null;
  }
}
