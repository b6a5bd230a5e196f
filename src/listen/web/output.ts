/** What output goes to: a socket. */
interface Channel {
  /** Bytes taken; below 0: closed. */
  write(bytes: Uint8Array): number;
}

/** What was said and has not left: the socket takes what it can, the rest waits in order. */
export class Output {
  private parts: Uint8Array[] = [];
  /** Bytes that wait. */
  waiting = 0;
  /** Called when nothing waits any more, or the other end is gone. */
  private emptied: (() => void)[] = [];
  private isGone = false;

  constructor(private readonly channel: Channel) {}

  /** @param bytes not changed any more by who gave them */
  write(bytes: Uint8Array): void {
    if (this.isGone || bytes.length === 0) return;
    const taken = this.waiting > 0 ? 0 : this.channel.write(bytes);
    if (taken < 0) return this.gone();
    if (taken === bytes.length) return;
    this.parts.push(taken === 0 ? bytes : bytes.subarray(taken));
    this.waiting += bytes.length - taken;
  }
  /** The socket takes bytes again. */
  drained(): void {
    let done = 0;
    for (const part of this.parts) {
      const taken = this.channel.write(part);
      if (taken < 0) return this.gone();
      this.waiting -= taken;
      if (taken < part.length) {
        this.parts[done] = part.subarray(taken);
        break;
      }
      done++;
    }
    this.parts.splice(0, done);
    if (this.waiting === 0) this.tell();
  }
  /** Nothing leaves any more. */
  gone(): void {
    this.isGone = true;
    this.parts = [];
    this.waiting = 0;
    this.tell();
  }
  /** Resolves when nothing waits; also when the other end is gone. */
  async empty(): Promise<void> {
    if (this.waiting > 0) await new Promise<void>((resolve) => this.emptied.push(resolve));
  }
  private tell(): void {
    if (this.emptied.length > 0) for (const fn of this.emptied.splice(0)) fn();
  }
}
