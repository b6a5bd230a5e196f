import type { Authority } from "../auth/authority.ts";
import type { Principal } from "../auth/principal.ts";
import { CATALOGUE } from "../base/errors.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Clock, Log } from "../base/types.ts";
import type {
  CodecError,
  ConnackPacket,
  ConnectPacket,
  DisconnectPacket,
  PubrecPacket,
  SubscribePacket,
  UnsubscribePacket,
} from "../codec/index.ts";
import { encode, encodeWithin } from "../codec/index.ts";
import { packState } from "../fanout/checkpoint.ts";
import type { Hub } from "../fanout/hub.ts";
import { publishPlain } from "../fanout/messages.ts";
import { Outlet } from "../fanout/outlet.ts";
import { replayRetained } from "../fanout/retained.ts";
import type { Subscription } from "../fanout/subscription.ts";
import type { Directory } from "../fleet/directory.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { ToldRefusal } from "../ingest/refusals.ts";
import type { SeriesTable } from "../ingest/series.ts";
import { connackProperties, type ServerLimits, termsOf, v3ReturnCode } from "../session/connect.ts";
import { decideSubscription } from "../session/subscribe.ts";
import { willOf } from "../session/will.ts";
import type { PlatformTopics } from "../topic/platform.ts";
import { Connection } from "./connection.ts";
import { errorPayload } from "./errors.ts";
import { Failures } from "./failures.ts";
import { Session, sessionKey } from "./session.ts";
import { fireWill } from "./wills.ts";
import type { Wire, WireListener } from "./wire.ts";
import { Kind } from "../store/record.ts";

export interface BrokerLimits extends ServerLimits {
  readonly maxPacketBeforeLogin: number;
  readonly maxTopicLevels: number;
  readonly maxUnsent: number;
  readonly maxConnections: number;
  readonly maxSubscriptions: number;
  /** Seconds. */
  readonly connectTimeout: number;
}
export interface BrokerNeeds {
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
  /** Runs `fn` after at least `ms`; 0: after what the event loop has at hand. */
  readonly later: (fn: () => void, ms: number) => void;
  /** A client identifier for a client that has none. */
  readonly newClientId: () => string;
  /** First free number for a stored session. */
  readonly nextSession: number;
}

/** The longest delay before a failed login is answered, ms. */
const EARLY = 0;

/**
 * Runs a session per connection: logins, takeover, subscriptions, wills, ends; performs what the session rules decide.
 */
export class Broker {
  readonly ingest: Ingest;
  readonly hub: Hub;
  readonly directory: Directory;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: BrokerLimits;
  readonly sessions = new Map<string, Session>();
  readonly connections = new Set<Connection>();
  private readonly byPrincipal = new Map<string, Set<Session>>();
  private readonly failures = new Failures();
  private dirtyConnections: Connection[] = [];
  private flushScheduled = false;
  private afterFlushes: (() => void)[] = [];
  private waiting: Connection[] = [];
  private nextSession: number;
  /** The server is going down: nobody new, and ends are not told to the store as departures. */
  stopping = false;

  constructor(readonly needs: BrokerNeeds) {
    this.ingest = needs.ingest;
    this.hub = needs.hub;
    this.directory = needs.directory;
    this.metrics = needs.metrics;
    this.clock = needs.clock;
    this.log = needs.log;
    this.limits = needs.limits;
    this.nextSession = needs.nextSession;
    needs.ingest.events = {
      sealing: (batch) => needs.hub.sealing(batch),
      committed: (batch) => {
        this.flush(); // acknowledgements first, then fan-out
        needs.hub.publish(batch);
        this.flush();
      },
      failed: () => {},
      refused: (refusal) => this.tellRefusal(refusal),
      storage: () => {},
      room: () => this.room(),
    };
    needs.authority.onRights((principal, { narrowed }) => this.rightsChanged(principal, narrowed));
    needs.authority.onRevoked(({ key, tokenUid, tokensLeft }) => this.revoked(key, tokenUid, tokensLeft));
    needs.directory.onChange(() => needs.hub.fleetChanged());
  }

