import type { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * A column of integers, |v| <= MAX_INT, in runs of 128 that can be read one by one (docs/engine.md section 6). A run stores its
 * first number and the differences of the others from a prediction, less the smallest of them, packed with as many bits as
 * most of them need; the few that need more leave their high bits in a list of exceptions.
 *
 *   header  u8 prediction << 6 | bits | signed first | signed smallest | [signed slope] | u8 exceptions | exceptions
 *   words   the low bits of the differences 1 … n − 1, 32 bits a word; beyond 32 bits the high ones in words of their own
 */
export const RUN = 128;
/** Differences of differences stay below 2^53, where doubles are exact. */
export const MAX_INT = 2 ** 51;

/** What a number is compared with. */
const FIRST = 0;
const PREVIOUS = 1;
const LINE = 2;
const PREDICTIONS = [FIRST, PREVIOUS, LINE] as const;
const TWO32 = 2 ** 32;

/** 32-bit words that grow. */
export class WordWriter {
  private words = new Uint32Array(1024);
  length = 0;

  /** Room for n more, all 0; returns where they begin. */
  take(n: number): number {
    const at = this.length;
    if (at + n > this.words.length) {
      const next = new Uint32Array(Math.max(this.words.length * 2, at + n));
      next.set(this.words.subarray(0, at));
      this.words = next;
    }
    this.length += n;
    return at;
  }
  /** ORs `count` numbers below 2^bits into the words from `at` on. */
  pack(at: number, bits: number, from: Float64Array, count: number): void {
    const { words } = this;
    let word = at;
    let bit = 0;
    for (let i = 0; i < count; i++) {
      const v = from[i] ?? 0;
      words[word] = (words[word] ?? 0) | (v << bit);
      bit += bits;
      if (bit < 32) continue;
      bit -= 32;
      word++;
      if (bit > 0) words[word] = v >>> (bits - bit);
    }
  }
  written(): Uint32Array {
    return this.words.subarray(0, this.length);
  }
}

function wordsFor(count: number, bits: number): number {
  return Math.ceil((count * Math.min(bits, 32)) / 32) + (bits > 32 ? Math.ceil((count * (bits - 32)) / 32) : 0);
}
function bitsOf(v: number): number {
  return v < TWO32 ? 32 - Math.clz32(v) : 64 - Math.clz32(v / TWO32);
}

interface Plan {
  prediction: number;
  bits: number;
  least: number;
  cost: number;
}

/** Writes columns of integers; keeps its scratch memory from column to column. */
export class IntWriter {
  private readonly tries = PREDICTIONS.map(() => new Float64Array(RUN));
  private readonly high = new Float64Array(RUN);
  private readonly byBits = new Uint8Array(64);

  /** Appends values[0 … n) as a column of runs. */
  write(head: ByteWriter, words: WordWriter, values: Float64Array, n: number): void {
    for (let at = 0; at < n; at += RUN) this.run(head, words, values, at, Math.min(RUN, n - at));
  }

  private run(head: ByteWriter, words: WordWriter, values: Float64Array, at: number, n: number): void {
    const first = values[at] ?? 0;
    const count = n - 1;
    const slope = count > 0 ? Math.round(((values[at + count] ?? 0) - first) / count) : 0;
    let plan: Plan | null = null;
    for (const prediction of PREDICTIONS) {
      const one = this.attempt(prediction, values, at, count, slope);
      if (plan === null || one.cost < plan.cost) plan = one;
    }
    const { prediction, bits, least } = plan ?? { prediction: FIRST, bits: 0, least: 0 };
    head.byte((prediction << 6) | bits);
    head.signed(first);
    head.signed(least);
    if (prediction === LINE) head.signed(slope);
    const rest = this.tries[prediction] ?? this.high;
    this.exceptions(head, rest, count, bits);
    const low = Math.min(bits, 32);
    const place = words.take(wordsFor(count, bits));
    if (low > 0) words.pack(place, low, rest, count);
    if (bits <= 32) return;
    for (let i = 0; i < count; i++) this.high[i] = Math.floor((rest[i] ?? 0) / TWO32);
    words.pack(place + Math.ceil((count * 32) / 32), bits - 32, this.high, count);
  }

  /** Fills the prediction's row of `tries` and says what it would cost, in bits. */
  private attempt(prediction: number, values: Float64Array, at: number, count: number, slope: number): Plan {
    const out = this.tries[prediction] ?? this.high;
    const first = values[at] ?? 0;
    let least = Number.POSITIVE_INFINITY;
    let last = first;
    for (let i = 0; i < count; i++) {
      const v = values[at + i + 1] ?? 0;
      const d = prediction === PREVIOUS ? v - last : prediction === FIRST ? v - first : v - first - slope * (i + 1);
      last = v;
      out[i] = d;
      if (d < least) least = d;
    }
    if (count === 0) least = 0;
    this.byBits.fill(0);
    let most = 0;
    for (let i = 0; i < count; i++) {
      const r = (out[i] ?? 0) - least;
      out[i] = r;
      const b = bitsOf(r);
      this.byBits[b] = (this.byBits[b] ?? 0) + 1;
      if (b > most) most = b;
    }
    // From the widest down: every number that does not fit costs its place and its high bits.
    let bits = most;
    let best = count * most;
    let outside = 0;
    for (let b = most - 1; b >= 0; b--) {
      outside += this.byBits[b + 1] ?? 0;
      const cost = count * b + outside * (8 + 8 * Math.ceil((most - b) / 7));
      if (cost < best) {
        best = cost;
        bits = b;
      }
    }
    return { prediction, bits, least, cost: best + (prediction === LINE ? 16 : 0) };
  }

  /** Writes what does not fit into `bits` bits and leaves the low bits in `rest`. */
  private exceptions(head: ByteWriter, rest: Float64Array, count: number, bits: number): void {
    const limit = 2 ** bits;
    let n = 0;
    for (let i = 0; i < count; i++) if ((rest[i] ?? 0) >= limit) n++;
    head.byte(n);
    if (n === 0) return;
    for (let i = 0; i < count; i++) {
      const v = rest[i] ?? 0;
      if (v < limit) continue;
      const high = Math.floor(v / limit);
      head.byte(i);
      head.varint(high);
      rest[i] = v - high * limit;
    }
  }
}

/** One column of integers, read run by run. */
export class IntReader {
  private readonly bits: Uint8Array;
  private readonly predictions: Uint8Array;
  private readonly firsts: Float64Array;
  private readonly leasts: Float64Array;
  private readonly slopes: Float64Array;
  private readonly places: Uint32Array;
  /** By run: pairs of place and high part. */
  private readonly exceptions = new Map<number, number[]>();
  /** The word behind the column. */
  readonly end: number;

  /** Reads the headers of a column of n numbers whose words begin at `word`. @throws RangeError when they end too early */
  constructor(
    head: ByteReader,
    private readonly words: Uint32Array,
    word: number,
    private readonly n: number,
  ) {
    const runs = Math.ceil(n / RUN);
    this.bits = new Uint8Array(runs);
    this.predictions = new Uint8Array(runs);
    this.firsts = new Float64Array(runs);
    this.leasts = new Float64Array(runs);
    this.slopes = new Float64Array(runs);
    this.places = new Uint32Array(runs);
    let place = word;
    for (let run = 0; run < runs; run++) {
      const tag = head.byte();
      this.predictions[run] = tag >> 6;
      const bits = tag & 0x3f;
      this.bits[run] = bits;
      this.firsts[run] = head.signed();
      this.leasts[run] = head.signed();
      if (tag >> 6 === LINE) this.slopes[run] = head.signed();
      const odd = head.byte();
      if (odd > 0)
        this.exceptions.set(
          run,
          Array.from({ length: odd * 2 }, (_, i) => (i % 2 ? head.varint() : head.byte())),
        );
      this.places[run] = place;
      place += wordsFor(this.lengthOf(run) - 1, bits);
    }
    this.end = place;
    if (place > words.length) throw new RangeError("a block that ends too early");
  }
  private lengthOf(run: number): number {
    return Math.min(RUN, this.n - run * RUN);
  }

  /** The first number of a run. */
  first(run: number): number {
    return this.firsts[run] ?? 0;
  }
  /** Writes the numbers of a run to out[at …) and returns how many they are. */
  read(run: number, out: Float64Array, at: number): number {
    const count = this.lengthOf(run) - 1;
    const bits = this.bits[run] ?? 0;
    const first = this.firsts[run] ?? 0;
    const least = this.leasts[run] ?? 0;
    const begin = at + 1;
    this.unpack(run, bits, count, out, begin);
    const odd = this.exceptions.get(run);
    if (odd !== undefined) {
      const limit = 2 ** bits;
      for (let k = 0; k < odd.length; k += 2) {
        const place = begin + (odd[k] ?? 0);
        out[place] = (out[place] ?? 0) + (odd[k + 1] ?? 0) * limit;
      }
    }
    out[at] = first;
    switch (this.predictions[run]) {
      case PREVIOUS: {
        let v = first;
        for (let i = begin; i < begin + count; i++) {
          v += (out[i] ?? 0) + least;
          out[i] = v;
        }
        break;
      }
      case LINE: {
        const slope = this.slopes[run] ?? 0;
        for (let i = 1; i <= count; i++) out[at + i] = (out[at + i] ?? 0) + least + first + slope * i;
        break;
      }
      default: {
        const base = first + least;
        for (let i = begin; i < begin + count; i++) out[i] = (out[i] ?? 0) + base;
      }
    }
    return count + 1;
  }
  /** All numbers. */
  all(): Float64Array {
    const out = new Float64Array(this.n);
    for (let run = 0; run < this.bits.length; run++) this.read(run, out, run * RUN);
    return out;
  }

  private unpack(run: number, bits: number, count: number, out: Float64Array, at: number): void {
    const place = this.places[run] ?? 0;
    if (bits === 0) out.fill(0, at, at + count);
    else if (bits === 32) for (let i = 0; i < count; i++) out[at + i] = this.words[place + i] ?? 0;
    else if (bits < 32) unpackBits(this.words, place, bits, count, out, at);
    else {
      const high = new Float64Array(count);
      unpackBits(this.words, place + count, bits - 32, count, high, 0);
      for (let i = 0; i < count; i++) out[at + i] = (high[i] ?? 0) * TWO32 + (this.words[place + i] ?? 0);
    }
  }
}

/** bits: 1 … 31. */
function unpackBits(
  words: Uint32Array,
  place: number,
  bits: number,
  count: number,
  out: Float64Array,
  at: number,
): void {
  const mask = (1 << bits) - 1;
  let word = place;
  let bit = 0;
  for (let i = 0; i < count; i++) {
    let v = (words[word] ?? 0) >>> bit;
    bit += bits;
    if (bit >= 32) {
      bit -= 32;
      word++;
      if (bit > 0) v |= (words[word] ?? 0) << (bits - bit);
    }
    out[at + i] = v & mask;
  }
}
