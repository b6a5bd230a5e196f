import type { Ids } from "../store/ids.ts";
import type { Principal } from "../auth/principal.ts";
import type { Metrics } from "../base/metrics.ts";
import { packState } from "../fanout/checkpoint.ts";
import type { Hub } from "../fanout/hub.ts";
import { Outlet } from "../fanout/outlet.ts";
import { storedForm } from "../fanout/subscription.ts";
import { Session } from "./session.ts";

/** The sessions there are, and what of them is stored. */
export class Sessions {
  private readonly byKey = new Map<string, Session>();
  private readonly byPrincipal = new Map<string, Set<Session>>();

  /** @param newIds numbers for stored sessions */
  constructor(
    private readonly hub: Hub,
    private readonly metrics: Metrics,
    private readonly newIds: Pick<Ids, "take">,
  ) {
    hub.shares.allocate = () => this.newIds.take();
  }

  get(key: string): Session | undefined {
    return this.byKey.get(key);
  }
  values(): MapIterator<Session> {
    return this.byKey.values();
  }
  /** The sessions of an account. */
  of(principal: string): readonly Session[] {
    return [...(this.byPrincipal.get(principal) ?? [])];
  }
  /** How many sessions an account has. */
  countOf(principal: string): number {
    return this.byPrincipal.get(principal)?.size ?? 0;
  }
  create(key: string, clientId: string, principal: Principal, now: number): Session {
    const session = new Session(key, clientId, principal, new Outlet(key, principal, this.hub), now);
    this.byKey.set(key, session);
    const own = this.byPrincipal.get(principal.key) ?? new Set();
    this.byPrincipal.set(principal.key, own.add(session));
    this.metrics.sessions = this.byKey.size;
    return session;
  }
  remove(session: Session): void {
    this.byKey.delete(session.key);
    const own = this.byPrincipal.get(session.principal.key);
    own?.delete(session);
    if (own?.size === 0) this.byPrincipal.delete(session.principal.key);
    this.metrics.sessions = this.byKey.size;
  }

  /** Stores the session's row; with all the rest when it was not stored before. */
  store(session: Session): void {
    const { outlet } = session;
    const fresh = outlet.stored === 0;
    if (fresh) outlet.stored = this.newIds.take();
    this.hub.operation({ op: "session_put", session: session.row });
    if (!fresh) return;
    this.hub.shares.storedNow(outlet);
    for (const s of outlet.subscriptions.values())
      this.hub.operation({ op: "subscription_put", session: outlet.stored, subscription: storedForm(s) });
    this.checkpoint(session);
  }
  /** Everything of the session that is only in memory goes into the next commit. Never while a batch is being published. */
  checkpoint(session: Session): void {
    const { outlet } = session;
    outlet.backlog.checkpointed();
    this.hub.putState(outlet, packState(outlet, session.received, session.tokenUid));
  }
  /** Checkpoints the session of an outlet, if it still is one. */
  checkpointOf(outlet: Outlet): void {
    const session = this.byKey.get(outlet.key);
    if (session?.outlet === outlet) this.checkpoint(session);
  }
  /** A commit was given up: what its log rows told of the sessions is told by checkpoints in the next one. */
  checkpointNext(): void {
    for (const session of this.byKey.values()) if (session.outlet.stored > 0) this.hub.checkpointDue(session.outlet);
    for (const group of this.hub.shares.values()) this.hub.checkpointDue(group);
  }
  /** Checkpoints every stored session, so that the log up to now is needed for none. */
  checkpointAll(): void {
    for (const session of this.byKey.values()) if (session.outlet.stored > 0) this.checkpoint(session);
    this.hub.shares.checkpointAll();
  }
}