  // connections

  /** A new stream; null when the limit of connections is reached (it is closed then). */
  accept(wire: Wire): WireListener | null {
    if (this.connections.size >= this.limits.maxConnections || this.stopping) {
      this.metrics.connectionsRefused++;
      wire.terminate();
      return null;
    }
    const connection = new Connection(wire, this, this.clock.micros());
    this.connections.add(connection);
    this.metrics.connectionsOpened++;
    this.metrics.connections = this.connections.size;
    return connection;
  }
  dirty(connection: Connection): void {
    this.dirtyConnections.push(connection);
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    this.needs.later(this.flush, EARLY);
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
    this.needs.later(this.flush, EARLY);
  }
  waitForRoom(connection: Connection): void {
    this.waiting.push(connection);
  }
  private room(): void {
    const some = this.waiting;
    this.waiting = [];
    for (const connection of some) connection.resume("commit");
  }

  // login

  login(connection: Connection, packet: ConnectPacket, now: number): void {
    if (packet.properties?.authenticationMethod !== undefined)
      return this.refuseLogin(connection, packet, 0x8c, "bad_authentication_method", "Log in with an access token.");
    if (this.ingest.batcher.failing)
      return this.refuseLogin(
        connection,
        packet,
        0x88,
        "storage_unavailable",
        "The store is not available. Try later.",
      );
    const password = packet.password === undefined ? null : new TextDecoder().decode(packet.password);
    const result = this.needs.authority.authenticate(packet.userName ?? null, password, packet.version, now);
    if (!result.ok) {
      this.refuseLogin(connection, packet, CATALOGUE[result.code].reason, result.code, result.message);
      return;
    }
    if (packet.clientId === "" && packet.version !== 5 && !packet.cleanStart) {
      const text = "An empty client identifier needs a clean session."; // [MQTT3-3.1.3-8]
      return this.refuseLogin(connection, packet, 0x85, "client_identifier", text);
    }
    const assigned = packet.clientId === "" ? this.needs.newClientId() : null;
    const clientId = assigned ?? packet.clientId;
    const terms = termsOf(packet, this.limits);
    const key = sessionKey(result.principal.key, clientId);
    const found = this.takeOver(key, packet, now);
    const session = found ?? this.newSession(key, clientId, result.principal, now);
    this.resumeSession(session, connection, packet, terms.expiry, terms.maxInflight, result.tokenUid);
    connection.opens(session, terms, packet.keepAlive);
    this.metrics.loginsAccepted++;
    const connack: ConnackPacket = {
      type: "connack",
      sessionPresent: found !== null && packet.version !== 3, // [MQTT-3.2.2-3]
      reasonCode: 0,
      ...(packet.version === 5 ? { properties: connackProperties(packet, terms, this.limits, assigned) } : {}),
    };
    connection.send(encode(packet.version, connack));
    if (found) session.outlet.resend(connection, now);
    this.log.debug({ remote: connection.wire.remote, principal: result.principal.key, client: clientId }, "logged in");
  }
  /** Ends an older connection of the same session; the session, if it goes on. */
  private takeOver(key: string, packet: ConnectPacket, now: number): Session | null {
    const old = this.sessions.get(key);
    if (!old) return null;
    if (old.connection) {
      const goesOn = !packet.cleanStart && (old.will?.delay ?? 0) > 0;
      if (goesOn) old.will = null;
      old.connection.disconnect(0x8e, "taken over", "The same client identifier logged in again."); // [MQTT-3.1.4-3]
    }
    const left = this.sessions.get(key);
    if (!left) return null;
    if (packet.cleanStart) {
      if (left.willDue !== null) fireWill(this, left, now);
      this.endSession(left); // [MQTT-3.1.2-4]
      return null;
    }
    return left;
  }
  newSession(key: string, clientId: string, principal: Principal, now: number): Session {
    const session = new Session(key, clientId, principal, new Outlet(key, principal, this.hub), now);
    this.adopt(session);
    return session;
  }
  /** Enters a session (a new one, or one that was recovered). */
  adopt(session: Session): void {
    this.sessions.set(session.key, session);
    const { key } = session.principal;
    const own = this.byPrincipal.get(key) ?? new Set();
    this.byPrincipal.set(key, own.add(session));
    this.metrics.sessions = this.sessions.size;
  }
  private resumeSession(
    session: Session,
    connection: Connection,
    packet: ConnectPacket,
    expiry: number,
    maxInflight: number,
    tokenUid: number,
  ): void {
    const { outlet } = session;
    session.connection = connection;
    session.tokenUid = tokenUid;
    session.version = packet.version;
    session.expiry = expiry;
    session.disconnectedAt = null;
    session.willDue = null; // [MQTT-3.1.3-9]
    session.will = willOf(packet.will);
    if (outlet.version !== packet.version) this.hub.routes.changed();
    outlet.version = packet.version;
    outlet.maxInflight = maxInflight;
    outlet.link = connection;
    // a session is stored when it outlives its connection, or when its will must outlive the server
    if (expiry > 0 || session.will !== null) this.store(session);
    else if (outlet.stored > 0) this.unstore(session);
  }
  private store(session: Session): void {
    const { outlet } = session;
    const fresh = outlet.stored === 0;
    if (fresh) outlet.stored = this.nextSession++;
    this.hub.operation({ op: "session_put", session: session.row });
    if (!fresh) return;
    for (const s of outlet.subscriptions.values())
      this.hub.operation({ op: "subscription_put", session: outlet.stored, subscription: stored(s) });
    this.checkpoint(session);
  }
  private unstore(session: Session): void {
    this.hub.operation({ op: "session_delete", id: session.outlet.stored });
    session.outlet.stored = 0;
  }
  /** Everything of the session that is only in memory goes into the next commit. */
  checkpoint(session: Session): void {
    const { outlet } = session;
    outlet.backlog.checkpointed();
    const state = packState(outlet, session.received);
    this.hub.operation({ op: "checkpoint", session: outlet.stored, floor: this.hub.fannedSeq, state });
  }

