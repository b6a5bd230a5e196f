import type { Micros } from "../base/types.ts";
import type { FieldType, Value } from "../measure/types.ts";
import type { HistoryStore } from "./port.ts";
import type { Cell, Range } from "./types.ts";

/** Points of one read for all columns together, and the least for one. */
const READ_AHEAD = 20_000;
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

/** Stores keep booleans among numbers, as 1 and 0. */
export function cellOfStored(type: FieldType, value: Value | undefined): Cell {
  if (value === undefined) return null;
  return type === "BOOL" && typeof value === "number" ? value === 1 : value;
}

/** One series, read piece by piece in time order. */
export class SeriesCursor implements Cursor {
  private times: Float64Array = new Float64Array(0);
  private values: ArrayLike<Value> = [];
  private at = 0;
  private from: Micros;
  private ended: boolean;
  private ahead: number;

  /**
   * @param series undefined: nothing was ever recorded
   * @param together how many cursors share the memory of one read
   */
  constructor(
    private readonly store: Pick<HistoryStore, "columns">,
    private readonly type: FieldType,
    private readonly series: number | undefined,
    private readonly range: Range,
    private readonly together: number,
  ) {
    this.from = range.from;
    this.ended = series === undefined || range.from >= range.to;
    this.ahead = type === "STRING" ? LEAST_READ : Math.max(LEAST_READ, Math.floor(READ_AHEAD / together));
  }

  get time(): Micros {
    return this.times[this.at] ?? Number.POSITIVE_INFINITY;
  }
  get starving(): boolean {
    return !this.ended && this.at >= this.times.length;
  }
  take(): Cell {
    return cellOfStored(this.type, this.values[this.at++]);
  }

  async fill(): Promise<void> {
    if (this.series === undefined) return;
    const { times, values } = await this.store.columns(this.series, this.from, this.range.to, this.ahead);
    this.times = times;
    this.values = values;
    this.at = 0;
    const last = times.at(-1);
    this.ended = last === undefined || times.length < this.ahead || last + 1 >= this.range.to;
    if (last !== undefined) this.from = last + 1;
    if (this.type === "STRING") this.ahead = this.fitting();
  }

  /** How many texts to read at once, by how long those of the last piece were. */
  private fitting(): number {
    let characters = 1;
    for (let i = 0; i < this.values.length; i++) {
      const value = this.values[i];
      characters += typeof value === "string" ? value.length + 16 : 16;
    }
    const average = characters / Math.max(1, this.values.length);
    const fit = Math.floor(TEXT_AHEAD / this.together / average);
    return Math.min(Math.max(fit, LEAST_READ), READ_AHEAD);
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
