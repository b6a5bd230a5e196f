import { Routes } from "../../fanout/routes.ts";
import type { LogRecord, RecoveredSession, Seq } from "../../store/ports.ts";
import type { BrokerContext } from "../context.ts";
import { endSession } from "../departures.ts";
import type { Floors } from "../hearers.ts";
import { Replay } from "../replay.ts";
import { isDiscarded, knownOf, restoreSession, settle } from "../restore.ts";
import { type Session, sessionKey } from "../session.ts";
import { fireWill } from "../wills.ts";

/** Sessions that are brought here together, until they are. What is published meanwhile is not for them: it is replayed. */
export class Load {
  private readonly stored: RecoveredSession[] = [];
  private readonly sessions = new Map<number, Session>();
  private readonly floors: Floors = { rows: new Map(), groups: new Map() };
  private readonly routes: Routes;
  private replay: Replay | null = null;
  /** All rows up to this one are replayed. */
  replayed: Seq = Number.POSITIVE_INFINITY;

  /** @param register hears of each row that is this node's */
  constructor(
    private readonly context: BrokerContext,
    private readonly register: (id: number, key: string) => void,
  ) {
    this.routes = new Routes(context.topics.prefix);
  }

  /** What was read of them. */
  add(some: readonly RecoveredSession[]): void {
    for (const one of some) {
      this.stored.push(one);
      this.register(one.session.id, sessionKey(one.session.principal, one.session.clientId));
    }
  }
  /** All of them were read. */
  begin(): void {
    for (const stored of this.stored) this.session(stored);
    const restored = new Map(
      [...this.sessions].map(([id, session]) => [id, { session, floor: this.floorOf(session) }]),
    );
    this.replay = new Replay(this.context, restored, this.floors, this.routes);
    this.context.hub.ledger.settled();
  }
  private floorOf({ outlet }: Session): Seq {
    return this.floors.rows.get(outlet)?.floor ?? 0;
  }
  private session(stored: RecoveredSession): void {
    const { hub } = this.context;
    const session = restoreSession(this.context, stored);
    if (session === null) return;
    const { outlet } = session;
    outlet.joinedSeq = Number.POSITIVE_INFINITY;
    // it has logged in elsewhere, before it came
    session.loginSeq = 0;
    this.sessions.set(stored.session.id, session);
    this.floors.rows.set(outlet, knownOf(stored));
    for (const s of outlet.subscriptions.values()) {
      if (s.shared) hub.subscribe(s);
      else this.routes.add(s);
    }
    this.replayed = Math.min(this.replayed, stored.floor);
  }

  /** The next record of the log; of one that reaches beyond a row the rest comes later. @throws RangeError when it is damaged */
  record(record: LogRecord, upTo: Seq): void {
    const { hub } = this.context;
    hub.recovering = true;
    try {
      this.replay?.record(record, upTo);
    } finally {
      hub.recovering = false;
    }
  }
  /**
   * Everything is replayed up to the row up to which all rows had their turn: from here on they are here.
   * @param isOver which of them end at once @param now µs of the steady clock
   * @returns those that are here
   */
  join(isOver: (id: number) => boolean, now: number): ReadonlySet<number> {
    const { context } = this;
    const here = new Set<number>();
    for (const { session: row } of this.stored) {
      const session = this.sessions.get(row.id);
      if (session === undefined) context.hub.operation({ op: "session_delete", id: row.id });
      else if (this.joins(session, isOver(row.id), now)) here.add(row.id);
    }
    return here;
  }
  private joins(session: Session, isOver: boolean, now: number): boolean {
    const { context, replayed } = this;
    const { outlet } = session;
    outlet.joinedSeq = replayed;
    context.sessions.add(session);
    for (const s of outlet.subscriptions.values()) if (!s.shared) context.hub.subscribe(s);
    settle(session, now, replayed);
    const isGone = isDiscarded(context, session);
    if (!isGone && !isOver) return true;
    if (!isGone) fireWill(context, session, now);
    endSession(context, session);
    return false;
  }
}
