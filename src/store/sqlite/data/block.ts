import type { Value } from "../../../measure/types.ts";

/**
 * The body of one block of a series: up to BLOCK_ROWS points in strictly increasing time.
 *
 *   u8 version (1) | varint rows | rows | u32 CRC32 of all before it, little endian
 *   row: signed varint Δtime (the first from 0) | u8 kind | value
 *
 * Other layouts get another version byte; this file stays the only one that knows any of them.
 */
export const BLOCK_ROWS = 1024;
const VERSION = 1;

const INTEGER = 1;
const DOUBLE = 2;
const FALSE = 3;
const TRUE = 4;
const GEO = 5;
const TEXT = 6;

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Points as two columns of the same length. */
export interface Points {
  readonly times: number[];
  readonly values: Value[];
}

class Writer {
  private buf = new Uint8Array(4096);
  private view = new DataView(this.buf.buffer);
  private at = 0;

  private room(n: number): void {
    if (this.at + n <= this.buf.length) return;
    const next = new Uint8Array(Math.max(this.buf.length * 2, this.at + n));
    next.set(this.buf.subarray(0, this.at));
    this.buf = next;
    this.view = new DataView(next.buffer);
  }
  byte(v: number): void {
    this.room(1);
    this.buf[this.at++] = v;
  }
  varint(v: number): void {
    this.room(9);
    while (v >= 0x80) {
      this.buf[this.at++] = (v % 128) | 0x80;
      v = Math.floor(v / 128);
    }
    this.buf[this.at++] = v;
  }
  /** Sign in bit 6 of the first byte, six bits of the magnitude below it, the rest as a varint. */
  signed(v: number): void {
    const neg = v < 0 ? 0x40 : 0;
    const m = Math.abs(v);
    const low = m % 64;
    const rest = (m - low) / 64;
    this.byte((rest > 0 ? 0x80 : 0) | neg | low);
    if (rest > 0) this.varint(rest);
  }
  double(v: number): void {
    this.room(8);
    this.view.setFloat64(this.at, v, true);
    this.at += 8;
  }
  text(v: string): void {
    const bytes = utf8.encode(v);
    this.varint(bytes.length);
    this.room(bytes.length);
    this.buf.set(bytes, this.at);
    this.at += bytes.length;
  }
  value(v: Value): void {
    if (typeof v === "number") {
      // −0 is not an integer here, or its sign would be lost.
      if (Number.isSafeInteger(v) && !Object.is(v, -0)) {
        this.byte(INTEGER);
        this.signed(v);
      } else {
        this.byte(DOUBLE);
        this.double(v);
      }
    } else if (typeof v === "boolean") {
      this.byte(v ? TRUE : FALSE);
    } else if (typeof v === "string") {
      this.byte(TEXT);
      this.text(v);
    } else {
      this.byte(GEO);
      this.double(v.lat);
      this.double(v.lng);
    }
  }
  done(): Uint8Array {
    this.room(4);
    this.view.setUint32(this.at, Bun.hash.crc32(this.buf.subarray(0, this.at)), true);
    return this.buf.slice(0, this.at + 4);
  }
}

class Reader {
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly buf: Uint8Array) {
    const end = buf.length - 4;
    this.view = new DataView(buf.buffer, buf.byteOffset, buf.length);
    if (end < 2 || Bun.hash.crc32(buf.subarray(0, end)) !== this.view.getUint32(end, true))
      throw new RangeError("a block with a wrong checksum");
    if (this.byte() !== VERSION) throw new RangeError("a block of an unknown version");
  }
  byte(): number {
    const c = this.buf[this.at++];
    if (c === undefined) throw new RangeError("a block that ends too early");
    return c;
  }
  varint(): number {
    let v = 0;
    for (let f = 1; ; f *= 128) {
      const c = this.byte();
      v += (c & 0x7f) * f;
      if (c < 0x80) return v;
    }
  }
  signed(): number {
    const c = this.byte();
    const m = (c & 0x3f) + (c & 0x80 ? this.varint() * 64 : 0);
    return c & 0x40 ? -m : m;
  }
  double(): number {
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }
  value(): Value {
    const kind = this.byte();
    switch (kind) {
      case INTEGER:
        return this.signed();
      case DOUBLE:
        return this.double();
      case FALSE:
        return false;
      case TRUE:
        return true;
      case GEO: {
        const lat = this.double();
        return { lat, lng: this.double() };
      }
      case TEXT: {
        const n = this.varint();
        this.at += n;
        return text.decode(this.buf.subarray(this.at - n, this.at));
      }
      default:
        throw new RangeError(`a block with an unknown value kind ${kind}`);
    }
  }
}

/** Encodes points (any order of magnitude, strictly increasing times) into a block body. */
export function encodeBlock(points: Points): Uint8Array {
  const w = new Writer();
  w.byte(VERSION);
  w.varint(points.times.length);
  let last = 0;
  points.times.forEach((time, i) => {
    w.signed(time - last);
    last = time;
    w.value(points.values[i] ?? 0);
  });
  return w.done();
}

/** @throws RangeError when the body is damaged or of a version not known here. */
export function decodeBlock(body: Uint8Array): Points {
  const r = new Reader(body);
  const points: Points = { times: [], values: [] };
  let time = 0;
  for (let n = r.varint(); n > 0; n--) {
    time += r.signed();
    points.times.push(time);
    points.values.push(r.value());
  }
  return points;
}

/** One value alone, in the block's form: the current value in a series row. */
export function encodeValue(value: Value): Uint8Array {
  return encodeBlock({ times: [0], values: [value] });
}

/** @throws RangeError when it is damaged. */
export function decodeValue(body: Uint8Array): Value {
  const value = decodeBlock(body).values[0];
  if (value === undefined) throw new RangeError("a value without a value");
  return value;
}

/**
 * Sorts by time; of equal times the last given stays. `older` must be sorted already; `newer` is in the order written.
 * Neither is changed.
 */
export function mergePoints(older: Points, newer: Points): Points {
  const order = Array.from(newer.times.keys());
  const t = newer.times;
  if (t.some((v, i) => i > 0 && v <= (t[i - 1] ?? 0))) order.sort((a, b) => (t[a] ?? 0) - (t[b] ?? 0) || a - b);
  const out: Points = { times: [], values: [] };
  const put = (time: number, value: Value): void => {
    if (out.times.length > 0 && out.times[out.times.length - 1] === time) out.values[out.values.length - 1] = value;
    else {
      out.times.push(time);
      out.values.push(value);
    }
  };
  let i = 0;
  for (const k of order) {
    const time = t[k] ?? 0;
    for (; i < older.times.length && (older.times[i] ?? 0) <= time; i++) put(older.times[i] ?? 0, older.values[i] ?? 0);
    put(time, newer.values[k] ?? 0);
  }
  for (; i < older.times.length; i++) put(older.times[i] ?? 0, older.values[i] ?? 0);
  return out;
}
