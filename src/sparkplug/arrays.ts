import type { DataType } from "./types.ts";

/** Arrays: their elements packed into bytes, little-endian (specification 3.0, section 6.4.16). */

interface Packed {
  readonly size: number;
  get(view: DataView, at: number): number | bigint;
}
const PACKED: Partial<Record<DataType, Packed>> = {
  Int8Array: { size: 1, get: (view, at) => view.getInt8(at) },
  Int16Array: { size: 2, get: (view, at) => view.getInt16(at, true) },
  Int32Array: { size: 4, get: (view, at) => view.getInt32(at, true) },
  Int64Array: { size: 8, get: (view, at) => view.getBigInt64(at, true) },
  UInt8Array: { size: 1, get: (view, at) => view.getUint8(at) },
  UInt16Array: { size: 2, get: (view, at) => view.getUint16(at, true) },
  UInt32Array: { size: 4, get: (view, at) => view.getUint32(at, true) },
  UInt64Array: { size: 8, get: (view, at) => view.getBigUint64(at, true) },
  FloatArray: { size: 4, get: (view, at) => shortest(view.getFloat32(at, true)) },
  DoubleArray: { size: 8, get: (view, at) => view.getFloat64(at, true) },
  DateTimeArray: { size: 8, get: (view, at) => view.getBigInt64(at, true) },
};

type Element = number | bigint | boolean | string;

export function isArray(type: DataType): boolean {
  return PACKED[type] !== undefined || type === "BooleanArray" || type === "StringArray";
}

/** The elements of an array; null: the bytes are no such array. */
export function elementsOf(type: DataType, bytes: Uint8Array): readonly Element[] | null {
  if (type === "BooleanArray") return booleans(bytes);
  if (type === "StringArray") return strings(bytes);
  const packed = PACKED[type];
  if (packed === undefined || bytes.length % packed.size !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length / packed.size;
  return Array.from({ length: count }, (_, i) => packed.get(view, i * packed.size));
}

/** Four bytes with their number, then one bit for each, the highest first. */
function booleans(bytes: Uint8Array): readonly boolean[] | null {
  if (bytes.length < 4) return null;
  const count = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (Math.ceil(count / 8) !== bytes.length - 4) return null;
  return Array.from({ length: count }, (_, i) => ((bytes[4 + (i >> 3)] ?? 0) & (0x80 >> (i & 7))) !== 0);
}
/** UTF-8, each with a zero behind it. */
function strings(bytes: Uint8Array): readonly string[] | null {
  if (bytes.length === 0) return [];
  if (bytes.at(-1) !== 0) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, -1)).split("\0");
  } catch {
    return null;
  }
}
function shortest(single: number): number {
  const short = Number(single.toPrecision(7));
  return Math.fround(short) === single ? short : single;
}
