import { STORE_FAILS, tooLarge } from "./farewells.ts";
import type { Principal } from "../auth/principal.ts";
import {
  CodecError,
  createFrame,
  decode,
  decodeConnect,
  encodeWithin,
  FRAME_COMPLETE,
  FRAME_MALFORMED,
  FRAME_SHORT,
  PacketType,
  readFrame,
  shortAckId,
} from "../codec/index.ts";
import type { Link } from "../fanout/link.ts";
import { Outbox, type Sink } from "../fanout/outbox.ts";
import type { Turn } from "../ingest/batch.ts";
import type { FreeTopic } from "../ingest/free-topic.ts";
import { sameBytes, type TopicEntry } from "../ingest/target.ts";
import type { Terms } from "../session/connect.ts";
import { Inbound } from "../session/inbound.ts";
import { OutboundAliases } from "../session/outbound.ts";
import { reasonText } from "../session/reason.ts";
import { Acks } from "./acks.ts";
import type { Place } from "./admission.ts";
import { broken } from "./broken.ts";
import type { Broker } from "./broker.ts";
import { ended } from "./departures.ts";
import { login } from "./login.ts";
import { Partial } from "./partial.ts";
import { publish } from "./publish.ts";
import type { Pace, Waiting } from "./rates.ts";
import type { Session } from "./session.ts";
import type { Tap } from "./trace/tap.ts";
import { dispatch, dispatchAck } from "./verbs.ts";
import type { Wire, WireListener } from "./wire.ts";

/** Why nothing is read from a client, a bit for each: a Set in each connection takes more memory than all its numbers. */
const PAUSES = { commit: 1, outbox: 2, login: 4, rate: 8, order: 16 } as const;
type Pause = keyof typeof PAUSES;

/** One frame for all connections: a packet is read in one go. */
const frame = createFrame();

/** `login`: it waits for the store; `refused`: its refusal has not left yet, and nothing more is read. */
type Phase = "connect" | "login" | "refused" | "open" | "closed";

/**
 * One network connection: finds the packets in what comes, hands each to its verb, and keeps the order of
 * acknowledgements. Everything a client can do wrong ends here, with this connection alone.
 */
export class Connection implements WireListener, Link, Waiting {
  readonly box: Outbox;
  phase: Phase = "connect";
  version: 3 | 4 | 5 = 4;
  session: Session | null = null;
  maxPacket = Number.POSITIVE_INFINITY;
  aliases: OutboundAliases | null = null;
  problemInformation = true;
  /** Deliveries that were larger than its Maximum Packet Size, and bytes of the smallest of them. */
  readonly oversize = { count: 0, least: Number.POSITIVE_INFINITY };
  /** The client said that it is a bridge: another broker. */
  bridge = false;
  /** Seconds; 0: off. */
  keepAlive = 0;
  /** µs of the steady clock: of the last packet, and of the opening. */
  lastSeen: number;
  readonly opened: number;
  /** For people. */
  bytesIn = 0;
  bytesOut = 0;
  packetsIn = 0;
  private readonly partial = new Partial();
  /** Somebody traces this connection. */
  tap: Tap | null = null;
  /** Where the outbox is sent to: the wire, or the tap on it. */
  private sink: Sink;
  private isDirty = false;
  private isHeld = false;
  inbound = new Inbound(0, 0);
  /** The last topic and where it led, for one epoch of the fleet. */
  private last: TopicEntry | null = null;
  private lastEpoch = -1;
  /** The last free topic, for one epoch of the account's rights. */
  private lastFree: FreeTopic | null = null;
  private lastFreeEpoch = -1;
  readonly acks = new Acks(this);
  private pauses = 0;
  /** How fast it may publish; null: as it likes. */
  private pace: Pace | null = null;
  /** It has published too fast: what came is kept and nothing is read until there is room. */
  isSlowed = false;
  /** Of the batch that it published into last. */
  lastTurn: Turn | null = null;
  /** A change of its filters waits until what it published before is out: what came is kept and nothing is read. */
  private isFollowing = false;
  /** The client closed its side; what waits is answered, then the wire is ended. */
  isEnded = false;
  /** The stream is gone altogether. */
  private isGone = false;
  /** µs when the client last took some of what waited for it. */
  private lastTaken = 0;

