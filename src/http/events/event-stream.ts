import type { TraceLines } from "../../broker/types.ts";

/**
 * One event in the form of Server-Sent Events (WHATWG HTML, section 9.2.6).
 * @param data on one line; JSON is
 */
export function eventText(name: string, id: string, data: string): string {
  return `event: ${name}\nid: ${id}\ndata: ${data}\n\n`;
}

/**
 * Text that waits for the reader of a stream, bounded: a reader who is too slow makes nobody wait. What the stream begins
 * with can be made piece by piece, as the reader takes it (`before`); what comes meanwhile waits behind it.
 */
export class EventStream implements TraceLines {
  private parts: string[] = [];
  private size = 0;
  private over = false;
  private waiter: (() => void) | null = null;
  /** The next piece of what goes before; null: that was all. Must not reject. */
  before: (() => Promise<string | null>) | null = null;
  /** All that waited was taken; answers what is to be said about it, or "". */
  taken: () => string = () => "";

  /**
   * @param most UTF-16 units that may wait
   * @param closed the stream is over, however it came; called once
   */
  constructor(
    private readonly most: number,
    private readonly closed: () => void,
  ) {}

  /** Appends text for the reader; false: there is no room, and nothing was appended. */
  push(text: string): boolean {
    if (this.over || this.size + text.length > this.most) return false;
    this.append(text);
    return true;
  }
  private append(text: string): void {
    this.parts.push(text);
    this.size += text.length;
    this.wake();
  }
  /** Something to say that keeps the stream from looking dead; left out while more than that waits. */
  beat(text: string): void {
    if (!this.over && this.size === 0 && this.before === null) this.append(text);
  }
  private wake(): void {
    this.waiter?.();
    this.waiter = null;
  }

  /** What waits for the reader; waits for it. Null: it is over. */
  async next(): Promise<string | null> {
    for (;;) {
      if (this.before !== null) {
        const piece = await this.before();
        if (piece === null) this.before = null;
        else if (piece !== "") return piece;
        continue;
      }
      if (this.size > 0) {
        const text = this.parts.join("");
        this.parts = [];
        this.size = 0;
        return this.over ? text : text + this.taken();
      }
      if (this.over) return null;
      await new Promise<void>((resolve) => {
        this.waiter = resolve;
      });
    }
  }
  /** It is over; what waits can still be read, and `last` behind it. */
  end(last: string): void {
    if (this.over) return;
    this.append(last);
    this.finish();
  }
  /** The reader is gone. */
  close(): void {
    this.parts = [];
    this.size = 0;
    this.before = null;
    this.finish();
  }
  private finish(): void {
    if (this.over) return;
    this.over = true;
    this.wake();
    this.closed();
  }
}
