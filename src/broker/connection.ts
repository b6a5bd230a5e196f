import {
  CodecError,
  createFrame,
  createPublishView,
  decode,
  decodeConnect,
  encode,
  encodeWithin,
  FRAME_COMPLETE,
  FRAME_MALFORMED,
  FRAME_SHORT,
  type Packet,
  PacketType,
  type PublishView,
  readFrame,
  readPublish,
  textAt,
  userProperties,
} from "../codec/index.ts";
import type { Link } from "../fanout/link.ts";
import { Outbox } from "../fanout/outbox.ts";
import type { Waiter } from "../ingest/batch.ts";
import { NO_EXTRAS, type PublishExtras } from "../ingest/ingest.ts";
import { sameBytes, type TopicEntry } from "../ingest/target.ts";
import { CATALOGUE, type ErrorCode } from "../base/errors.ts";
import type { Terms } from "../session/connect.ts";
import { Inbound } from "../session/inbound.ts";
import { Kind } from "../store/record.ts";
import type { Broker } from "./broker.ts";
import { Partial } from "./partial.ts";
import type { Session } from "./session.ts";
import type { Wire, WireListener } from "./wire.ts";

/** Kinds of acknowledgements, the high part of what a commit is waited for with. */
const PUBACK = 0;
const PUBREC = 1;
const PUBCOMP = 2;
/** The next of `refusals`. */
const REFUSAL = 3;
/** An answer that waits for the commit alone (SUBACK, UNSUBACK): the next of `answers`. */
const ANSWER = 4;
const KIND = 65_536;

/** One frame and one view for all connections: a packet is read in one go. */
const frame = createFrame();
const view: PublishView = createPublishView();

type Phase = "connect" | "login" | "open" | "closed";

/**
 * One network connection: finds the packets in what comes, hands each to its verb, and keeps the order of
 * acknowledgements. Everything a client can do wrong ends here, with this connection alone.
 */
export class Connection implements WireListener, Link, Waiter {
  readonly box: Outbox;
  phase: Phase = "connect";
  version: 3 | 4 | 5 = 4;
  session: Session | null = null;
  maxPacket = Number.POSITIVE_INFINITY;
  problemInformation = true;
  /** Seconds; 0: off. */
  keepAlive = 0;
  /** µs of the last packet, and of the opening. */
  lastSeen: number;
  readonly opened: number;
  private readonly partial = new Partial();
  private isDirty = false;
  private inbound = new Inbound(0, 0);
  /** The last topic and where it led, for one epoch of the fleet. */
  private last: TopicEntry | null = null;
  private lastEpoch = -1;
  /** Acknowledgements that wait for a commit. */
  waitingAcks = 0;
  private readonly refusals: { id: number; reason: number; qos: 1 | 2; bytes: Uint8Array }[] = [];
  private readonly answers: Uint8Array[] = [];
  private readonly pauses = new Set<"commit" | "outbox" | "login">();
  /** The client closed its side; what waits is answered, then the wire is ended. */
  private ended = false;

  constructor(
    readonly wire: Wire,
    private readonly broker: Broker,
    now: number,
  ) {
    this.box = new Outbox(broker.hub.pool);
    this.lastSeen = now;
    this.opened = now;
  }

  // Link

  dirty(): void {
    if (this.isDirty) return;
    this.isDirty = true;
    this.broker.dirty(this);
  }
  /** Sends what is in the outbox. */
  flush(): void {
    this.isDirty = false;
    if (this.phase === "closed") return;
    this.broker.metrics.bytesSent += this.box.flush(this.wire);
    if (this.box.unsent > this.broker.limits.maxUnsent) this.pause("outbox");
  }

  // WireListener

  data(bytes: Uint8Array): void {
    if (this.phase === "closed") return;
    this.broker.metrics.bytesReceived += bytes.length;
    const now = this.broker.clock.micros();
    this.lastSeen = now;
    const buf = this.partial.empty ? bytes : this.partial.add(bytes);
    if (buf === null) return;
    try {
      this.packets(buf, now);
    } catch (error) {
      this.broken(error);
    }
    this.broker.ingest.batcher.poke();
    if (this.broker.ingest.full && this.open) this.pause("commit");
  }
  drained(): void {
    this.box.blocked = false;
    this.flush();
    if (this.box.unsent <= this.broker.limits.maxUnsent) this.resume("outbox");
    if (this.session && this.box.unsent < 32_768) this.broker.hub.touch(this.session.outlet);
    if (this.ended) this.endWhenQuiet();
  }
  closed(): void {
    if (this.phase === "closed" || this.ended) return;
    this.ended = true;
    // what came before is recorded and answered, for a client that only closed its sending side
    if (this.waitingAcks === 0) this.finish("closed by the client", true);
  }
  private endWhenQuiet(): void {
    if (this.waitingAcks === 0 && this.box.unsent === 0) this.finish("closed by the client", true);
  }

