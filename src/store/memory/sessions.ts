import type { RecoveredSession, SessionOp, StoredOwner, StoredSession, StoredSubscription } from "../ports.ts";

/** Messages that wait, in one piece. */
interface KeptChunk {
  readonly count: number;
  readonly deadlineMax: number;
  readonly body: Uint8Array;
}
/** A session with all that is stored of it. */
interface KeptSession {
  session: StoredSession;
  owner: number;
  readonly subscriptions: Map<string, StoredSubscription>;
  floor: number;
  queued: number;
  state: Uint8Array | null;
  readonly chunks: Map<number, KeptChunk>;
}

/** All sessions, by id. What is put for one that is not there is passed over. */
export class MemorySessions extends Map<number, KeptSession> {
  /** Nodes that take part, as far as they said so. */
  readonly live = new Set<number>();
  /** The first id that was never put. */
  next = 1;

  /** @param node that commits it */
  apply(op: SessionOp, node: number): void {
    if (op.op === "session_put") return this.putSession(op.session, node);
    if (op.op === "session_delete") return void this.delete(op.id);
    if (op.op === "sessions_adopt") {
      if (op.isGone && this.live.has(op.from)) return;
      for (const [id, kept] of this) if (kept.owner === op.from && id % op.of === op.part) kept.owner = op.to;
      return;
    }
    if (op.op === "session_owner") {
      const moved = this.get(op.id);
      if (moved !== undefined) moved.owner = op.owner;
      return;
    }
    const kept = this.get(op.session);
    if (kept === undefined) return;
    switch (op.op) {
      case "subscription_put":
        kept.subscriptions.set(op.subscription.filter, { ...op.subscription });
        return;
      case "subscription_delete":
        kept.subscriptions.delete(op.filter);
        return;
      case "checkpoint":
        kept.floor = op.floor;
        kept.state = op.state === null ? kept.state : op.state.slice();
        return;
      case "chunk_put": {
        const { count, deadlineMax, body } = op;
        kept.chunks.set(op.firstSeq, { count, deadlineMax, body: body.slice() });
        kept.queued = Math.max(kept.queued, op.upTo);
        return;
      }
      case "chunk_delete":
        for (const first of kept.chunks.keys()) if (first < op.before) kept.chunks.delete(first);
        return;
      default:
        op satisfies never;
    }
  }
  private putSession(given: StoredSession, owner: number): void {
    const session = { ...given, will: given.will === null ? null : given.will.slice() };
    this.next = Math.max(this.next, session.id + 1);
    const kept = this.get(session.id);
    if (kept !== undefined) kept.session = session;
    else
      this.set(session.id, {
        session,
        owner,
        subscriptions: new Map(),
        floor: 0,
        queued: 0,
        state: null,
        chunks: new Map(),
      });
  }
  owners(): StoredOwner[] {
    return [...this.values()].map(({ session: { id, principal, clientId }, owner }) => {
      return { id, owner, principal, clientId };
    });
  }
  /** As a start finds them, by ascending id. @param only these; all by default */
  recovered(only?: ReadonlySet<number>): RecoveredSession[] {
    const some = [...this.values()].filter(({ session }) => only === undefined || only.has(session.id));
    const all = some.sort((a, b) => a.session.id - b.session.id);
    return all.map(({ session, owner, subscriptions, floor, queued, state, chunks }) => ({
      session,
      owner,
      subscriptions: [...subscriptions.values()],
      floor,
      queued,
      state,
      chunks: [...chunks]
        .sort(([a], [b]) => a - b)
        .map(([firstSeq, { count, deadlineMax, body }]) => {
          return { firstSeq, count, deadlineMax, bytes: body.length, shared: null };
        }),
    }));
  }
}
