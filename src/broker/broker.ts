import { STOPS, silent } from "./farewells.ts";
import type { Authority } from "../auth/authority.ts";
import { spacesGone } from "../auth/free.ts";
import { mayStillPublish } from "../auth/local-owner.ts";
import type { Principal } from "../auth/principal.ts";
import type { Metrics } from "../base/metrics.ts";
import { NEVER_FROZEN, type Silence } from "../base/silence.ts";
import type { Clock, Log } from "../base/types.ts";
import { PacketReader } from "../codec/index.ts";
import type { Hub } from "../fanout/hub.ts";
import type { Outlet } from "../fanout/outlet.ts";
import { type Directory, isAftermath } from "../fleet/directory.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { SeriesTable } from "../ingest/series.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { aroundCommits } from "./after-commit.ts";
import { Admission } from "./admission.ts";
import type { Channel } from "./channel.ts";
import { Connection } from "./connection.ts";
import type { BrokerContext, BrokerLimits, BrokerNeeds, Commit } from "./context.ts";
import { endSession } from "./departures.ts";
import { endAll } from "./quiet.ts";
import { Failures } from "./failures.ts";
import type { Elsewhere } from "./nodes/port.ts";
import { FoldedLog } from "./folded-log.ts";
import { Newcomers } from "./newcomers.ts";
import { Presence } from "./presence.ts";
import { Rates } from "./rates.ts";
import { tellRefusal } from "./refusal-topic.ts";
import { type RefusalLog, refusalLogOf } from "./refusal-log.ts";
import { revoked, rightsChanged } from "./rights.ts";
import type { Session } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { scopeOf } from "./scope.ts";
import { Tracing } from "./trace/tracing.ts";
import { fireWill } from "./wills.ts";
import type { Wire, WireListener } from "./wire.ts";

/** How long a client that closed its side may take to read what is left. */
const HALF_OPEN_MICROS = 30_000_000;
/** How long a stream that we have ended may wait for the client to end it, too. */
const LEAVING_MICROS = 10_000_000;
/** For `later`: after what the event loop has at hand. */
const SOON = 0;

/**
 * Runs a session per connection: logins, takeover, subscriptions, wills, ends; performs what the session rules decide.
 */
export class Broker implements BrokerContext {
  readonly ingest: Ingest;
  readonly hub: Hub;
  readonly series: SeriesTable;
  readonly directory: Directory;
  readonly authority: Authority;
  readonly topics: PlatformTopics;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: BrokerLimits;
  readonly silence: Silence;
  readonly later: (fn: () => void, ms: number) => void;
  readonly anonymous: (local: boolean) => Principal | null;
  readonly newClientId: () => string;
  readonly commit: Commit;
  readonly reader = new PacketReader();
  readonly sessions: Sessions;
  readonly presence: Presence;
  elsewhere: Elsewhere | null = null;
  readonly connections = new Set<Connection>();
  readonly failures = new Failures();
  private readonly admission: Admission;
  private readonly refusalLog: RefusalLog;
  readonly foldedLog: FoldedLog;
  readonly rates: Rates;
  /** Connections that have not logged in. */
  readonly newcomers: Newcomers<Connection>;
  readonly tracing = new Tracing(this);
  private dirtyConnections: Connection[] = [];
  private flushScheduled = false;
  private afterFlushes: (() => void)[] = [];
  private waiting: Connection[] = [];
  /** Streams that we have ended and the client has not, and since when: they take up a place until they are gone. */
  private readonly leaving = new Map<Connection, number>();
  /** Keys of stored sessions that have ended, until that is durable. */
  readonly ending = new Set<string>();
  /** By session key: the newest connection whose login waits for that. */
  readonly entering = new Map<string, Channel>();
  /** The server is going down: nobody new is let in. */
  stopping = false;

