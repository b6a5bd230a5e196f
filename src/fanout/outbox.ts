/** What an outbox writes to: the network connection. Takes what it can, and says how many bytes that were. */
export interface Sink {
  /** Bytes taken, 0 when blocked; below 0: closed. */
  write(bytes: Uint8Array): number;
}

const SMALL = 4096;
const MOST_POOLED = 1024;

/** Buffers of 4 KiB for outboxes, most of which are empty most of the time. */
export class BufferPool {
  private readonly free: Uint8Array[] = [];
  take(): Uint8Array {
    return this.free.pop() ?? new Uint8Array(SMALL);
  }
  give(buffer: Uint8Array): void {
    if (buffer.length === SMALL && this.free.length < MOST_POOLED) this.free.push(buffer);
  }
}
const EMPTY = new Uint8Array(0);

/**
 * The unsent output of one connection: whole packets, one behind the other. Writers call `reserve(n)`, write at most n
 * bytes at `at` in `buf` and set `at`. Holds no memory while it is empty.
 */
export class Outbox {
  buf: Uint8Array = EMPTY;
  /** End of what was written. */
  at = 0;
  /** Start of what is not sent yet. */
  private sent = 0;
  /** buf[0, lead) is the end of a packet whose beginning has left already. */
  private lead = 0;
  /** Packets that were ever put here (and not taken out again). */
  packets = 0;
  /** Whether the sink is blocked and will say when it is not. */
  blocked = false;

  constructor(private readonly pool: BufferPool) {}

  /** Bytes not sent yet. */
  get unsent(): number {
    return this.at - this.sent;
  }
  /** Makes room for n bytes behind `at`. */
  reserve(n: number): void {
    if (this.at + n <= this.buf.length) return;
    const unsent = this.at - this.sent;
    if (this.buf === EMPTY && n <= SMALL) {
      this.buf = this.pool.take();
      return;
    }
    const lead = this.unfinished;
    if (this.sent > 0 && unsent + n <= this.buf.length && unsent <= this.sent) {
      this.buf.copyWithin(0, this.sent, this.at);
    } else {
      const next = new Uint8Array(Math.max(this.buf.length * 2, unsent + n, SMALL * 2));
      next.set(this.buf.subarray(this.sent, this.at));
      this.pool.give(this.buf);
      this.buf = next;
    }
    this.at = unsent;
    this.sent = 0;
    this.lead = lead;
  }
  /** Appends a copy of one whole packet. */
  push(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buf.set(bytes, this.at);
    this.at += bytes.length;
    this.packets++;
  }
  /** Appends bytes[0, length), which are so many whole packets. */
  pushFrom(bytes: Uint8Array, length: number, packets: number): void {
    this.packets += packets;
    this.reserve(length);
    if (length === bytes.length) this.buf.set(bytes, this.at);
    else this.buf.set(bytes.subarray(0, length), this.at);
    this.at += length;
  }
  /** Hands what is unsent to the sink. Returns bytes sent. */
  flush(sink: Sink): number {
    if (this.at === this.sent || this.blocked) return 0;
    const from = this.sent;
    const taken = sink.write(this.buf.subarray(from, this.at));
    if (taken < 0) {
      this.drop();
      return 0;
    }
    this.sent = from + taken;
    if (this.sent < this.at) this.blocked = true;
    else this.drop();
    return taken;
  }
  /** Forgets everything and gives the memory back. */
  drop(): void {
    if (this.buf !== EMPTY) this.pool.give(this.buf);
    this.buf = EMPTY;
    this.at = 0;
    this.sent = 0;
    this.lead = 0;
  }

  /** Takes unsent packets out again: `keep` sees each one that has not begun to leave, as buf[start, end). */
  filter(keep: (buf: Uint8Array, start: number, end: number) => boolean): void {
    let write = this.sent + this.unfinished;
    let at = write;
    while (at < this.at) {
      const end = packetEnd(this.buf, at);
      if (keep(this.buf, at, end)) {
        if (write !== at) this.buf.copyWithin(write, at, end);
        write += end - at;
      } else this.packets--;
      at = end;
    }
    this.at = write;
    if (this.at === this.sent) this.drop();
  }
  /** Bytes still to come of a packet whose beginning has left; 0 when the next unsent byte begins a packet. */
  get unfinished(): number {
    let at = this.lead;
    while (at < this.sent) at = packetEnd(this.buf, at);
    return at - this.sent;
  }
}

/** End of the packet that begins at `at`; the outbox holds only packets that we made. */
function packetEnd(buf: Uint8Array, at: number): number {
  let i = at + 1;
  let length = 0;
  let factor = 1;
  for (;;) {
    const c = buf[i++] ?? 0;
    length += (c & 0x7f) * factor;
    if (c < 0x80) return i + length;
    factor *= 128;
  }
}