  /** CONNACK with a reason; later, the more logins from this address failed before. */
  private refuseLogin(connection: Connection, packet: ConnectPacket, reason: number, code: string, text: string): void {
    this.metrics.loginRefused(code);
    const { remote } = connection.wire;
    this.log.info({ remote, code, client: packet.clientId, user: undefined }, "refused a login");
    connection.phase = "login";
    connection.pause("login");
    const delay = code === "storage_unavailable" ? 0 : this.failures.failed(remote, this.clock.micros());
    const answer = (): void => {
      if (connection.phase !== "login") return;
      connection.box.push(connackRefusal(packet, reason, text));
      connection.finish(`login refused: ${code}`, false);
    };
    if (delay === 0) answer();
    else this.needs.later(answer, delay);
  }
  /** A CONNECT that could not be decoded, from a client of protocol level `level`. */
  answerBadConnect(connection: Connection, level: number, error: CodecError): void {
    if (level >= 5) {
      const connack: ConnackPacket = {
        type: "connack",
        sessionPresent: false,
        reasonCode: error.reason,
        properties: { reasonString: error.message },
      };
      connection.box.push(encode(5, connack));
    } else if (error.reason === 0x84) {
      connection.box.push(encode(4, { type: "connack", sessionPresent: false, reasonCode: 1 })); // [MQTT3-3.1.2-2]
    }
  }

  // subscriptions

