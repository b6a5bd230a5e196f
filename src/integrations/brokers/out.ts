import type { Principal } from "../../auth/principal.ts";
import type { OutMessage } from "../../bridges/client/types.ts";
import type { FeedHandler } from "../../feed/consumer.ts";
import type { OpenConsumer } from "../../feed/needs.ts";
import type { Cursor } from "../../feed/row.ts";
import type { Clock } from "../../base/types.ts";
import type { Seq } from "../../store/ports.ts";
import { expiring, type Leaving, whyNot } from "./leaving.ts";
import { Ledger } from "./ledger.ts";
import type { Routing } from "./routing.ts";

interface Host {
  readonly clock: Clock;
  readonly broker: { readonly uid: number; readonly workspace: number };
  /** Null: its account is gone, and nothing is sent. */
  principal(): Principal | null;
  /** How the connection takes it. `later`: not now; `never`: the remote takes no packet that large. */
  send(message: OutMessage<Leaving | null>): "sent" | "later" | "never";
  dropped(count: number, why: string): void;
}

/**
 * What leaves for one remote, out of the feed: some at a time, in order. A row counts as handled when what leaves of it, and of all rows
 * before it, was acknowledged by the remote, or is not to be sent any more.
 */
export class OutFeed implements FeedHandler {
  private consumer: OpenConsumer | null = null;
  /** To be sent, in the order of the log. */
  private waiting: Leaving[] = [];
  private readonly ledger = new Ledger();
  private more: (() => void) | null = null;
  private isPumping = false;

  constructor(
    private readonly host: Host,
    public routing: Routing,
  ) {}
  opened(consumer: OpenConsumer): void {
    this.consumer = consumer;
  }
  close(): void {
    this.consumer?.close();
    this.consumer = null;
    this.more = null;
    this.waiting = [];
    this.ledger.clear();
  }
  get isOpen(): boolean {
    return this.consumer !== null;
  }
  /** All rows up to this one are the remote's. */
  get position(): Seq {
    return this.ledger.handledTo;
  }

  rows(rows: Cursor, done: () => void): void {
    const principal = this.host.principal();
    // they come again
    if (principal === null) throw new Error("the API user as which it acts is gone");
    while (rows.next()) {
      this.ledger.readTo = rows.seq;
      for (const leaving of this.routing.of(rows, principal)) {
        this.ledger.add(leaving);
        this.waiting.push(leaving);
      }
    }
    this.more = done;
    this.pump();
    this.settle();
  }
  gap(from: Seq, to: Seq, done: () => void): void {
    this.ledger.readTo = Math.max(this.ledger.readTo, to);
    this.host.dropped(
      to - from + 1,
      `${to - from + 1} rows of the log (${from} to ${to}) were left out: it was too far behind. How much is kept is set by ` +
        "--max-feed-lag-bytes and --max-feed-lag-age.",
    );
    done();
    this.settle();
  }

  /** Sends what may be sent now. */
  pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    let at = 0;
    for (; at < this.waiting.length; at++) {
      const one = this.waiting[at];
      if (one === undefined || !this.try(one)) break;
    }
    if (at > 0) this.waiting = this.waiting.slice(at);
    this.isPumping = false;
    if (at > 0) this.settle();
  }
  /** False: it and what follows wait. */
  private try(one: Leaving): boolean {
    if (one.isOver) return true;
    // it waits until there is an account that may send it, or may not
    if (this.host.principal() === null) return false;
    if (one.making !== null) {
      one.making.then(() => {
        one.making = null;
        this.pump();
      });
      return false;
    }
    const { message } = one;
    if (message === null) return this.over(one);
    const why = whyNot(one, this.host);
    if (why !== null) {
      this.host.dropped(1, why);
      return this.over(one);
    }
    const sent = this.host.send(
      one.deadline === 0 ? message : expiring(message, one.deadline, this.host.clock.steady()),
    );
    if (sent === "later") return false;
    if (sent === "never") {
      this.host.dropped(
        1,
        `A message on ${message.topic} is larger than the remote takes: ${message.payload.length} bytes.`,
      );
      return this.over(one);
    }
    return message.qos === 0 ? this.over(one) : true;
  }
  private over(one: Leaving): true {
    one.isOver = true;
    return true;
  }
  /** It is to be sent once more, before all others. */
  again(one: Leaving): void {
    this.waiting.unshift(one);
  }
  /** The remote has it. */
  acknowledged(one: Leaving): void {
    one.isOver = true;
    this.settle();
  }

  private settle(): void {
    const upTo = this.ledger.settle();
    if (upTo !== null) this.consumer?.handled(upTo);
    if (this.ledger.isFull) return;
    const { more } = this;
    this.more = null;
    more?.();
  }
}