  constructor(needs: BrokerNeeds) {
    this.ingest = needs.ingest;
    this.commit = needs.ingest.commits;
    this.hub = needs.hub;
    this.series = needs.series;
    this.directory = needs.directory;
    this.authority = needs.authority;
    this.topics = needs.topics;
    this.metrics = needs.metrics;
    this.clock = needs.clock;
    this.log = needs.log;
    this.limits = needs.limits;
    this.silence = needs.silence ?? NEVER_FROZEN;
    this.later = needs.later;
    this.anonymous = needs.anonymous;
    this.newClientId = needs.newClientId;
    this.admission = new Admission(needs.limits, needs.metrics, needs.log);
    this.rates = new Rates(needs.limits, needs.metrics, needs.log, needs);
    this.newcomers = new Newcomers(needs.limits.maxBytesBeforeLogin);
    this.sessions = new Sessions(needs.hub, needs.metrics, needs.sessionIds);
    this.presence = new Presence(
      needs.directory,
      (op) => needs.hub.operation(op),
      ({ row, product }) => needs.series.gone.of(product.row.uid, row.id),
    );
    this.foldedLog = new FoldedLog(needs.log);
    this.refusalLog = refusalLogOf(needs.directory, needs.log);
    needs.ingest.commits.events = {
      ...aroundCommits({
        hub: needs.hub,
        moved: () => this.elsewhere?.sealing(),
        presence: this.presence,
        flush: this.flush,
        gaveUp: (awaited) => this.gaveUp(awaited),
      }),
      refused: (refusal) => {
        tellRefusal(needs.hub, needs.topics, refusal);
        needs.ingest.eventLog.refused(refusal);
        this.refusalLog.seen(refusal, this.clock.steady());
      },
      room: () => this.room(),
    };
    needs.ingest.eventLog.audience = (batch, i) => needs.hub.audience(batch, i);
    needs.hub.checkpoint = (outlet) => this.sessions.checkpointOf(outlet);
    needs.hub.mayStillPublish = (key, workspace, topic) => mayStillPublish(needs.authority, key, workspace, topic);
    needs.hub.shares.scopeOf = (outlet, filter) => scopeOf(this, outlet.principal, filter);
    needs.authority.onRights((principal, { narrowed }) => rightsChanged(this, principal, narrowed));
    needs.authority.onRevoked(({ key, tokenUid, tokensLeft }) => revoked(this, key, tokenUid, tokensLeft));
    needs.directory.onChange((changes) => {
      if (!changes.every(isAftermath)) needs.hub.fleetChanged();
      for (const space of spacesGone(changes)) needs.hub.retained.forget(space);
    });
  }

  // connections

  /** A new stream; null when a limit of connections is reached (it is closed then). */
  accept(wire: Wire): WireListener | null {
    const now = this.clock.steady();
    const open = this.connections.size + this.leaving.size;
    const place = this.admission.admit(wire, open, this.stopping, now);
    if (place === undefined) {
      wire.terminate();
      return null;
    }
    const connection = new Connection(wire, this, place, now);
    this.connections.add(connection);
    this.tracing.opened(connection);
    this.metrics.connectionsOpened++;
    this.metrics.connections = this.connections.size;
    const before = this.newcomers.enter(connection, this.limits.maxPacketBeforeLogin + wire.holds);
    for (const oldest of before) oldest.cutOff("login memory");
    if (before.length > 0) this.admission.crowded(now);
    return connection;
  }
  /** We have ended the stream: it is cut off when the client does not end it, too. */
  leaves(connection: Connection): void {
    this.leaving.set(connection, this.clock.steady());
  }
  /** The stream is gone. */
  gone(connection: Connection): void {
    this.leaving.delete(connection);
    this.admission.left(connection.place);
    connection.place = null;
  }
  dirty(connection: Connection): void {
    this.dirtyConnections.push(connection);
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    this.later(this.flush, SOON);
  }
  /** Sends what this turn wrote, one write a connection. */
  readonly flush = (): void => {
    this.flushScheduled = false;
    const some = this.dirtyConnections;
    if (some.length > 0) this.dirtyConnections = [];
    for (const connection of some) connection.flush();
    if (this.afterFlushes.length > 0) for (const fn of this.afterFlushes.splice(0)) fn();
  };
  afterFlush(fn: () => void): void {
    this.afterFlushes.push(fn);
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    this.later(this.flush, SOON);
  }
  waitForRoom(connection: Connection): void {
    this.waiting.push(connection);
  }
  private room(): void {
    const some = this.waiting;
    this.waiting = [];
    for (const connection of some) connection.resume("commit");
  }

