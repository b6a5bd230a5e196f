import { lostBy, settled } from "../../../../base/sum.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import type { Value } from "../../../../measure/types.ts";
import { type Columns, valueAt } from "./columns.ts";
import { IntReader, IntWriter, MAX_INT, RUN, WordWriter } from "./ints.ts";
import { NumberReader, type Sink, toDecimals, writeNumbers } from "./numbers.ts";
import { readTexts, writeTexts } from "./texts.ts";

/**
 * Layout 2: columns, compressed each in its way, with figures of each group of 256 points, so that a coarse question decodes
 * only the groups at its edges.
 *
 *   u8 version (2) | u8 kind | u8 flags | u8 0 | u32 words | the words of all columns | head | u32 CRC32 of all before it
 *   head: varint rows | signed first time | u8 time unit | times, integers | columns of values | figures of groups
 */
export const PACKED_VERSION = 2;
export const GROUP = 256;
const RUNS = GROUP / RUN;
const HEADER = 8;
/** Figures are of use from two groups on. */
const LEAST_GROUPED = GROUP + 1;

const KINDS = ["number", "boolean", "geo", "text"] as const;
const FLAG_GROUPS = 1;
/** The figures have the increase of a counter. */
const FLAG_COUNTER = 2;
/** µs that all times of a block are whole multiples of, after the first one. */
const UNITS = [1, 1000, 1_000_000] as const;

/** Figures of each group of GROUP points; the last group may be shorter. */
export interface Groups {
  readonly lastTime: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly sum: Float64Array;
  /** What a counter grew within the group, without the step to its first point; null: no counter. */
  readonly increase: Float64Array | null;
}

/** Encodes points; null when this layout cannot hold them (several kinds, times more than 70 years apart). */
export function encodePacked(c: Columns, counter: boolean): Uint8Array | null {
  const kind = KINDS.indexOf(c.kind as (typeof KINDS)[number]); // -1 for "mixed"
  const { times } = c;
  const n = times.length;
  const t0 = times[0] ?? 0;
  if (kind < 0 || n === 0 || (times[n - 1] ?? 0) - t0 > MAX_INT) return null;
  const sink: Sink = { head: new ByteWriter(), words: new WordWriter(), ints: new IntWriter() };
  const { head, words, ints } = sink;
  const numeric = c.kind === "number" || c.kind === "boolean";
  const grouped = numeric && n >= LEAST_GROUPED;
  const unit = unitOf(times);
  const ticks = new Float64Array(n);
  for (let i = 0; i < n; i++) ticks[i] = ((times[i] ?? 0) - t0) / UNITS[unit];
  head.varint(n);
  head.signed(t0);
  head.byte(unit);
  ints.write(head, words, ticks, n);
  if (c.kind === "text") writeTexts(sink, c.odd as readonly string[]); // the kind says so
  if ("num" in c) writeNumbers(sink, c.num);
  if (c.kind === "geo") writeNumbers(sink, c.num2);
  if (grouped && "num" in c) writeGroups(sink, ticks, c.num, counter);
  const w = new ByteWriter();
  for (const byte of [PACKED_VERSION, kind, (grouped ? FLAG_GROUPS : 0) | (counter ? FLAG_COUNTER : 0), 0])
    w.byte(byte);
  const packed = words.written();
  w.uint32(packed.length);
  w.bytes(new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength));
  w.bytes(head.written());
  return w.sealed();
}

/** Index of the largest unit that all times after the first are whole multiples of. */
function unitOf(times: Float64Array): 0 | 1 | 2 {
  let unit: 0 | 1 | 2 = 2;
  const t0 = times[0] ?? 0;
  for (let i = 1; i < times.length && unit > 0; i++) {
    const d = (times[i] ?? 0) - t0;
    while (unit > 0 && Math.floor(d / UNITS[unit]) * UNITS[unit] !== d) unit = unit === 2 ? 1 : 0;
  }
  return unit;
}

function writeGroups(sink: Sink, ticks: Float64Array, values: Float64Array, counter: boolean): void {
  const n = values.length;
  const count = Math.ceil(n / GROUP);
  const column = (): Float64Array => new Float64Array(count);
  const [lastTick, first, last, min, max, sum, increase] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  const mantissa = new Float64Array(n);
  const scale = toDecimals(values, mantissa);
  const summands = scale < 0 ? values : mantissa;
  const power = scale < 0 ? 1 : 10 ** scale;
  for (let g = 0; g < count; g++) {
    const low = g * GROUP;
    const high = Math.min(n, low + GROUP);
    let [least, most, total, lost] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
    let [grown, lostGrowth] = [0, 0];
    let before = values[low] ?? 0;
    for (let i = low; i < high; i++) {
      const v = values[i] ?? 0;
      if (v < least) least = v;
      if (v > most) most = v;
      const summand = summands[i] ?? 0;
      lost += lostBy(total, summand);
      total += summand;
      if (counter && i > low) {
        const step = v < before ? v : v - before;
        lostGrowth += lostBy(grown, step);
        grown += step;
      }
      before = v;
    }
    lastTick[g] = ticks[high - 1] ?? 0;
    first[g] = values[low] ?? 0;
    last[g] = before;
    min[g] = least;
    max[g] = most;
    sum[g] = settled(total, lost) / power;
    increase[g] = settled(grown, lostGrowth);
  }
  sink.ints.write(sink.head, sink.words, lastTick, count);
  for (const one of [first, last, min, max, sum]) writeNumbers(sink, one);
  if (counter) writeNumbers(sink, increase);
}

