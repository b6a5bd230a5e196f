import { jsonLine } from "./text.ts";

/** How soon it is tried again, ms. */
const AGAIN_MS = 20;
/** Bytes that wait; what comes beyond them is dropped and counted. */
const MOST = 1024 * 1024;
const BRACE = 0x7b;
const NOTHING = new Uint8Array(0);

/**
 * Output that never waits for its reader: what the other end does not take now is tried again later, and what is too much
 * is dropped, whole pieces at a time, with a line that says how many. A log must not hold up the server that writes it.
 */
export class Late {
  private readonly pieces: Uint8Array[] = [];
  private bytes = 0;
  private dropped = 0;
  /** Whether what was dropped were lines of JSON. */
  private json = false;

  /**
   * @param sink takes bytes, and says how many: 0 when it is full
   * @param later runs `fn` after `ms`
   */
  constructor(
    private readonly sink: (bytes: Uint8Array) => number,
    private readonly later: (fn: () => void, ms: number) => void,
    private readonly most = MOST,
  ) {}

  write(piece: Uint8Array): void {
    if (this.pieces.length > 0) {
      if (this.bytes + piece.length > this.most) {
        this.dropped++;
        this.json = piece[0] === BRACE;
      } else this.keep(piece);
      return;
    }
    const rest = piece.subarray(this.sink(piece));
    if (rest.length === 0) return;
    this.keep(rest);
    this.later(this.again, AGAIN_MS);
  }
  /** What still waits, which is then the caller's. */
  take(): Uint8Array {
    this.tellDropped();
    const all = this.pieces.length === 0 ? NOTHING : Buffer.concat(this.pieces);
    this.pieces.length = 0;
    this.bytes = 0;
    return all;
  }

  private keep(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
  }
  private readonly again = (): void => {
    const all = this.take();
    if (all.length === 0) return;
    const rest = all.subarray(this.sink(all));
    if (rest.length === 0) return;
    this.keep(rest);
    this.later(this.again, AGAIN_MS);
  };
  private tellDropped(): void {
    if (this.dropped === 0) return;
    const text = `${this.dropped} lines of the log were dropped: nobody read them in time`;
    this.keep(Buffer.from(this.json ? jsonLine("warn", text, Date.now()) : `fieldcast: ${text}\n`));
    this.dropped = 0;
  }
}