  subscribe(connection: Connection, session: Session, packet: SubscribePacket, now: number): void {
    const { outlet } = session;
    const codes: number[] = [];
    const notes: string[] = [];
    const replays: Subscription[] = [];
    const { version } = connection;
    for (const wish of packet.subscriptions) {
      let decision = decideSubscription(wish.filter, this.needs.topics, session.principal, this.limits.maxTopicLevels);
      const before = outlet.subscriptions.get(wish.filter);
      if (decision.granted && !before && outlet.subscriptions.size >= this.limits.maxSubscriptions)
        decision = {
          granted: false,
          reason: 0x97,
          message: `A session holds at most ${this.limits.maxSubscriptions} filters.`,
        };
      if (!decision.granted) {
        notes.push(decision.message);
        this.log.info(
          { principal: session.principal.key, client: session.clientId, filter: wish.filter, why: decision.message },
          "refused a subscription",
        );
        codes.push(version === 5 ? decision.reason : version === 4 ? 0x80 : 0); // 3.1 has no refusal
        continue;
      }
      if (decision.note) notes.push(decision.note);
      const subscription: Subscription = {
        outlet,
        filter: wish.filter,
        canonical: decision.canonical,
        qos: wish.qos,
        noLocal: wish.noLocal,
        retainAsPublished: wish.retainAsPublished,
        retainHandling: wish.retainHandling,
        identifier: packet.properties?.subscriptionIdentifier ?? 0,
        sinceSeq: this.hub.fannedSeq,
      };
      if (before) this.hub.routes.remove(before); // [MQTT-3.8.4-3]
      outlet.subscriptions.set(wish.filter, subscription);
      this.hub.routes.add(subscription);
      if (outlet.stored > 0)
        this.hub.operation({ op: "subscription_put", session: outlet.stored, subscription: stored(subscription) });
      codes.push(wish.qos);
      if (wish.retainHandling === 0 || (wish.retainHandling === 1 && !before)) replays.push(subscription);
    }
    this.metrics.subscriptions = this.hub.routes.trie.size;
    const reason =
      notes.length > 0 && connection.problemInformation ? { reasonString: notes.slice(0, 5).join(" ") } : {};
    const suback = encodeWithin(
      version,
      { type: "suback", packetId: packet.packetId, reasonCodes: codes, properties: reason },
      connection.maxPacket,
    ); // [MQTT-3.8.4-1]
    if (suback !== null) {
      // new subscriptions are durable before SUBACK
      if (outlet.stored > 0 || connection.waitingAcks > 0) connection.sendAfterCommit(suback);
      else connection.send(suback);
    }
    for (const s of replays) replayRetained(this.hub, this.needs.series, this.needs.topics, s);
    if (replays.some((s) => s.canonical.startsWith("$SYS"))) this.figuresFor(outlet);
    void now;
  }
  /** Set by app: sends the newest `$SYS` figures to an outlet that has just subscribed them. */
  figuresFor: (outlet: Outlet) => void = () => {};

  unsubscribe(connection: Connection, session: Session, packet: UnsubscribePacket): void {
    const { outlet } = session;
    const codes = packet.filters.map((filter) => {
      const subscription = outlet.subscriptions.get(filter);
      if (!subscription) return 0x11;
      this.removeSubscription(subscription);
      return 0;
    });
    this.metrics.subscriptions = this.hub.routes.trie.size;
    const unsuback = encode(connection.version, { type: "unsuback", packetId: packet.packetId, reasonCodes: codes });
    if (outlet.stored > 0 || connection.waitingAcks > 0) connection.sendAfterCommit(unsuback);
    else connection.send(unsuback);
  }
  private removeSubscription(s: Subscription): void {
    const { outlet } = s;
    outlet.subscriptions.delete(s.filter);
    this.hub.routes.remove(s);
    if (outlet.stored > 0) this.hub.operation({ op: "subscription_delete", session: outlet.stored, filter: s.filter });
  }

  // outgoing QoS 2

  pubrec(connection: Connection, session: Session, packet: PubrecPacket): void {
    const { outlet } = session;
    const { packetId, reasonCode } = packet;
    if (reasonCode >= 0x80) {
      if (outlet.acknowledge(packetId) && outlet.stored > 0)
        this.ingest.batch.writer.session(Kind.OutDone, outlet.stored, packetId);
      return;
    }
    if (!outlet.received(packetId)) {
      connection.send(
        encode(connection.version, { type: "pubrel", packetId, reasonCode: connection.version === 5 ? 0x92 : 0 }),
      );
      return;
    }
    if (outlet.stored === 0) return this.hub.sendPubrel(connection, outlet, packetId);
    this.ingest.batch.writer.session(Kind.OutReceived, outlet.stored, packetId);
    this.hub.afterCommit(outlet, packetId);
  }