  constructor(
    readonly wire: Wire,
    readonly broker: Broker,
    /** For whom it is counted, until the stream is gone. */
    public place: Place,
    now: number,
  ) {
    this.box = new Outbox(broker.hub.pool);
    this.sink = wire;
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
    if (this.phase === "closed" || this.isHeld) return;
    this.sendBox();
    if (this.box.unsent > this.broker.limits.maxUnsent) this.pause("outbox");
    // the wire took all at once and will not say that it is drained
    const outlet = this.session?.outlet;
    if (outlet?.pause === "socket_busy" && this.box.unsent < 32_768) this.broker.hub.touch(outlet);
    // its end came together with what was answered now
    if (this.isEnded) this.endWhenQuiet();
  }

  /**
   * Nothing leaves until all that was handed to the store so far is durable. When it cannot be, what was held back never leaves.
   * @param refusal what the client is told in its place; null: nothing
   */
  holdUntilStored(refusal: () => Uint8Array | null): void {
    this.isHeld = true;
    const { batch, batcher } = this.broker.ingest.commits;
    const committed = (): void => {
      this.isHeld = false;
      this.flush();
      if (this.isEnded) this.endWhenQuiet();
    };
    const failed = (): void => {
      if (this.phase === "closed") return;
      this.isHeld = false;
      this.box.drop();
      const bytes = refusal();
      if (bytes !== null) this.box.push(bytes);
      this.finish("login refused: storage_unavailable", false);
    };
    batch.wait({ committed, failed }, 0);
    batcher.poke();
  }

  private sendBox(): void {
    const sent = this.box.flush(this.sink);
    this.bytesOut += sent;
    this.broker.metrics.bytesSent += sent;
  }

  /** Lets a trace see what comes and leaves from now on; null: not any more. */
  tapWith(tap: Tap | null): void {
    this.tap = tap;
    this.sink = tap ?? this.wire;
    if (!this.partial.empty) tap?.received(this.partial.bytes);
  }

  // WireListener

  data(bytes: Uint8Array): void {
    if (this.phase === "closed" || this.phase === "refused") return; // [MQTT-3.1.4-6]
    this.broker.metrics.bytesReceived += bytes.length;
    this.bytesIn += bytes.length;
    const now = this.broker.clock.steady();
    this.lastSeen = now;
    if (this.tap !== null) this.tap.received(bytes);
    const buf = this.partial.empty ? bytes : this.partial.add(bytes);
    if (buf !== null) this.read(buf, now);
  }
  /** Deals with the packets in these bytes. */
  private read(buf: Uint8Array, now: number): void {
    try {
      this.packets(buf, now);
    } catch (error) {
      broken(this, error);
    }
    this.broker.ingest.commits.batcher.poke();
    if (this.broker.ingest.commits.full && this.open) this.pause("commit");
  }
  drained(): void {
    this.lastTaken = this.broker.clock.steady();
    this.box.blocked = false;
    this.flush();
    if (this.box.unsent <= this.broker.limits.maxUnsent) this.resume("outbox");
    if (this.session && this.box.unsent < 32_768) this.broker.hub.touch(this.session.outlet);
    if (this.isEnded) this.endWhenQuiet();
  }
  ended(): void {
    if (this.phase === "closed" || this.isEnded) return;
    this.isEnded = true;
    if (this.phase === "refused") return; // the refusal leaves first
    // what came before is recorded and answered, for a client that only closed its sending side
    this.endWhenQuiet();
  }
  closed(): void {
    this.isGone = true;
    this.broker.gone(this);
    if (this.phase === "closed") return;
    this.isEnded = true;
    if (this.keeps) this.readKept();
    // nobody takes what is left, but what was received is still recorded
    this.box.blocked = false;
    this.box.drop();
    this.endWhenQuiet();
  }
  private endWhenQuiet(): void {
    if (this.acks.waiting === 0 && this.box.unsent === 0 && !this.keeps) this.finish("closed by the client", true);
  }

  /** Packets have come that are read later. */
  get keeps(): boolean {
    return this.isSlowed || this.isFollowing;
  }
  get open(): boolean {
    return this.phase === "open";
  }
  pause(why: Pause): void {
    if (this.phase === "closed" || (this.pauses & PAUSES[why]) !== 0) return;
    if (this.pauses === 0) this.wire.pause();
    this.pauses |= PAUSES[why];
    if (why === "commit") this.broker.waitForRoom(this);
  }
  resume(why: Pause): void {
    if ((this.pauses & PAUSES[why]) === 0) return;
    this.pauses &= ~PAUSES[why];
    if (this.pauses !== 0 || this.phase === "closed") return;
    this.lastSeen = this.broker.clock.steady();
    this.wire.resume();
  }
  /**
   * µs of the last sign of life. While the server does not read for its own sake silence is not the client's; while it
   * does not because the client takes nothing, that it takes something is the sign.
   */
  lastSign(now: number): number {
    if (this.pauses === 0) return this.lastSeen;
    return this.pauses === PAUSES.outbox ? Math.max(this.lastSeen, this.lastTaken) : now;
  }

