import type { Ids } from "../store/ids.ts";
import type { Seq } from "../store/ports.ts";
import type { Principal } from "../auth/principal.ts";
import type { Metrics } from "../base/metrics.ts";
import { packState } from "../fanout/checkpoint.ts";
import type { Hub } from "../fanout/hub.ts";
import type { Keeper } from "../fanout/keeper.ts";
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
    this.add(session);
    return session;
  }
  /** One that was somewhere else. */
  add(session: Session): void {
    const { key, principal } = session;
    this.byKey.set(key, session);
    const own = this.byPrincipal.get(principal.key) ?? new Set();
    this.byPrincipal.set(principal.key, own.add(session));
    this.metrics.sessions = this.byKey.size;
  }
  remove(session: Session): void {
    if (this.byKey.get(session.key) === session) this.byKey.delete(session.key);
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
    this.hub.memory.leave(outlet);
    this.hub.operation({ op: "session_put", session: session.row });
    if (!fresh) return;
    this.hub.shares.storedNow(outlet);
    for (const s of outlet.subscriptions.values())
      this.hub.operation({ op: "subscription_put", session: outlet.stored, subscription: storedForm(s) });
    this.checkpoint(session);
  }
  /**
   * Everything of the session that is only in memory goes into the next commit. Never while a batch is being published. Returns
   * about how many bytes that are.
   */
  checkpoint(session: Session): number {
    const { outlet } = session;
    const chunk = outlet.backlog.checkpointed();
    return (
      chunk +
      this.hub.putState(outlet, packState(outlet, session.received, Math.max(0, session.tokenUid)), outlet.joinedSeq)
    );
  }
  /** Checkpoints the session of an outlet, if it still is one; as `checkpoint`. */
  checkpointOf(outlet: Outlet): number {
    const session = this.byKey.get(outlet.key);
    return session?.outlet === outlet ? this.checkpoint(session) : 0;
  }
  /** The server stops: every stored session is checkpointed with the next commits. */
  checkpointAll(): void {
    for (const keeper of this.stored()) this.hub.checkpoints.addLater(keeper);
  }
  /** A commit was given up: what its log rows told of the sessions is told by checkpoints in the next one. */
  checkpointNext(): void {
    for (const keeper of this.stored()) this.hub.checkpointDue(keeper);
  }
  /**
   * Checkpoints every stored session, some with each commit, so that the log can be trimmed. Returns the number up to which none
   * needs it; null: not all are written yet, ask again.
   */
  settle(): Seq | null {
    return this.hub.checkpoints.settle(() => this.stored());
  }
  private *stored(): Generator<Keeper> {
    for (const { outlet } of this.byKey.values()) if (outlet.stored > 0) yield outlet;
    yield* this.hub.shares.values();
  }
}
