import type { Principal } from "../../auth/principal.ts";
import { Refusal } from "../../base/errors.ts";
import type { Metrics } from "../../base/metrics.ts";
import { lines } from "../instance/control.ts";
import { EventStream } from "./event-stream.ts";

/** How often a stream that is silent says something: proxies and phones give up connections that do not. */
const BEAT_TICKS = 15;

interface Open {
  readonly stream: EventStream;
  /** @throws Refusal when the one who listens may not any more */
  readonly check: () => void;
  readonly beat: () => string;
  readonly second: () => void;
}

/** All streams of events that are open. Rights are looked at whenever any change, and with each beat. */
export class Streams {
  private readonly open = new Set<Open>();
  private readonly counts = new Map<string, number>();
  private ticks = 0;

  /** @param most streams of one account at the same time; @param buffer characters that may wait for a reader */
  constructor(
    private readonly metrics: Metrics,
    private readonly most: number,
    private readonly buffer: number,
  ) {}

  /**
   * A stream for an account.
   * @param check throws a Refusal when it may not go on; it ends then, and the reader is told why
   * @param beat what it says while it is silent
   * @param closed it is over
   * @param second is called once a second while it is open
   * @throws Refusal quota_exceeded
   */
  start(
    { key }: Pick<Principal, "key">,
    check: () => void,
    beat: () => string,
    closed: () => void,
    second: () => void = () => undefined,
  ): EventStream {
    const count = this.counts.get(key) ?? 0;
    if (count >= this.most) {
      this.metrics.streamsRefused++;
      throw new Refusal("quota_exceeded", `This account has ${count} open streams, the most it may have; close one.`);
    }
    this.counts.set(key, count + 1);
    const one: Open = { stream: new EventStream(this.buffer, () => this.gone(one, key, closed)), check, beat, second };
    this.open.add(one);
    this.metrics.streams = this.open.size;
    return one.stream;
  }
  private gone(one: Open, key: string, closed: () => void): void {
    this.open.delete(one);
    this.metrics.streams = this.open.size;
    const left = (this.counts.get(key) ?? 0) - 1;
    if (left > 0) this.counts.set(key, left);
    else this.counts.delete(key);
    closed();
  }

  /** Ends the streams of those who may not listen any more. */
  recheck(): void {
    for (const { stream, check } of this.open) {
      try {
        check();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        stream.end(endText(error.code, error.message));
      }
    }
  }
  /** Call it about once a second. */
  tick(): void {
    for (const { second } of this.open) second();
    if (++this.ticks % BEAT_TICKS !== 0) return;
    this.recheck();
    for (const { stream, beat } of this.open) stream.beat(beat());
  }
  /** The server stops. */
  endAll(): void {
    for (const { stream } of [...this.open]) stream.end(endText("storage_unavailable", "The server stops; come back."));
  }
}

/** The last event of a stream, and why it is the last. It has no id: who comes back goes on where he was. */
function endText(code: string, message: string): string {
  return `event: end\ndata: ${JSON.stringify({ code, message })}\n\n`;
}

/** A stream as the answer to a request. */
export function streamAnswer(stream: EventStream): Response {
  const answer = lines(stream);
  answer.headers.set("Content-Type", "text/event-stream; charset=utf-8");
  return answer;
}

/** What `open` answers; when it throws, `undo` is done first. */
export function openOr<T>(undo: () => void, open: () => T): T {
  try {
    return open();
  } catch (error) {
    undo();
    throw error;
  }
}
