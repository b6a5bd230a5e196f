/** One event of a stream, as an EventSource dispatches it. */
export interface SeenEvent {
  readonly event: string;
  readonly data: string;
  /** The last id when it came. */
  readonly id: string;
}

/** Reads a stream of Server-Sent Events by the rules of the HTML standard (section 9.2.6), as far as they are used here. */
export class EventReader {
  /** What an EventSource would send as Last-Event-ID. */
  lastId = "";
  private rest = "";
  private readonly waiting: SeenEvent[] = [];
  private readonly reader: { read(): Promise<{ done: boolean; value?: string | undefined }>; cancel(): Promise<void> };
  comments = 0;

  constructor(answer: Response) {
    if (!answer.body) throw new Error("there is no body");
    this.reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  }
  /** The next event; null: the stream is over. */
  async next(): Promise<SeenEvent | null> {
    for (;;) {
      const event = this.waiting.shift();
      if (event) return event;
      if (!(await this.more())) return null;
    }
  }
  /** Reads one more piece of the stream; false: it is over. */
  async more(): Promise<boolean> {
    const { done, value } = await this.reader.read();
    if (done) return false;
    const blocks = (this.rest + (value ?? "")).split("\n\n");
    this.rest = blocks.pop() ?? "";
    for (const block of blocks) this.take(block);
    return true;
  }
  private take(block: string): void {
    let event = "message";
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const [name = "", ...more] = line.split(": ");
      const value = more.join(": ");
      if (name === "") this.comments++;
      else if (name === "event") event = value;
      else if (name === "data") data.push(value);
      else if (name === "id") this.lastId = value;
    }
    if (data.length > 0) this.waiting.push({ event, data: data.join("\n"), id: this.lastId });
  }
  async cancel(): Promise<void> {
    await this.reader.cancel();
  }
}
