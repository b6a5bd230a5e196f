import type { Value } from "../../../../measure/types.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { type Columns, columnsFrom, valueAt } from "./columns.ts";

/**
 * Layout 1, for few points and for values of several kinds; and for all blocks of the first files.
 *
 *   u8 version (1) | varint rows | rows | u32 CRC32 of all before it, little endian
 *   row: signed varint Δtime (the first from 0) | u8 kind | value
 */
export const PLAIN_VERSION = 1;

const INTEGER = 1;
const DOUBLE = 2;
const FALSE = 3;
const TRUE = 4;
const GEO = 5;
const TEXT = 6;

/** Encodes points, times in any order of magnitude. */
export function encodePlain(c: Columns): Uint8Array {
  const w = new ByteWriter();
  w.byte(PLAIN_VERSION);
  w.varint(c.times.length);
  let last = 0;
  for (let i = 0; i < c.times.length; i++) {
    const time = c.times[i] ?? 0;
    w.signed(time - last);
    last = time;
    putValue(w, valueAt(c, i));
  }
  return w.sealed();
}

/** Decodes a body of which seal and version were checked. @throws RangeError when it makes no sense */
export function decodePlain(body: Uint8Array): Columns {
  const r = new ByteReader(body, 1, body.length - 4);
  const n = r.varint();
  if (n > body.length) throw new RangeError("a block that ends too early");
  const times = new Float64Array(n);
  const values: Value[] = [];
  let time = 0;
  for (let i = 0; i < n; i++) {
    time += r.signed();
    times[i] = time;
    values.push(takeValue(r));
  }
  return columnsFrom(times, values);
}

function putValue(w: ByteWriter, v: Value): void {
  if (typeof v === "number") {
    // −0 is not an integer here, or its sign would be lost.
    if (Number.isSafeInteger(v) && !Object.is(v, -0)) {
      w.byte(INTEGER);
      w.signed(v);
    } else {
      w.byte(DOUBLE);
      w.double(v);
    }
  } else if (typeof v === "boolean") {
    w.byte(v ? TRUE : FALSE);
  } else if (typeof v === "string") {
    w.byte(TEXT);
    w.text(v);
  } else {
    w.byte(GEO);
    w.double(v.lat);
    w.double(v.lng);
  }
}

function takeValue(r: ByteReader): Value {
  const kind = r.byte();
  switch (kind) {
    case INTEGER:
      return r.signed();
    case DOUBLE:
      return r.double();
    case FALSE:
      return false;
    case TRUE:
      return true;
    case GEO: {
      const lat = r.double();
      return { lat, lng: r.double() };
    }
    case TEXT:
      return r.text();
    default:
      throw new RangeError(`a block with an unknown value kind ${kind}`);
  }
}