  get open(): boolean {
    return this.phase === "open";
  }
  pause(why: "commit" | "outbox" | "login"): void {
    if (this.phase === "closed" || this.pauses.has(why)) return;
    if (this.pauses.size === 0) this.wire.pause();
    this.pauses.add(why);
    if (why === "commit") this.broker.waitForRoom(this);
  }
  resume(why: "commit" | "outbox" | "login"): void {
    if (!this.pauses.delete(why) || this.pauses.size > 0 || this.phase === "closed") return;
    this.lastSeen = this.broker.clock.micros();
    this.wire.resume();
  }
  /** Reading stopped for the server's sake: silence is not the client's. */
  get paused(): boolean {
    return this.pauses.size > 0;
  }

  // packets

  private packets(buf: Uint8Array, now: number): void {
    let at = 0;
    const end = buf.length;
    const { limits } = this.broker;
    while (at < end) {
      if (this.phase === "login") break; // waits for the login; at most maxPacketBeforeLogin follows, see keep()
      const limit = this.phase === "connect" ? limits.maxPacketBeforeLogin : limits.maxPacket;
      const state = readFrame(buf, at, end, limit, frame);
      if (state === FRAME_SHORT) {
        if (this.phase === "connect" && frame.type !== PacketType.CONNECT) throw notConnect();
        break;
      }
      if (state !== FRAME_COMPLETE) {
        if (state === FRAME_MALFORMED) throw new CodecError(0x81, "the packet's length is malformed");
        throw new CodecError(0x95, `the packet is larger than ${limit} bytes`);
      }
      at = frame.bodyEnd;
      if (this.phase === "open") {
        if (frame.type === PacketType.PUBLISH) this.publish(buf, now);
        else this.packet(decode(this.version, buf, frame), now);
      } else this.connect(buf, now);
      // a verb may have ended the connection
      if ((this.phase as Phase) === "closed") return;
    }
    if (at < end)
      this.partial.keep(buf, at, this.phase === "login" || frame.bodyEnd < 0 ? 0 : frame.bodyEnd - frame.start);
  }
  private connect(buf: Uint8Array, now: number): void {
    if (frame.type !== PacketType.CONNECT) throw notConnect(); // [MQTT-3.1.0-1]
    const packet = decodeConnect(buf, frame);
    this.version = packet.version;
    this.broker.login(this, packet, now);
  }
  /** The login succeeded: from now on packets are read. */
  opens(session: Session, terms: Terms, keepAlive: number): void {
    const { limits } = this.broker;
    this.session = session;
    this.phase = "open";
    this.keepAlive = keepAlive;
    this.maxPacket = terms.maxPacket;
    this.problemInformation = terms.problemInformation;
    this.inbound =
      this.version === 5 ? new Inbound(limits.topicAliasMaximum, limits.receiveMaximum) : new Inbound(0, 0);
  }

