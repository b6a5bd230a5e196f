import type { Micros } from "../../base/types.ts";
import type { Broker } from "../../fleet/types.ts";
import type { BrokerBook } from "./book.ts";
import type { BrokerNeeds } from "./needs.ts";
import type { BrokerEvent, BrokerStatus } from "./types.ts";

/** Events of a kind are written so often; others are counted. */
const OFTEN: Micros = 10_000_000;

/** Writes down what happens to an external broker, and counts it. */
export class Teller {
  readonly counts = { messagesIn: 0, messagesOut: 0, refusedIn: 0, refusedOut: 0, dropped: 0 };
  state: BrokerStatus["state"] = "pending";
  reason: string | null = null;
  since: Micros;
  private readonly written = new Map<string, Micros>();
  private readonly folded = new Map<string, number>();

  constructor(
    private readonly needs: Pick<BrokerNeeds, "clock" | "log" | "metrics" | "tell">,
    private readonly book: BrokerBook,
    public row: Broker,
  ) {
    this.since = needs.clock.micros();
  }
  /** @param reason of an error */
  become(state: BrokerStatus["state"], reason: string | null): void {
    if (state === this.state && reason === this.reason) return;
    if (state !== this.state) this.since = this.needs.clock.micros();
    this.state = state;
    this.reason = reason;
  }
  /** Something that happens now and then. */
  note(what: BrokerEvent["what"], text: string): void {
    const { clock, log, tell } = this.needs;
    this.book.note({ time: clock.micros(), what, text });
    const { name, account } = this.row;
    tell({ kind: "broker", principal: `a:${account}`, code: what, topic: name, message: text });
    if (what === "error") log.warn({ broker: name, reason: text }, "an external broker is not connected");
    else if (what === "connected") log.info({ broker: name, text }, "an external broker is connected");
  }
  /** Something that may happen for each message: told now and then, with how often it did. */
  often(what: "refused" | "dropped", text: string, count = 1): void {
    const now = this.needs.clock.steady();
    if (now - (this.written.get(what) ?? Number.NEGATIVE_INFINITY) < OFTEN) {
      this.folded.set(what, (this.folded.get(what) ?? 0) + count);
      return;
    }
    const more = this.folded.get(what) ?? 0;
    this.folded.delete(what);
    this.written.set(what, now);
    this.note(what, more > 0 ? `${text} (and ${more} others before it)` : text);
  }
  refusedIn(text: string): void {
    this.counts.refusedIn++;
    this.needs.metrics.brokers.refused++;
    this.often("refused", `It was not taken here: ${text}`);
  }
  refusedOut(text: string): void {
    this.counts.refusedOut++;
    this.needs.metrics.brokers.refused++;
    this.often("refused", `It was not taken there: ${text}`);
  }
  dropped(count: number, text: string): void {
    this.counts.dropped += count;
    this.needs.metrics.brokers.dropped += count;
    this.often("dropped", text, count);
  }
  received(): void {
    this.counts.messagesIn++;
    this.needs.metrics.brokers.received++;
  }
  sent(): void {
    this.counts.messagesOut++;
    this.needs.metrics.brokers.sent++;
  }
}
