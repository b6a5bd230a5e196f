/**
 * Cuts a stream of MQTT bytes into packets by arithmetic on the lengths alone. Reads in place; only a packet that crosses a
 * chunk's border is copied.
 */

/** Gets one packet: its first byte, and `body..end`, the range of its body in `bytes` (valid during the call only). */
export type OnPacket = (first: number, bytes: Uint8Array, body: number, end: number) => void;

const NEED_MORE = -1;
const NOTHING = new Uint8Array(0);

export class Framer {
  #carry: Uint8Array = NOTHING;
  #carried = 0;

  /** Feeds one chunk; calls `onPacket` for every packet that is complete with it. */
  feed(chunk: Uint8Array, onPacket: OnPacket): void {
    let at = this.#carried > 0 ? this.#finishCarried(chunk, onPacket) : 0;
    while (at < chunk.length) {
      const next = readPacket(chunk, at, chunk.length, onPacket);
      if (next === NEED_MORE) {
        this.#append(chunk, at, chunk.length);
        return;
      }
      at = next;
    }
  }

  /** Completes the carried packet with the head of `chunk`; returns where the next packet starts in `chunk`. */
  #finishCarried(chunk: Uint8Array, onPacket: OnPacket): number {
    let at = 0;
    for (;;) {
      const length = packetLength(this.#carry, 0, this.#carried);
      if (length !== NEED_MORE && length <= this.#carried) break;
      if (at === chunk.length) return at;
      // Without a known length one byte at a time, so that nothing of the next packet is taken.
      const wanted = length === NEED_MORE ? 1 : length - this.#carried;
      const end = Math.min(at + wanted, chunk.length);
      this.#append(chunk, at, end);
      at = end;
    }
    const carried = this.#carried;
    this.#carried = 0;
    readPacket(this.#carry, 0, carried, onPacket);
    return at;
  }

  #append(chunk: Uint8Array, from: number, to: number): void {
    const size = this.#carried + to - from;
    if (size > this.#carry.length) {
      const larger = new Uint8Array(Math.max(64, size * 2));
      larger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = larger;
    }
    this.#carry.set(chunk.subarray(from, to), this.#carried);
    this.#carried = size;
  }
}

/** Position after the packet at `at`, or NEED_MORE when it does not end before `limit`. */
function readPacket(bytes: Uint8Array, at: number, limit: number, onPacket: OnPacket): number {
  let body = at + 1;
  let remaining = 0;
  let shift = 0;
  for (;;) {
    if (body >= limit) return NEED_MORE;
    const byte = bytes[body++] as number; // in range: body < limit <= length
    remaining |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
    shift += 7;
    if (shift > 21) throw new Error("the server sent a remaining length of more than four bytes");
  }
  const end = body + remaining;
  if (end > limit) return NEED_MORE;
  onPacket(bytes[at] as number, bytes, body, end); // in range: at < body <= limit
  return end;
}

/** Whole length of the packet at `at`, header included, or NEED_MORE while the header is not complete. */
function packetLength(bytes: Uint8Array, at: number, limit: number): number {
  let remaining = 0;
  for (let i = 1; i <= 4; i++) {
    if (at + i >= limit) return NEED_MORE;
    const byte = bytes[at + i] as number; // in range: checked the line above
    remaining |= (byte & 0x7f) << (7 * (i - 1));
    if (byte < 0x80) return 1 + i + remaining;
  }
  throw new Error("the server sent a remaining length of more than four bytes");
}