  /** A PUBLISH; the hot path. */
  private publish(buf: Uint8Array, now: number): void {
    const session = this.session as Session; // phase "open"
    readPublish(this.version, buf, frame, view);
    const { ingest, metrics } = this.broker;
    metrics.publishesReceived++;
    const { qos, packetId } = view;
    if (qos === 2 && session.received.has(packetId)) {
      this.acknowledge(PUBREC, packetId); // [MQTT-4.3.3-10]: a resend joins the first one's answer
      return;
    }
    if (qos > 0) this.inbound.received();
    let topic = buf;
    let start = view.topicStart;
    let end = view.topicEnd;
    if (view.topicAlias > 0) {
      topic = this.inbound.alias(view.topicAlias, buf, start, end);
      start = 0;
      end = topic.length;
    }
    let refused: ErrorCode | null;
    const extras = view.propsEnd > view.propsStart ? this.extras(buf, now) : NO_EXTRAS;
    const entry = extras === null ? null : this.find(topic, start, end);
    if (extras === null) refused = "invalid_timestamp";
    else if (entry !== null) {
      refused = ingest.record(session.principal, entry.target, buf, view.payloadStart, view.payloadEnd, now, extras);
    } else {
      const name = textAt(topic, start, end);
      const at = { buf: topic, start, end };
      refused = ingest.publish(session.principal, name, at, buf, view.payloadStart, view.payloadEnd, now, extras);
    }
    if (refused !== null) return this.refusePublish(session, refused, textAt(topic, start, end), buf, now);
    if (qos === 1) this.waitFor(PUBACK, packetId);
    else if (qos === 2) {
      session.received.add(packetId);
      // the mark and the measurement are in the same commit (engine-room 3)
      if (session.outlet.stored > 0) ingest.batch.writer.session(Kind.In2Received, session.outlet.stored, packetId);
      this.waitFor(PUBREC, packetId);
    }
  }
  private find(buf: Uint8Array, start: number, end: number): TopicEntry | null {
    const { last, broker } = this;
    const { epoch } = broker.directory;
    if (last !== null && this.lastEpoch === epoch && sameBytes(last.bytes, buf, start, end)) return last;
    const entry = broker.ingest.known(buf, start, end);
    this.last = entry;
    this.lastEpoch = epoch;
    return entry;
  }
  /** Deadline and `timestamp` of a v5 publish; null when there are several timestamps. */
  private extras(buf: Uint8Array, now: number): PublishExtras | null {
    const deadline = view.expiry >= 0 ? Math.min(Math.floor(now / 1e6) + view.expiry, 0xffff_ffff) : 0;
    if (view.userProps === 0) return { timestamp: null, deadline };
    const stamps = userProperties(buf, view.propsStart, view.propsEnd).filter(([name]) => name === "timestamp");
    if (stamps.length > 1) {
      this.broker.ingest.why = "There is more than one User Property timestamp.";
      this.broker.ingest.whom = null;
      return null;
    }
    return { timestamp: stamps[0]?.[1] ?? null, deadline };
  }
  /** Tells everyone concerned why a publish was refused (wire contract section 7). */
  private refusePublish(session: Session, code: ErrorCode, topic: string, buf: Uint8Array, now: number): void {
    const { ingest } = this.broker;
    const { qos, packetId } = view;
    const payload = buf.slice(view.payloadStart, Math.min(view.payloadEnd, view.payloadStart + 260));
    const message = ingest.why;
    ingest.report({ principal: session.principal, device: ingest.whom, code, message, topic, payload, time: now });
    if (qos === 0) return;
    if (this.version !== 5) {
      // v3 has no other way to refuse without a loop: it is acknowledged
      if (qos === 2) session.received.add(packetId);
      this.acknowledge(qos === 1 ? PUBACK : PUBREC, packetId);
      return;
    }
    const { reason } = CATALOGUE[code];
    const type = qos === 1 ? ("puback" as const) : ("pubrec" as const);
    const properties = this.problemInformation ? { properties: { reasonString: message } } : {};
    const bytes = encodeWithin(5, { type, packetId, reasonCode: reason, ...properties }, this.maxPacket);
    if (bytes === null) return this.inbound.answered();
    if (this.waitingAcks === 0) {
      this.inbound.answered();
      this.send(bytes);
      return;
    }
    this.refusals.push({ id: packetId, reason, qos, bytes });
    this.waitFor(REFUSAL, packetId);
  }

  // acknowledgements, in the order of arrival

  private waitFor(kind: number, packetId: number): void {
    this.waitingAcks++;
    this.broker.ingest.batch.wait(this, kind * KIND + packetId);
  }
  /** At once when nothing of this connection waits for a commit, behind it otherwise. */
  private acknowledge(kind: number, packetId: number): void {
    if (this.waitingAcks > 0) return this.waitFor(kind, packetId);
    this.answer(kind, packetId);
  }
  committed(what: number): void {
    this.waitingAcks--;
    if (this.phase === "closed") return;
    const alone = this.waitingAcks === 0 && !this.isDirty;
    if (alone) this.isDirty = true; // sent below: a thousand clients with one answer each then share one hot buffer
    this.answer(Math.floor(what / KIND), what % KIND);
    if (alone) this.flush();
    if (this.ended && this.waitingAcks === 0) this.broker.afterFlush(() => this.endWhenQuiet());
  }
  private answer(kind: number, packetId: number): void {
    if (kind === REFUSAL) {
      const refusal = this.refusals.shift();
      this.inbound.answered();
      if (refusal) this.send(refusal.bytes);
      return;
    }
    if (kind === ANSWER) {
      const bytes = this.answers.shift();
      if (bytes) this.send(bytes);
      return;
    }
    if (kind !== PUBREC) this.inbound.answered();
    const { box } = this;
    box.reserve(4);
    const { buf } = box;
    const { at } = box;
    buf[at] = kind === PUBACK ? 0x40 : kind === PUBREC ? 0x50 : 0x70;
    buf[at + 1] = 2;
    buf[at + 2] = packetId >> 8;
    buf[at + 3] = packetId & 0xff;
    box.at = at + 4;
    this.dirty();
  }
  /** The commit was given up: nothing is acknowledged, and the marks of this commit are taken back. */
  failed(what: number): void {
    this.waitingAcks--;
    const packetId = what % KIND;
    const kind = Math.floor(what / KIND);
    if (kind === PUBREC) this.session?.received.delete(packetId);
    else if (kind === PUBCOMP) this.session?.received.add(packetId);
    if (this.phase !== "closed")
      this.disconnect(0x89, "storage does not take data", "The store cannot take data at the moment. Try again later.");
  }
  private broken(error: unknown): void {
    if (error instanceof CodecError) {
      this.broker.log.info(
        { remote: this.wire.remote, client: this.session?.clientId, reason: error.reason, error: error.message },
        "closed a connection that broke the protocol",
      );
      this.refuseBytes(error);
      return;
    }
    this.broker.log.error(
      { remote: this.wire.remote, error: String((error as Error)?.stack ?? error) },
      "a connection failed",
    );
    this.disconnect(0x80, "internal error", "The server made a mistake.");
  }
  private refuseBytes(error: CodecError): void {
    if (this.phase === "open") {
      // product-wide publishing is mostly a wildcard in a topic name: say what is meant
      const text =
        error.reason === 0x90
          ? "Publishing to all devices of a product is not supported; a topic name must not hold + or #."
          : error.message;
      this.disconnect(error.reason, "protocol error", text);
      return;
    }
    // a CONNECT that cannot be read; answered in the version it asked for, if that is known
    const { level } = error;
    if (level !== undefined && error.reason !== 0x95) this.broker.answerBadConnect(this, level, error);
    this.finish("protocol error", false);
  }

