import type { ByteReader, ByteWriter } from "./bytes.ts";
import { IntReader, type IntWriter, MAX_INT, RUN, type WordWriter } from "./ints.ts";

/**
 * A column of doubles: as integers with one decimal scale when each of them comes back exactly so, otherwise as raw bytes
 * (all first bytes, all second bytes, …), compressed when that helps.
 *
 *   u8 scale | integers                or
 *   u8 255 | u8 1 when compressed | varint bytes | bytes
 */
const RAW = 255;
const MAX_SCALE = 15;
/** Powers of ten that a double has exactly. */
const POWERS: readonly number[] = Array.from({ length: MAX_SCALE + 1 }, (_, i) => Number(`1e${i}`));
/** Fewer bytes are not worth a compressor's head. */
const LEAST_PACKED = 256;

/** Everything that the writing of a block needs. */
export interface Sink {
  readonly head: ByteWriter;
  readonly words: WordWriter;
  readonly ints: IntWriter;
}

export function writeNumbers(sink: Sink, values: Float64Array): void {
  const mantissas = new Float64Array(values.length);
  const scale = toDecimals(values, mantissas);
  if (scale >= 0) {
    sink.head.byte(scale);
    sink.ints.write(sink.head, sink.words, mantissas, values.length);
    return;
  }
  sink.head.byte(RAW);
  writeBytes(sink.head, shuffle(values));
}

/** Bytes, compressed when that makes them fewer. */
export function writeBytes(head: ByteWriter, bytes: Uint8Array): void {
  const packed = bytes.length < LEAST_PACKED ? bytes : Bun.zstdCompressSync(bytes, { level: 1 });
  const smaller = packed.length < bytes.length;
  head.byte(smaller ? 1 : 0);
  head.varint(smaller ? packed.length : bytes.length);
  head.bytes(smaller ? packed : bytes);
}
/** @throws RangeError when they cannot be decompressed */
export function readBytes(head: ByteReader): Uint8Array {
  const packed = head.byte() === 1;
  const bytes = head.bytes(head.varint());
  if (!packed) return bytes;
  try {
    return Bun.zstdDecompressSync(bytes);
  } catch (error) {
    throw new RangeError(`a block that does not decompress: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Fills `mantissas` so that mantissa / 10^scale is each value exactly, and returns the scale; −1 when there is none (also for
 * −0, which no mantissa has).
 */
export function toDecimals(values: Float64Array, mantissas: Float64Array): number {
  let scale = 0;
  let power = 1;
  for (let i = 0; i < values.length; i++) {
    const v = values[i] ?? 0;
    if (v === 0 && 1 / v < 0) return -1;
    for (;;) {
      const m = Math.round(v * power);
      if (m / power === v) break;
      if (++scale > MAX_SCALE || !(Math.abs(m) <= MAX_INT)) return -1;
      power = POWERS[scale] ?? 1;
    }
  }
  for (let i = 0; i < values.length; i++) {
    const v = values[i] ?? 0;
    const m = Math.round(v * power);
    if (m / power !== v || Math.abs(m) > MAX_INT) return -1;
    mantissas[i] = m;
  }
  return scale;
}

function shuffle(values: Float64Array): Uint8Array {
  const n = values.length;
  const from = new Uint8Array(values.buffer, values.byteOffset, n * 8);
  const out = new Uint8Array(n * 8);
  for (let k = 0; k < 8; k++) for (let i = 0; i < n; i++) out[k * n + i] = from[i * 8 + k] ?? 0;
  return out;
}
function unshuffle(bytes: Uint8Array, n: number): Float64Array {
  if (bytes.length !== n * 8) throw new RangeError("a block with too few or too many bytes");
  const out = new Float64Array(n);
  const to = new Uint8Array(out.buffer);
  for (let k = 0; k < 8; k++) for (let i = 0; i < n; i++) to[i * 8 + k] = bytes[k * n + i] ?? 0;
  return out;
}

/** One column of doubles, read run by run. */
export class NumberReader {
  private readonly ints: IntReader | null;
  private readonly power: number;
  private readonly raw: Float64Array | null;
  /** The word behind the column. */
  readonly end: number;

  /** @throws RangeError when the bytes make no sense */
  constructor(
    head: ByteReader,
    words: Uint32Array,
    word: number,
    private readonly n: number,
  ) {
    const scale = head.byte();
    this.power = POWERS[scale] ?? 1;
    this.ints = scale === RAW ? null : new IntReader(head, words, word, n);
    this.raw = scale === RAW ? unshuffle(readBytes(head), n) : null;
    if (this.ints !== null && scale > MAX_SCALE) throw new RangeError("a block with an unknown scale");
    this.end = this.ints?.end ?? word;
  }
  /** Writes the numbers of a run to out[at …). */
  read(run: number, out: Float64Array, at: number): void {
    const { raw, ints, power } = this;
    if (raw !== null) out.set(raw.subarray(run * RUN, (run + 1) * RUN), at);
    if (ints === null) return;
    const n = ints.read(run, out, at);
    if (power === 1) return;
    for (let i = at; i < at + n; i++) out[i] = (out[i] ?? 0) / power;
  }
  /** All numbers; not to be changed. */
  all(): Float64Array {
    if (this.raw !== null) return this.raw;
    const out = new Float64Array(this.n);
    for (let run = 0; run * RUN < this.n; run++) this.read(run, out, run * RUN);
    return out;
  }
}
