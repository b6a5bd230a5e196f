import type { Value } from "../../../measure/types.ts";
import { BLOCK_ROWS } from "./block.ts";
import { type Columns, firstAtLeast, mergeColumns, sliceOf } from "./block/columns.ts";
import { ReadAhead } from "./read-ahead.ts";
import { sound } from "./sound.ts";
import { blockEnd, type BlockTables, cutIntoBlocks, type PartInfo, type Stretch } from "./blocks.ts";

/** So many parts of a series are merged with each other, though they do not fill a block. */
const MOST_PARTS = 8;
/** Bytes of parts that are worth a block, however few points they hold. */
const FULL_BYTES = 32_768;
/** Points that one step merges into blocks at most. */
const STEP_POINTS = 2 * BLOCK_ROWS;

/** Whether parts are to be moved into blocks. */
function fillBlocks(rows: number, bytes: number): boolean {
  return rows >= BLOCK_ROWS || bytes >= FULL_BYTES;
}

interface Spill {
  readonly series: number;
  readonly counter: boolean;
  readonly parts: readonly number[];
  readonly points: Columns;
  at: number;
}

/**
 * Moves what has gathered in the parts of a series into its blocks, which stay disjoint in time: an old block is merged with
 * what was written for its time, one in each step. Points are in parts and blocks at once until the last step takes the
 * parts away; a part holds before a block, so that reads see no difference, and a crash only means that it begins anew.
 */
export class Compactor {
  private readonly waiting = new Set<number>();
  private spill: Spill | null = null;
  readonly ahead: ReadAhead;

  constructor(private readonly tables: BlockTables) {
    this.ahead = new ReadAhead(tables.db, "merge");
    for (const series of tables.gathered(MOST_PARTS, BLOCK_ROWS, FULL_BYTES)) this.waiting.add(series);
  }

  /**
   * Adds points, newer than all that is sealed, to a series: as blocks when they fill one and come after all blocks, otherwise
   * as a part.
   */
  append(series: number, counter: boolean, points: Columns): void {
    this.tables.copy.append(series, points);
    const parts = this.tables.parts(series);
    let [rows, bytes] = [points.times.length, "odd" in points ? textBytes(points.odd) : 0];
    let start = points.times[0] ?? 0;
    for (const part of parts) {
      rows += part.n;
      bytes += part.bytes;
      start = Math.min(start, part.t0);
    }
    if (!fillBlocks(rows, bytes) || start <= this.tables.lastTime(series)) {
      this.tables.insert("part", series, points, counter);
      this.consider(series, parts.length + 1, rows, bytes);
      return;
    }
    const old = this.load(parts);
    const all = mergeColumns([old.points, points]);
    for (let low = 0; low < all.times.length; ) {
      const { high, full } = blockEnd(all, low);
      this.tables.insert(full ? "block" : "part", series, sliceOf(all, low, high), counter);
      low = high;
    }
    for (const id of old.ids) this.tables.remove("part", id);
  }

  /**
   * How many points, the first of them at `time`, fill a block together with the parts of a series, when they come after all
   * that is sealed: those that follow then need not be moved again.
   */
  room(series: number, time: number): number {
    let rows = 0;
    let end = this.tables.lastTime(series);
    for (const part of this.tables.parts(series)) {
      rows += part.n;
      end = Math.max(end, part.t1);
    }
    return rows < BLOCK_ROWS && time > end ? BLOCK_ROWS - rows : BLOCK_ROWS;
  }

  private consider(series: number, parts: number, rows: number, bytes: number): void {
    if (parts >= MOST_PARTS || fillBlocks(rows, bytes)) this.waiting.add(series);
  }
  /** What was read of a series does not hold any more: its points were deleted in part or whole. */
  forget(): void {
    if (this.spill !== null) this.waiting.add(this.spill.series);
    this.spill = null;
  }
  get idle(): boolean {
    return this.spill === null && this.waiting.size === 0;
  }

  /** One step, inside a transaction; false when there is nothing to do. */
  step(): boolean {
    if (this.spill !== null) {
      if (this.move(this.spill)) this.spill = null;
      return true;
    }
    for (const series of this.waiting) {
      this.ahead.comesTo(series, () => this.waiting);
      this.begin(series);
      this.waiting.delete(series);
      return true;
    }
    return false;
  }

