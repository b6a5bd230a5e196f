import { createFrame, FRAME_COMPLETE, FRAME_MALFORMED, readFrame } from "../../codec/index.ts";

/** Bytes of a packet that are kept to be shown; of a larger one its beginning. */
export const SHOWN_BYTES = 8192;

/** Gets each packet of a stream. @param head its first bytes, only lent; @param total bytes of the whole packet */
type OnPacket = (head: Uint8Array, total: number) => void;

/**
 * Cuts the bytes of one direction into packets, for a trace. It holds at most the beginning of one packet, and knows
 * nothing of what the packets mean.
 */
export class Cutter {
  private readonly frame = createFrame();
  private head = NOTHING;
  /** Bytes in `head`. */
  private kept = 0;
  /** Bytes of the packet that have come. */
  private have = 0;
  /** Bytes of the packet; -1 while that is not known. */
  private total = -1;
  /** The stream cannot be cut any more: a length was malformed. */
  private lost = false;

  /** @param skip bytes to come that belong to a packet whose beginning was not seen */
  constructor(
    private readonly onPacket: OnPacket,
    private skip: number,
  ) {}

  feed(bytes: Uint8Array): void {
    let at = Math.min(this.skip, bytes.length);
    this.skip -= at;
    while (at < bytes.length && !this.lost) {
      if (this.have === 0 && this.total < 0) {
        const end = this.whole(bytes, at);
        if (end > at) {
          at = end;
          continue;
        }
      }
      if (this.total < 0)
        this.headerByte(bytes[at++] as number); // at < length
      else at += this.more(bytes, at);
      if (this.total >= 0 && this.have === this.total) this.done();
    }
  }
  /** A small packet that lies whole in the bytes is not copied. Returns its end, or `at`. */
  private whole(bytes: Uint8Array, at: number): number {
    const { frame } = this;
    if (readFrame(bytes, at, bytes.length, SHOWN_BYTES, frame) !== FRAME_COMPLETE) return at;
    this.onPacket(bytes.subarray(at, frame.bodyEnd), frame.bodyEnd - at);
    return frame.bodyEnd;
  }
  private headerByte(byte: number): void {
    const { frame } = this;
    if (this.head.length === 0) this.head = new Uint8Array(64);
    this.head[this.kept++] = byte;
    this.have++;
    if (readFrame(this.head, 0, this.kept, Number.POSITIVE_INFINITY, frame) === FRAME_MALFORMED) {
      this.lost = true;
      this.onPacket(this.head.subarray(0, this.kept), this.kept);
    } else if (frame.bodyEnd >= 0) this.total = frame.bodyEnd;
  }
  private more(bytes: Uint8Array, at: number): number {
    const n = Math.min(this.total - this.have, bytes.length - at);
    const keep = Math.min(n, SHOWN_BYTES - this.kept);
    if (keep > 0) {
      if (this.kept + keep > this.head.length) {
        const grown = new Uint8Array(Math.min(SHOWN_BYTES, Math.max(this.kept + keep, this.head.length * 2)));
        grown.set(this.head.subarray(0, this.kept));
        this.head = grown;
      }
      this.head.set(bytes.subarray(at, at + keep), this.kept);
      this.kept += keep;
    }
    this.have += n;
    return n;
  }
  private done(): void {
    const { head, kept, total } = this;
    this.head = NOTHING;
    this.kept = 0;
    this.have = 0;
    this.total = -1;
    this.onPacket(head.subarray(0, kept), total);
  }
}

const NOTHING = new Uint8Array(0);
