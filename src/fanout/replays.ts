/** What is looked at in one turn: so long do other clients wait. */
const LOOK = 4096;

/** How much may still be looked at in this turn. */
export interface Turn {
  looks: number;
}

/** What is retained under one new subscription, as far as it was not sent. */
export interface RetainedCursor {
  readonly subscription: {
    readonly filter: string;
    readonly qos: number;
    readonly outlet: { readonly subscriptions: { has(filter: string): boolean } };
  };
  /**
   * Sends the next one; `later`: it looked at many in vain and goes on in another turn; `done`: that was all.
   * @param now µs of the steady clock
   */
  next(now: number, turn: Turn): "sent" | "later" | "done";
  /** Nothing more is sent. */
  close(): void;
}

/** Cursors by filter: a subscription that is made again begins anew rather than a second time. */
class Cursors {
  private readonly byFilter = new Map<string, RetainedCursor>();

  put(cursor: RetainedCursor): void {
    const { filter } = cursor.subscription;
    this.byFilter.get(filter)?.close();
    this.byFilter.set(filter, cursor);
  }
  next(now: number, turn: Turn): "sent" | "later" | "done" {
    for (const [filter, cursor] of this.byFilter) {
      const isHeld = cursor.subscription.outlet.subscriptions.has(filter);
      const found = isHeld ? cursor.next(now, turn) : "done";
      if (found !== "done") return found;
      this.drop(filter, cursor);
    }
    return "done";
  }
  dropQos0(): void {
    for (const [filter, cursor] of this.byFilter) if (cursor.subscription.qos === 0) this.drop(filter, cursor);
  }
  close(): void {
    for (const [filter, cursor] of this.byFilter) this.drop(filter, cursor);
  }
  private drop(filter: string, cursor: RetainedCursor): void {
    cursor.close();
    this.byFilter.delete(filter);
  }
}

/**
 * What is retained and the new subscriptions of a session still get: messages on its account's own topics, last values, then messages on free topics. It fills no
 * queue: each is found when the client takes it. A subscription that was made once more, and wants none itself, does not
 * take away what the first one asked for.
 */
export class Replays {
  /** Last values of measurements. */
  readonly values = new Cursors();
  /** Retained messages on free topics. */
  readonly messages = new Cursors();
  /** Those on topics that are the account's own. */
  readonly own = new Cursors();
  /** In this order: what describes devices comes before their values. */
  private readonly all = [this.own, this.values, this.messages];

  /** Sends the next one; see RetainedCursor. */
  next(now: number): "sent" | "later" | "done" {
    const turn: Turn = { looks: LOOK };
    for (const cursors of this.all) {
      const found = cursors.next(now, turn);
      if (found !== "done") return found;
    }
    return "done";
  }
  /** What would go at QoS 0 is not sent any more. */
  dropQos0(): void {
    for (const cursors of this.all) cursors.dropQos0();
  }
  /** Nothing more is sent. */
  close(): void {
    for (const cursors of this.all) cursors.close();
  }
}