  private begin(series: number): void {
    const parts = this.tables.parts(series);
    let [rows, bytes] = [0, 0];
    for (const part of parts) {
      rows += part.n;
      bytes += part.bytes;
    }
    const counter = this.tables.isTotal(series);
    if (fillBlocks(rows, bytes)) {
      const { ids, points } = this.load(parts);
      if (ids.length > 0) this.spill = { series, counter, parts: ids, points, at: 0 };
    } else if (parts.length >= MOST_PARTS) this.mergeNewest(series, counter, parts);
  }

  /** The newest parts become one, as many as are of similar size: a point is then moved only some times, however slow a series is. */
  private mergeNewest(series: number, counter: boolean, parts: readonly PartInfo[]): void {
    let first = parts.length - 1;
    let rows = parts[first]?.n ?? 0;
    for (; first > 0; first--) {
      const n = parts[first - 1]?.n ?? 0;
      if (n > 3 * rows) break;
      rows += n;
    }
    const { ids, points } = this.load(parts.slice(Math.min(first, parts.length - 2)));
    for (const id of ids) this.tables.remove("part", id);
    this.tables.insert("part", series, points, counter);
  }

  /** The points of parts given in the order written; damaged ones are left where they are. */
  private load(parts: readonly Stretch[]): { ids: number[]; points: Columns } {
    const ids: number[] = [];
    const pieces: Columns[] = [];
    for (const { id } of parts) {
      const piece = sound(() => this.tables.columns("part", id));
      if (piece === null) continue;
      ids.push(id);
      pieces.push(piece);
    }
    return { ids, points: mergeColumns(pieces) };
  }

  /** Brings the next points to their place; true when that was the last. */
  private move(spill: Spill): boolean {
    const { series, counter, points, at } = spill;
    const { times } = points;
    const time = times[at] ?? 0;
    const block = this.tables.blockAt(series, time);
    const next = this.tables.nextStart(series, time);
    const high = Math.min(firstAtLeast(times, next), at + STEP_POINTS);
    if (block !== null && time <= block.t1) {
      const end = Math.max(at + 1, Math.min(high, firstAtLeast(times, block.t1 + 1)));
      this.mergeInto(series, counter, block, sliceOf(points, at, end));
      spill.at = end;
    } else if (next === Number.POSITIVE_INFINITY) {
      const { high: end, full } = blockEnd(points, at);
      this.tables.insert(full ? "block" : "part", series, sliceOf(points, at, end), counter);
      spill.at = end;
    } else {
      this.fillGap(series, counter, block, sliceOf(points, at, high));
      spill.at = high;
    }
    if (spill.at < times.length) return false;
    for (const id of spill.parts) this.tables.remove("part", id);
    return true;
  }

  /** Puts points before the next block: onto the end of the one before them when they fit there. */
  private fillGap(series: number, counter: boolean, before: Stretch | null, points: Columns): void {
    if (before !== null && before.n + points.times.length <= BLOCK_ROWS) {
      const old = sound(() => this.tables.columns("block", before.id));
      const both = old === null ? [] : cutIntoBlocks(mergeColumns([old, points]));
      const [only] = both;
      if (only !== undefined && both.length === 1) {
        this.tables.replace("block", before.id, series, only, counter);
        return;
      }
    }
    for (const piece of cutIntoBlocks(points)) this.tables.insert("block", series, piece, counter);
  }

  /** Merges points into the block at their time; when that is damaged they become blocks of their own. */
  private mergeInto(series: number, counter: boolean, block: Stretch, points: Columns): void {
    const old = sound(() => this.tables.columns("block", block.id));
    if (old !== null) this.tables.remove("block", block.id);
    for (const piece of evenly(mergeColumns(old === null ? [points] : [old, points])))
      this.tables.insert("block", series, piece, counter);
  }
}

/** Pieces of similar size, so that a block that was cut has room again. */
function evenly(c: Columns): Columns[] {
  const n = c.times.length;
  const pieces = Math.ceil(n / BLOCK_ROWS);
  return Array.from({ length: pieces }, (_, i) => {
    return sliceOf(c, Math.floor((n * i) / pieces), Math.floor((n * (i + 1)) / pieces));
  }).flatMap(cutIntoBlocks);
}

/** About what texts will take in the file. */
function textBytes(values: readonly Value[]): number {
  let bytes = 0;
  for (const value of values) bytes += typeof value === "string" ? value.length / 2 : 0;
  return bytes;
}