  /** The grace time of storage is over: nothing was stored, and who waits to send is told so. */
  private gaveUp(awaited: boolean): void {
    if (awaited) this.sessions.checkpointNext();
    const some = this.waiting;
    this.waiting = [];
    for (const connection of some) connection.storageFailed();
  }
  /** Set by app: sends the newest `$SYS` figures to an outlet that has just subscribed them. */
  figuresFor: (outlet: Outlet) => void = () => {};

  // time

  /** Whether wills can be recorded now; otherwise they wait, and their sessions with them. */
  get takesWills(): boolean {
    return !this.commit.failing && this.ingest.isClockSet;
  }
  /** Call it about once a second: keep alive, time-outs, wills, sessions that expire, folded refusals. */
  tick(): void {
    if (this.silence.frozen) return;
    const now = this.clock.steady();
    for (const connection of this.connections) this.watch(connection, now);
    for (const [connection, since] of this.leaving)
      if (now - since > LEAVING_MICROS) {
        this.gone(connection);
        connection.wire.terminate();
      }
    if (this.takesWills) for (const session of this.sessions.values()) this.age(session, now);
    for (const session of this.sessions.values())
      if (session.outlet.pause === "loads_chunk") this.hub.touch(session.outlet);
    for (const group of this.hub.shares.values()) if (group.backlog.count > 0) this.hub.touch(group);
    this.ingest.commits.refusals.tick(this.clock.wallOf(now));
    this.ingest.eventLog.tick(this.clock.wallOf(now));
    this.refusalLog.tick(now);
    this.foldedLog.tick(now);
    this.ingest.messages.tick(now);
    this.hub.routes.free.sweep();
    this.failures.tick(now);
    this.rates.tick(now);
    this.tracing.tick(now);
    this.commit.poke();
  }
  /** What is due of a session whose client is away: its will, its end. */
  private age(session: Session, now: number): void {
    const over = session.isOver(now);
    // a will's delay ends with the session (section 3.1.3.2.2)
    if (session.willDue !== null && (over || session.willDue <= now)) fireWill(this, session, now);
    if (over) endSession(this, session);
  }
  private watch(connection: Connection, now: number): void {
    if (connection.isEnded && !connection.keeps && now - connection.lastSeen > HALF_OPEN_MICROS)
      return connection.finish("half-open", true);
    if (connection.phase === "connect") {
      if (now - connection.opened > this.limits.connectTimeout * 1e6) connection.finish("no CONNECT", false);
    } else if (connection.phase === "open" && connection.keepAlive > 0) {
      // [MQTT-3.1.2-22]
      const heard = connection.lastSign(now);
      if (now - heard > connection.keepAlive * 1.5e6)
        connection.disconnect(0x8d, "keep alive", silent(connection.keepAlive));
    }
  }

  /** Graceful stop: wills fire as the standard says, v5 clients are told, sessions are checkpointed. */
  async stop(): Promise<void> {
    this.stopping = true;
    endAll(this.connections, 0x8b, "server stops", STOPS);
    this.tracing.endAll("the server stops");
    this.sessions.checkpointAll();
    this.ingest.eventLog.flush();
    this.commit.poke();
    this.flush();
    await this.ingest.commits.batcher.idle();
    while (this.hub.lagging && !this.silence.frozen) await new Promise<void>((resolve) => this.later(resolve, SOON));
    if (!this.silence.frozen) this.elsewhere?.leave();
    await this.ingest.commits.batcher.idle();
  }
}
