import type { BrokerContext } from "../context.ts";
import type { Session } from "../session.ts";

/** Sessions that go to another node: with their last checkpoint, in the commit that is sealed next, and from then on they are not here. */
export class Leaving {
  private readonly going = new Map<string, { readonly session: Session; readonly to: number }>();

  constructor(
    private readonly context: BrokerContext,
    /** It is another node's with the commit that is being filled. */
    private readonly handOver: (id: number, to: number) => void,
  ) {}

  /** @param key of a session */
  has(key: string): boolean {
    return this.going.has(key);
  }
  /** Its connection has ended. */
  add(session: Session, to: number): void {
    this.going.set(session.key, { session, to });
    this.context.hub.another();
  }
  /** A commit is being sealed; nothing is being published. */
  sealing(): void {
    if (this.going.size === 0) return;
    const { sessions } = this.context;
    for (const { session, to } of this.going.values()) {
      // it may have ended meanwhile
      if (sessions.get(session.key) !== session) continue;
      sessions.checkpoint(session);
      this.handOver(session.outlet.stored, to);
      forget(this.context, session);
    }
    this.going.clear();
  }
}

/** It is not here any more, and all that is stored of it stays as it is. */
export function forget(context: BrokerContext, session: Session): void {
  const { hub, sessions } = context;
  const { outlet } = session;
  hub.shares.parts?.moving(outlet);
  for (const s of outlet.subscriptions.values()) hub.unsubscribe(s);
  // what it took from shared subscriptions goes along with it
  outlet.sharing?.taken.clear();
  outlet.discard();
  sessions.remove(session);
}
