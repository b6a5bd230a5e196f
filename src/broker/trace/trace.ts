import type { Metrics } from "../../base/metrics.ts";
import type { Micros } from "../../base/types.ts";
import { printTime } from "../../measure/index.ts";
import type { TraceWish } from "../types.ts";
import type { Facts } from "./packets.ts";

/** What waits for the reader of a trace at most. */
const MOST_LINES = 2000;
const MOST_CHARACTERS = 1_048_576;
/** What looks like an access token, wherever a client may have written it. */
const TOKEN = /[0-9a-f]{40}/g;

/** Whom a trace sees. */
export interface Seer {
  readonly remote: string;
  readonly client: string | null;
  readonly principal: string | null;
}

/**
 * One trace that somebody reads: lines of JSON that wait for him, bounded. A reader who is too slow loses lines, and is
 * told how many; nothing else ever waits for him.
 */
export class Trace {
  private lines: string[] = [];
  private characters = 0;
  /** Lines lost since the last one that was kept. */
  private lost = 0;
  private over = false;
  private waiter: (() => void) | null = null;

  /** @param until µs of the steady clock when it ends by itself; @param ended it is over, however it came */
  constructor(
    readonly wish: TraceWish,
    readonly until: Micros,
    private readonly metrics: Metrics,
    private readonly ended: (trace: Trace) => void,
  ) {}

  matches({ remote, client, principal }: Seer): boolean {
    const { wish } = this;
    if (wish.remote !== undefined && wish.remote !== plain(remote)) return false;
    if (wish.client !== undefined && wish.client !== client) return false;
    return wish.principal === undefined || wish.principal === principal;
  }
  /** Whether one who does not match yet may do so when more is known of him. */
  mayMatch({ remote, client, principal }: Seer): boolean {
    const { wish } = this;
    if (wish.remote !== undefined && wish.remote !== plain(remote)) return false;
    if (wish.client !== undefined && client !== null && wish.client !== client) return false;
    return wish.principal === undefined || principal === null || wish.principal === principal;
  }

  /** One more line for the reader. */
  tell(time: Micros, facts: Facts): void {
    if (this.over) return;
    const line = lineOf(time, facts);
    if (this.lines.length >= MOST_LINES || this.characters + line.length > MOST_CHARACTERS) {
      this.lost++;
      this.metrics.traceLinesLost++;
      return;
    }
    this.tellLost(time);
    this.push(line);
    this.wake();
  }
  private tellLost(time: Micros): void {
    if (this.lost > 0) this.push(lineOf(time, { event: "lost", lines: this.lost }));
    this.lost = 0;
  }
  private push(line: string): void {
    this.lines.push(line);
    this.characters += line.length;
  }
  private wake(): void {
    this.waiter?.();
    this.waiter = null;
  }
  /** The lines that wait, each with its end of line; waits for the next one when there is none. Null: it is over. */
  async next(): Promise<string | null> {
    while (this.lines.length === 0) {
      if (this.over) return null;
      await new Promise<void>((resolve) => {
        this.waiter = resolve;
      });
    }
    const text = this.lines.join("");
    this.lines = [];
    this.characters = 0;
    return text;
  }
  /** It is over; what waits can still be read. @param why for the reader; null: nobody reads any more */
  end(time: Micros, why: string | null): void {
    if (this.over) return;
    this.tellLost(time);
    if (why !== null) this.push(lineOf(time, { event: "off", why }));
    this.over = true;
    this.wake();
    this.ended(this);
  }
}

function lineOf(time: Micros, facts: Facts): string {
  return `${JSON.stringify({ time: printTime(time), ...facts }).replace(TOKEN, "(token)")}\n`;
}
/** An IPv4 address as people write it. */
function plain(remote: string): string {
  return remote.startsWith("::ffff:") ? remote.slice(7) : remote;
}