/** One block of layout 2; decodes what it is asked for. */
export class Packed {
  readonly n: number;
  readonly kind: (typeof KINDS)[number];
  private readonly t0: number;
  private readonly unit: number;
  private readonly ticks: IntReader;
  private readonly num: NumberReader | null;
  private readonly num2: NumberReader | null;
  private readonly texts: readonly string[] | null;
  /** null: none are stored. */
  readonly groups: Groups | null;

  /** Reads a body of which seal and version were checked. @throws RangeError when it makes no sense */
  constructor(body: Uint8Array) {
    const bytes = body.byteOffset % 4 === 0 ? body : body.slice();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const kind = KINDS[bytes[1] ?? 0];
    const flags = bytes[2] ?? 0;
    const count = view.getUint32(4, true);
    if (kind === undefined) throw new RangeError("a block of an unknown kind");
    if (HEADER + count * 4 > bytes.length) throw new RangeError("a block that ends too early");
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + HEADER, count);
    const head = new ByteReader(bytes, HEADER + count * 4, bytes.length - 4);
    const n = head.varint();
    this.n = n;
    this.kind = kind;
    this.t0 = head.signed();
    this.unit = UNITS[head.byte()] ?? 1;
    this.ticks = new IntReader(head, words, 0, n);
    this.texts = kind === "text" ? readTexts(head, words, this.ticks.end, n) : null;
    this.num = kind === "text" ? null : new NumberReader(head, words, this.ticks.end, n);
    this.num2 = kind === "geo" ? new NumberReader(head, words, this.num?.end ?? 0, n) : null;
    this.groups = flags & FLAG_GROUPS ? this.readGroups(head, words, this.num?.end ?? 0, flags) : null;
  }

  private readGroups(head: ByteReader, words: Uint32Array, word: number, flags: number): Groups {
    const count = Math.ceil(this.n / GROUP);
    const ticks = new IntReader(head, words, word, count);
    const lastTime = this.toTimes(ticks.all(), 0, count);
    let at = ticks.end;
    const column = (): Float64Array => {
      const reader = new NumberReader(head, words, at, count);
      at = reader.end;
      return reader.all();
    };
    const [first, last, min, max, sum] = [column(), column(), column(), column(), column()];
    return { lastTime, first, last, min, max, sum, increase: flags & FLAG_COUNTER ? column() : null };
  }

  private toTimes(ticks: Float64Array, from: number, to: number): Float64Array {
    const { t0, unit } = this;
    for (let i = from; i < to; i++) ticks[i] = t0 + (ticks[i] ?? 0) * unit;
    return ticks;
  }

  /** Time of the first point of a group. */
  groupTime(group: number): number {
    return this.t0 + this.ticks.first(group * RUNS) * this.unit;
  }
  /** Decodes the times and numbers of a group to the start of the two arrays; returns how many they are. */
  group(group: number, times: Float64Array, num: Float64Array): number {
    const low = group * GROUP;
    const n = Math.min(GROUP, this.n - low);
    for (let k = 0; k * RUN < n; k++) {
      this.ticks.read(group * RUNS + k, times, k * RUN);
      this.num?.read(group * RUNS + k, num, k * RUN);
    }
    this.toTimes(times, 0, n);
    return n;
  }
  /** The last value, of which only its run is decoded (all of them, of texts and positions). */
  last(): Value {
    const { n, num, kind } = this;
    if (n === 0) throw new RangeError("a block without a point");
    if (num === null || kind === "geo") return valueAt(this.columns(), n - 1);
    const run = Math.floor((n - 1) / RUN);
    const values = new Float64Array(RUN);
    num.read(run, values, 0);
    const value = values[n - 1 - run * RUN] ?? 0;
    return kind === "boolean" ? value === 1 : value;
  }
  columns(): Columns {
    const times = this.toTimes(this.ticks.all(), 0, this.n);
    const num = this.num?.all() ?? new Float64Array(0);
    switch (this.kind) {
      case "text":
        return { kind: "text", times, odd: this.texts ?? [] };
      case "geo":
        return { kind: "geo", times, num, num2: this.num2?.all() ?? num };
      default:
        return { kind: this.kind, times, num };
    }
  }
}