  // other verbs

  private packet(packet: Packet, now: number): void {
    const session = this.session as Session; // phase "open"
    const { broker } = this;
    switch (packet.type) {
      case "puback":
        session.outlet.acknowledge(packet.packetId);
        return;
      case "pubrec":
        return broker.pubrec(this, session, packet);
      case "pubcomp":
        if (session.outlet.acknowledge(packet.packetId) && session.outlet.stored > 0)
          broker.ingest.batch.writer.session(Kind.OutDone, session.outlet.stored, packet.packetId);
        return;
      case "pubrel":
        return this.pubrel(session, packet.packetId);
      case "subscribe":
        return broker.subscribe(this, session, packet, now);
      case "unsubscribe":
        return broker.unsubscribe(this, session, packet);
      case "pingreq":
        this.send(PINGRESP); // [MQTT-3.12.4-1]
        return;
      case "disconnect":
        return broker.clientDisconnects(this, session, packet);
      case "auth":
        throw new CodecError(0x82, "there is no authentication to go on with"); // [MQTT-4.12.0-1]
      case "connect":
        throw new CodecError(0x82, "a second CONNECT"); // [MQTT-3.1.0-2]
      default:
        // CVE-2021-28166: packets that only a server sends
        throw new CodecError(0x82, `a client must not send ${packet.type}`);
    }
  }
  private pubrel(session: Session, packetId: number): void {
    if (!session.received.delete(packetId)) {
      if (this.version === 5) this.send(encode(5, { type: "pubcomp", packetId, reasonCode: 0x92 }));
      else this.acknowledge(PUBCOMP, packetId);
      return;
    }
    if (session.outlet.stored === 0) return this.acknowledge(PUBCOMP, packetId);
    this.broker.ingest.batch.writer.session(Kind.In2Released, session.outlet.stored, packetId);
    this.waitFor(PUBCOMP, packetId);
  }

  /** Appends a packet to the outbox. */
  send(bytes: Uint8Array): void {
    if (this.phase === "closed") return;
    this.box.push(bytes);
    this.dirty();
  }
  /** Sends a packet once the next commit is durable. */
  sendAfterCommit(bytes: Uint8Array): void {
    this.answers.push(bytes);
    this.waitFor(ANSWER, 0);
  }
  /** What was kept back during the login is read now. */
  readRest(): void {
    this.resume("login");
    if (this.partial.empty) return;
    const rest = this.partial.take();
    this.data(rest);
  }

  /**
   * Ends the connection from our side; in v5 a DISCONNECT says why.
   * @param reason v5 reason code, at least 0x80 or 0x00; @param why for the log and the metric
   */
  disconnect(reason: number, why: string, text: string): void {
    if (this.phase === "closed") return;
    if (this.version === 5 && this.session !== null) {
      const bytes = encodeWithin(
        5,
        { type: "disconnect", reasonCode: reason, properties: { reasonString: text } },
        this.maxPacket,
      );
      if (bytes !== null) this.box.push(bytes); // [MQTT-4.13.1-1]
    }
    this.finish(why, false);
  }
  /** The end, however it came. @param byClient the stream ended by itself */
  finish(why: string, byClient: boolean): void {
    if (this.phase === "closed") return;
    this.box.blocked = false;
    this.box.flush(this.wire);
    this.phase = "closed";
    this.box.drop();
    this.wire.end();
    this.broker.ended(this, why, byClient);
  }
}

const PINGRESP = encode(4, { type: "pingresp" });

function notConnect(): CodecError {
  return new CodecError(0x82, "the first packet is not a CONNECT"); // [MQTT-3.1.0-1]
}
