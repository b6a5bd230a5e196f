/** The byte at `at`. The caller has compared `at` with the end of the data. */
export function byteAt(buf: Uint8Array, at: number): number {
  return buf[at] as number; // in range by contract; a check for undefined here would sit in every inner loop
}

/** The big-endian unsigned 16-bit integer at `at` (section 1.5.2). The caller has checked that both bytes are there. */
export function u16At(buf: Uint8Array, at: number): number {
  return (byteAt(buf, at) << 8) | byteAt(buf, at + 1);
}

/** The big-endian unsigned 32-bit integer at `at` (section 1.5.3). The caller has checked that all bytes are there. */
export function u32At(buf: Uint8Array, at: number): number {
  return ((u16At(buf, at) << 16) | u16At(buf, at + 2)) >>> 0;
}

/** A copy of [start, end) that shares no memory with `buf`; `slice` would not do, a Node Buffer's returns a view. */
export function copyOf(buf: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(buf.subarray(start, end));
  return copy;
}
