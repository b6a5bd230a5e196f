import { type Attempt, EXCERPT } from "./attempt.ts";
import type { HookBook } from "./book.ts";
import type { Tried } from "./hook-host.ts";
import type { WebhookNeeds } from "./needs.ts";

/** Writes down what happens to a webhook, and counts it. */
export class Teller {
  constructor(
    private readonly needs: Pick<WebhookNeeds, "clock" | "metrics" | "operation">,
    private readonly book: HookBook,
  ) {}

  /** A try is over. */
  called({ id: request, tries, events, rendered }: Tried, { status, ms, error, answer }: Attempt): void {
    this.needs.metrics.webhooks[error === null ? "accepted" : "failed"]++;
    const body = rendered.body.slice(0, EXCERPT);
    this.book.call({ time: this.needs.clock.micros(), request, tries, events, status, ms, error, body, answer });
  }
  /** Something that is no try. */
  notice(error: string): void {
    const nothing = { request: null, tries: 0, events: 0, status: null, ms: null, body: null, answer: null };
    this.book.call({ time: this.needs.clock.micros(), error, ...nothing });
  }
  /**
   * A request is given up: it is kept in the commit that moves the position past its events, or in one before it.
   * @param isTemplate its headers were made for it; others are those of the webhook when it is sent again
   */
  bury({ id: request, events, tries, rendered }: Tried, error: string, isTemplate: boolean): void {
    const { headers: all, body } = rendered;
    const headers = isTemplate ? all : { "content-type": all["content-type"] ?? "application/json" };
    this.needs.metrics.webhooks.dead_letters++;
    this.book.bury({ time: this.needs.clock.micros(), request, events, tries, error, headers, body });
    this.flush();
  }
  drop(count: number): void {
    this.book.drop(count);
    this.needs.metrics.webhooks.dropped_events += count;
  }
  /** Hands over what is new in the books. */
  flush(): void {
    for (const op of this.book.flush(this.needs.clock.micros())) this.needs.operation(op);
  }
}