  // ends

  clientDisconnects(connection: Connection, session: Session, packet: DisconnectPacket): void {
    const expiry = packet.properties?.sessionExpiryInterval;
    if (expiry !== undefined) {
      if (session.expiry === 0 && expiry > 0)
        return connection.disconnect(0x82, "protocol error", "The session expiry was 0 and cannot grow."); // [MQTT-3.14.2-2]
      session.expiry = Math.min(expiry, this.limits.maxSessionExpiry);
    }
    if (packet.reasonCode === 0) session.will = null; // [MQTT-3.14.4-3]
    connection.finish("disconnected by the client", false);
  }
  /** A connection has ended; its session may go on. */
  ended(connection: Connection, why: string, byClient: boolean): void {
    this.connections.delete(connection);
    this.metrics.connections = this.connections.size;
    this.metrics.disconnected(why.startsWith("login refused") ? "login refused" : why);
    const { session } = connection;
    connection.session = null;
    this.log.debug({ remote: connection.wire.remote, client: session?.clientId, why, byClient }, "connection ended");
    if (!session || session.connection !== connection) return;
    session.connection = null;
    const { outlet } = session;
    outlet.link = null;
    outlet.replay = null;
    outlet.pause = "offline";
    const now = this.clock.micros();
    session.disconnectedAt = now;
    if (session.will !== null) {
      // [MQTT-3.1.2-8]: at once, or after the delay, which ends with the session
      const delay = Math.min(session.will.delay, session.expiry);
      if (delay === 0) fireWill(this, session, now);
      else session.willDue = now + delay * 1e6;
    }
    if (session.expiry === 0) return this.endSession(session);
    if (outlet.stored === 0) this.store(session);
    else {
      this.hub.operation({ op: "session_put", session: session.row });
      this.checkpoint(session);
    }
  }
  /** The session is over: subscriptions, queue and what is stored of it go. */
  endSession(session: Session): void {
    const { outlet } = session;
    for (const s of [...outlet.subscriptions.values()]) {
      outlet.subscriptions.delete(s.filter);
      this.hub.routes.remove(s);
    }
    outlet.discard();
    if (outlet.stored > 0) this.hub.operation({ op: "session_delete", id: outlet.stored });
    this.sessions.delete(session.key);
    const own = this.byPrincipal.get(session.principal.key);
    own?.delete(session);
    if (own?.size === 0) this.byPrincipal.delete(session.principal.key);
    this.metrics.sessions = this.sessions.size;
    this.metrics.subscriptions = this.hub.routes.trie.size;
  }

  // rights

  sessionsOf(principal: string): readonly Session[] {
    return [...(this.byPrincipal.get(principal) ?? [])];
  }
  private rightsChanged(principal: Principal, narrowed: boolean): void {
    this.hub.routes.changed();
    if (!narrowed) return;
    for (const session of this.sessionsOf(principal.key)) {
      const { connection, outlet } = session;
      if (!principal.mqtt) {
        session.will = null;
        connection?.disconnect(0x87, "rights", "This account may not use MQTT any more.");
        continue;
      }
      connection?.box.filter((buf, start) => this.mayStillLeave(buf, start, principal));
      if (!principal.operate)
        for (const s of [...outlet.subscriptions.values()])
          if (s.canonical.startsWith("$SYS")) this.removeSubscription(s);
    }
  }
  /** Whether an unsent packet may still be sent: a QoS 0 measurement only while its device may be viewed. */
  private mayStillLeave(buf: Uint8Array, start: number, principal: Principal): boolean {
    if ((buf[start] as number) >> 4 !== 3 || ((buf[start] as number) & 6) !== 0) return true;
    let at = start + 1;
    while ((buf[at] as number) > 0x7f) at++;
    const length = ((buf[at + 1] as number) << 8) | (buf[at + 2] as number);
    const [root, slug = "", id = ""] = Buffer.from(buf.subarray(at + 3, at + 3 + length))
      .toString()
      .split("/");
    if (root !== this.needs.topics.prefix) return true;
    const device = this.directory.product(slug)?.devicesById.get(id);
    return device !== undefined && principal.view.has(device.index);
  }
  /** A token is gone: its connections are cut, and sessions nobody can come back to are discarded with their wills. */
  private revoked(key: string, tokenUid: number, tokensLeft: number): void {
    for (const session of this.sessionsOf(key)) {
      if (session.tokenUid !== tokenUid && tokensLeft > 0) continue;
      session.will = null;
      session.willDue = null;
      session.expiry = 0;
      if (session.connection) session.connection.disconnect(0x87, "revoked", "The access token was revoked.");
      else this.endSession(session);
    }
  }
  /** An operator ends a client's connection; its will fires. */
  disconnectClient(principal: string, clientId: string): boolean {
    const connection = this.sessions.get(sessionKey(principal, clientId))?.connection;
    connection?.disconnect(0x98, "operator", "Disconnected by an operator.");
    return connection !== null && connection !== undefined;
  }