  // packets

  private packets(buf: Uint8Array, now: number): void {
    let at = 0;
    const end = buf.length;
    const { limits } = this.broker;
    while (at < end) {
      if (this.keeps) break;
      if (this.phase === "login") break; // waits for the login; at most maxPacketBeforeLogin follows, see keep()
      const limit = this.phase === "connect" ? limits.maxPacketBeforeLogin : limits.maxPacket;
      const state = readFrame(buf, at, end, limit, frame);
      if (state === FRAME_SHORT) {
        if (this.phase === "connect" && frame.type !== PacketType.CONNECT) throw notConnect();
        break;
      }
      if (state !== FRAME_COMPLETE) {
        if (state === FRAME_MALFORMED) throw new CodecError(0x81, "the packet's length is malformed");
        throw new CodecError(0x95, tooLarge(limit, this.phase !== "connect"));
      }
      at = frame.bodyEnd;
      this.packetsIn++;
      if (this.phase === "open") {
        if (frame.type === PacketType.PUBLISH) {
          publish(this, this.session as Session, buf, frame, now);
          if (this.pace !== null) this.published(frame.bodyEnd - frame.start, now);
        } else if (frame.type === PacketType.CONNECT)
          throw new CodecError(0x82, "a second CONNECT"); // [MQTT-3.1.0-2]
        else {
          const packetId = shortAckId(buf, frame);
          if (packetId > 0) dispatchAck(this, this.session as Session, frame.type, packetId);
          else if (this.mustFollow(frame.type)) {
            at = frame.start;
            this.packetsIn--;
          } else dispatch(this, this.session as Session, decode(this.version, buf, frame));
        }
      } else this.connect(buf, now);
      // a verb may have ended the connection
      if ((this.phase as Phase) === "closed" || (this.phase as Phase) === "refused") return;
    }
    if (at < end) {
      const isBegun = this.phase !== "login" && !this.keeps && frame.bodyEnd >= 0;
      this.partial.keep(buf, at, isBegun ? frame.bodyEnd - frame.start : 0);
    }
  }
  /** Counts a publish; when it was too fast, nothing more is read for now. */
  private published(bytes: number, now: number): void {
    if (this.isGone || !this.pace?.spent(bytes, this, now)) return;
    this.isSlowed = true;
    this.pause("rate");
  }
  /** There is room for the next publish. */
  goesOn(now: number): void {
    if (!this.isSlowed || this.phase === "closed" || this.pace?.mustWait(this, now)) return;
    this.readKept();
    if (!this.isSlowed) this.resume("rate");
    if (this.isEnded) this.endWhenQuiet();
  }
  /**
   * Whether a packet must wait: SUBSCRIBE and UNSUBSCRIBE, until what the client published before has gone to those who
   * had subscribed by then, and has become retained.
   */
  private mustFollow(type: number): boolean {
    if (type !== PacketType.SUBSCRIBE && type !== PacketType.UNSUBSCRIBE) return false;
    const { lastTurn } = this;
    if (lastTurn === null || lastTurn.isOver || this.isGone) return false;
    this.isFollowing = true;
    this.pause("order");
    lastTurn.follow(() => this.followed());
    return true;
  }
  private followed(): void {
    if (!this.isFollowing || this.phase === "closed") return;
    this.readKept();
    if (!this.isFollowing) this.resume("order");
    if (this.isEnded) this.endWhenQuiet();
  }
  private readKept(): void {
    this.isSlowed = false;
    this.isFollowing = false;
    if (!this.partial.empty) this.read(this.partial.take(), this.broker.clock.steady());
  }
  private connect(buf: Uint8Array, now: number): void {
    if (frame.type !== PacketType.CONNECT) throw notConnect(); // [MQTT-3.1.0-1]
    const packet = decodeConnect(buf, frame);
    this.version = packet.version;
    this.bridge = packet.bridge === true;
    login(this.broker, this, packet, now);
  }
  /** The login succeeded: from now on packets are read. */
  opens(session: Session, terms: Terms): void {
    const { limits } = this.broker;
    this.broker.newcomers.leave(this);
    this.session = session;
    this.pace = this.broker.rates.paceOf(session.principal.key);
    this.acks.session = session;
    this.phase = "open";
    this.keepAlive = terms.keepAlive; // [MQTT-3.2.2-22], [MQTT-3.1.2-21]
    // one that vanishes without a word, and asked for no keep alive, is found all the same; others need no calls of the system for it
    if (terms.keepAlive === 0) this.wire.probe();
    this.maxPacket = terms.maxPacket;
    this.aliases = terms.aliases > 0 ? new OutboundAliases(terms.aliases, limits.maxAliasBytes) : null;
    this.problemInformation = terms.problemInformation;
    // no alias of an earlier connection is known [MQTT-3.3.2-7]
    this.inbound =
      this.version === 5
        ? new Inbound(limits.topicAliasMaximum, limits.receiveMaximum, limits.maxAliasBytes)
        : new Inbound(0, 0);
  }

