import { Routes } from "../../fanout/routes.ts";
import type { LogRecord, RecoveredSession, Seq } from "../../store/ports.ts";
import type { BrokerContext } from "../context.ts";
import { endSession } from "../departures.ts";
import type { Floors, Restored } from "../hearers.ts";
import { Replay } from "../replay.ts";
import { isDiscarded, knownOf, restoreSession, settle } from "../restore.ts";
import { type Session, sessionKey } from "../session.ts";
import { fireWill } from "../wills.ts";

/** Sessions that are brought here together, until they are. What is published meanwhile is not for them: it is replayed. */
export class Load {
  /** Numbers of those that are not here yet, and the sessions; null: nobody can come back to it. */
  private readonly coming = new Map<number, Restored | null>();
  private readonly floors: Floors = { rows: new Map(), groups: new Map() };
  private readonly routes: Routes;
  private readonly replay: Replay;
  /** All rows up to this one are replayed. */
  replayed: Seq = Number.POSITIVE_INFINITY;

  /** @param register hears of each row that is this node's */
  constructor(
    private readonly context: BrokerContext,
    private readonly register: (id: number, key: string) => void,
  ) {
    this.routes = new Routes(context.topics.prefix);
    this.replay = new Replay(context, this.restored, this.floors, this.routes);
  }
  private readonly restored = new Map<number, Restored>();

  /** What was read of them. */
  add(some: readonly RecoveredSession[]): void {
    for (const one of some) {
      this.register(one.session.id, sessionKey(one.session.principal, one.session.clientId));
      this.restore(one);
    }
  }
  /** All of them were read. */
  begin(): void {
    this.context.hub.ledger.settled();
  }
  private restore(stored: RecoveredSession): void {
    const { hub } = this.context;
    const { floor } = stored;
    const { id } = stored.session;
    const session = restoreSession(this.context, stored);
    this.coming.set(id, session && { session, floor });
    if (session === null) return;
    const { outlet } = session;
    outlet.joinedSeq = Number.POSITIVE_INFINITY;
    // it has logged in elsewhere, before it came
    session.loginSeq = 0;
    this.restored.set(id, { session, floor });
    this.floors.rows.set(outlet, knownOf(stored));
    for (const s of outlet.subscriptions.values()) {
      if (s.shared) hub.subscribe(s);
      else this.routes.add(s);
    }
    this.replayed = Math.min(this.replayed, floor);
  }

  /** The next record of the log; of one that reaches beyond a row the rest comes later. @throws RangeError when it is damaged */
  record(record: LogRecord, upTo: Seq): void {
    const { hub } = this.context;
    hub.recovering = true;
    try {
      this.replay.record(record, upTo);
    } finally {
      hub.recovering = false;
    }
  }
  /** Whether all of them are here. */
  get isDone(): boolean {
    return this.coming.size === 0;
  }
  /**
   * Everything is replayed up to the row up to which all rows had their turn: from here on some of them are here.
   * @param most so many of them @param isOver which of them end at once @param now µs of the steady clock
   * @returns which, and whether they have not ended
   */
  join(most: number, isOver: (id: number) => boolean, now: number): [id: number, isHere: boolean][] {
    const done: [number, boolean][] = [];
    for (const [id, one] of this.coming) {
      if (done.length >= most) break;
      this.coming.delete(id);
      if (one === null) this.context.hub.operation({ op: "session_delete", id });
      done.push([id, one !== null && this.joins(id, one.session, isOver(id), now)]);
    }
    return done;
  }
  private joins(id: number, session: Session, isOver: boolean, now: number): boolean {
    const { context, replayed } = this;
    const { outlet } = session;
    // what is replayed from here on is not for it
    this.restored.delete(id);
    const known = this.floors.rows.get(outlet);
    if (known !== undefined) known.floor = Number.POSITIVE_INFINITY;
    const isGone = isDiscarded(context, session);
    // a client that began anew here meanwhile has another one
    if (isGone || isOver || context.sessions.get(session.key) !== undefined) {
      for (const s of outlet.subscriptions.values()) if (!s.shared) outlet.subscriptions.delete(s.filter);
      if (!isGone) fireWill(context, session, now);
      endSession(context, session);
      return false;
    }
    outlet.joinedSeq = replayed;
    context.sessions.add(session);
    for (const s of outlet.subscriptions.values()) if (!s.shared) context.hub.subscribe(s);
    settle(session, now, replayed);
    return true;
  }
}