  private tellRefusal(refusal: ToldRefusal): void {
    const topic = this.needs.topics.errorTopic(refusal.topic);
    publishPlain(
      this.hub,
      topic,
      topic.split("/"),
      errorPayload(refusal),
      1,
      (o) => o.principal.key === refusal.principal,
    );
  }

  // time

  /** Call it about once a second: keep alive, time-outs, wills, sessions that expire, folded refusals. */
  tick(): void {
    const now = this.clock.micros();
    for (const connection of this.connections) this.watch(connection, now);
    for (const session of this.sessions.values()) {
      if (session.willDue !== null && session.willDue <= now) fireWill(this, session, now);
      if (session.disconnectedAt !== null && session.disconnectedAt + session.expiry * 1e6 <= now) {
        if (session.willDue !== null) fireWill(this, session, now); // [MQTT-3.1.3.2.2]
        this.endSession(session);
      }
    }
    this.ingest.refusals.tick(now);
    this.failures.tick(now);
    this.ingest.batcher.poke();
  }
  private watch(connection: Connection, now: number): void {
    if (connection.phase === "connect") {
      if (now - connection.opened > this.limits.connectTimeout * 1e6) connection.finish("no CONNECT", false);
    } else if (connection.phase === "open" && connection.keepAlive > 0 && !connection.paused) {
      // [MQTT-3.1.2-22]
      if (now - connection.lastSeen > connection.keepAlive * 1.5e6)
        connection.disconnect(0x8d, "keep alive", `Nothing was heard for ${connection.keepAlive * 1.5} s.`);
    }
  }

  /** Graceful stop: wills fire as the standard says, v5 clients are told, sessions are checkpointed. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const connection of [...this.connections])
      connection.disconnect(0x8b, "server stops", "The server is shutting down.");
    for (const session of this.sessions.values()) if (session.outlet.stored > 0) this.checkpoint(session);
    this.flush();
    await this.ingest.batcher.idle();
    while (this.hub.lagging) await new Promise<void>((resolve) => this.needs.later(resolve, EARLY));
    await this.ingest.batcher.idle();
  }
}

function stored(s: Subscription): Omit<Subscription, "outlet" | "canonical"> {
  const { filter, qos, noLocal, retainAsPublished, retainHandling, identifier, sinceSeq } = s;
  return { filter, qos, noLocal, retainAsPublished, retainHandling, identifier, sinceSeq };
}

function connackRefusal(packet: ConnectPacket, reason: number, text: string): Uint8Array {
  const { version } = packet;
  if (version !== 5)
    return encode(version, { type: "connack", sessionPresent: false, reasonCode: v3ReturnCode(reason) });
  const connack: ConnackPacket = {
    type: "connack",
    sessionPresent: false,
    reasonCode: reason,
    properties: { reasonString: text },
  };
  return (
    encodeWithin(5, connack, packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY) ??
    encode(5, { type: "connack", sessionPresent: false, reasonCode: reason })
  );
}
