/** `next`, which is larger, with what `old` has at its beginning. */
export function bigger<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(old: T, next: T): T {
  next.set(old);
  return next;
}