  /** Where a topic leads, if that is known already. */
  find(buf: Uint8Array, start: number, end: number): TopicEntry | null {
    const { last, broker } = this;
    const { epoch } = broker.directory;
    if (last !== null && this.lastEpoch === epoch && sameBytes(last.bytes, buf, start, end)) return last;
    const entry = broker.ingest.known(buf, start, end);
    this.last = entry;
    this.lastEpoch = epoch;
    return entry;
  }
  /** The free topic of a publish; null: refused, see `Messages.whyNot`. */
  findFree(principal: Principal, buf: Uint8Array, start: number, end: number): FreeTopic | null {
    const { lastFree } = this;
    const { epoch } = principal;
    if (lastFree !== null && this.lastFreeEpoch === epoch && sameBytes(lastFree.bytes, buf, start, end))
      return lastFree;
    this.lastFree = this.broker.ingest.messages.find(principal, buf, start, end);
    this.lastFreeEpoch = epoch;
    return this.lastFree;
  }
  // acknowledgements

  /** Keeps the next writes out of the list of what is to be flushed; false when it stands there already. */
  holdFlush(): boolean {
    if (this.isDirty) return false;
    this.isDirty = true;
    return true;
  }
  /** No answer waits for a commit any more. */
  answered(): void {
    if (this.isEnded) this.broker.afterFlush(() => this.endWhenQuiet());
  }
  /** Storage did not take data for the whole grace time (wire contract section 6). */
  storageFailed(): void {
    this.disconnect(0x89, "storage does not take data", STORE_FAILS);
  }
  /** See Receiver. */
  tooLarge(bytes: number): void {
    this.oversize.count++;
    this.oversize.least = Math.min(this.oversize.least, bytes);
    this.broker.metrics.deliveriesTooLarge++;
  }
  /** Appends a packet to the outbox. */
  send(bytes: Uint8Array): void {
    if (this.phase === "closed") return;
    this.box.push(bytes);
    this.dirty();
  }
  /** What was kept back during the login is read now. */
  readRest(): void {
    this.resume("login");
    if (this.partial.empty) return;
    this.read(this.partial.take(), this.broker.clock.steady());
  }

  /**
   * Ends the connection from our side; in v5 a DISCONNECT says why, unless the login is not done [MQTT-3.14.0-1]. It has
   * no Session Expiry Interval [MQTT-3.14.2-2]. Nobody else's session is touched [MQTT-4.13.2-1].
   * @param reason v5 reason code, at least 0x80 or 0x00; @param why for the log and the metric
   */
  disconnect(reason: number, why: string, text: string): void {
    if (this.phase === "closed") return;
    if (this.version === 5 && this.session !== null) {
      const bytes = encodeWithin(
        5,
        { type: "disconnect", reasonCode: reason, properties: { reasonString: reasonText(text) } },
        this.maxPacket,
      );
      if (bytes !== null) this.box.push(bytes);
    }
    this.finish(why, false, { reason, message: text });
  }
  /** The end at once: what has not left is not waited for. */
  cutOff(why: string): void {
    this.finish(why, false);
    this.wire.terminate();
  }
  /**
   * The end, however it came: nothing is sent after it [MQTT-3.14.4-1], [MQTT-3.14.4-2].
   * @param byClient the stream ended by itself; @param told what a v5 DISCONNECT says of it
   */
  finish(why: string, byClient: boolean, told?: { readonly reason: number; readonly message: string }): void {
    if (this.phase === "closed") return;
    this.box.blocked = false;
    if (!this.isHeld) this.sendBox();
    this.phase = "closed";
    this.box.drop();
    this.wire.end();
    if (!this.isGone) this.broker.leaves(this);
    ended(this.broker, this, why, byClient, told ?? null);
  }
}

function notConnect(): CodecError {
  return new CodecError(0x82, "the first packet is not a CONNECT"); // [MQTT-3.1.0-1]
}
