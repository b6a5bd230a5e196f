import type { RemoteSession } from "../../bridges/client/session.ts";
import type { Subscription, Version } from "../../codec/index.ts";
import type { Broker } from "../../fleet/types.ts";
import { answered, type Subscribing, subscribing } from "./subscribing.ts";

/** What is subscribed to at a remote, over the connections with it. */
export class Subscriptions {
  private now: Subscribing = { wanted: [], troubles: new Map() };
  private asked = new Map<number, readonly Subscription[]>();
  private version: Version = 5;

  /** Routes that carry nothing, and why. */
  get troubles(): ReadonlyMap<number, string> {
    return this.now.troubles;
  }
  /** Whether the remote has answered all. */
  get areAnswered(): boolean {
    return this.asked.size === 0;
  }
  /** A connection is there: subscribes to what the routes want, and to nothing else any more. */
  opened(
    session: Pick<RemoteSession<unknown>, "subscribe" | "unsubscribe" | "limits">,
    row: Broker,
    isBridge: boolean,
  ): void {
    const before = this.now.wanted.map(({ subscription }) => subscription.filter);
    this.now = subscribing(row, session.limits, isBridge);
    this.version = session.limits.version;
    const wanted = this.now.wanted.map(({ subscription }) => subscription);
    const filters = new Set(wanted.map(({ filter }) => filter));
    session.unsubscribe(before.filter((filter) => !filters.has(filter)));
    this.asked = session.subscribe(wanted);
  }
  /** @returns what people are to be told of it */
  answered(id: number, reasons: readonly number[]): string[] {
    const asked = this.asked.get(id) ?? [];
    this.asked.delete(id);
    return answered(this.version, this.now, asked, reasons);
  }
}
