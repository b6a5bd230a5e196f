import type { Principal } from "../auth/principal.ts";
import { CodecError, decode, decodeConnect, encodeWithin, type Frame, PacketType, shortAckId } from "../codec/index.ts";
import type { Turn } from "../ingest/turn.ts";
import type { FreeTopic } from "../ingest/free-topic.ts";
import { sameBytes, type TopicEntry } from "../ingest/target.ts";
import type { Terms } from "../session/connect.ts";
import { Inbound } from "../session/inbound.ts";
import { OutboundAliases } from "../session/outbound.ts";
import { reasonText } from "../session/reason.ts";
import { Acks } from "./acks.ts";
import type { Place } from "./admission.ts";
import { broken } from "./broken.ts";
import { ByteStream } from "./byte-stream.ts";
import { ended } from "./departures.ts";
import { STORE_FAILS } from "./farewells.ts";
import { login, type LoginChannel } from "./login.ts";
import { publish } from "./publish.ts";
import type { PublishPace, Waiting } from "./rates.ts";
import type { Session } from "./session.ts";
import { dispatch, dispatchAck } from "./verbs.ts";
import type { ConnectionHost } from "./stream-host.ts";
import type { Wire } from "./wire.ts";

/**
 * The MQTT connection of one client: hands each packet of its stream to its verb, knows what was agreed at the login, and
 * ends. Everything a client can do wrong ends here, with this connection alone.
 */
export class Connection extends ByteStream<ConnectionHost> implements LoginChannel, Waiting {
  version: 3 | 4 | 5 = 4;
  session: Session | null = null;
  maxPacket = Number.POSITIVE_INFINITY;
  aliases: OutboundAliases | null = null;
  problemInformation = true;
  readonly oversize = { count: 0, least: Number.POSITIVE_INFINITY };
  bridge = false;
  keepAlive = 0;
  inbound = new Inbound(0, 0);
  readonly acks: Acks;
  lastTurn: Turn | null = null;
  /** The last topic and where it led, for one epoch of the fleet. */
  private last: TopicEntry | null = null;
  private lastEpoch = -1;
  /** The last free topic, for one epoch of the account's rights. */
  private lastFree: FreeTopic | null = null;
  private lastFreeEpoch = -1;
  /** How fast it may publish; null: as it likes. */
  private pace: PublishPace | null = null;

  /** @param place for whom it is counted, until the stream is gone */
  constructor(
    wire: Wire,
    host: ConnectionHost,
    public place: Place,
    now: number,
  ) {
    super(wire, host, now);
    this.acks = new Acks(this, host.commit);
  }

  get open(): boolean {
    return this.phase === "open";
  }

  // packets

  protected packet(buf: Uint8Array, frame: Frame, now: number): boolean {
    if (this.phase !== "open") {
      this.connect(buf, frame, now);
      return true;
    }
    const session = this.session as Session; // open
    if (frame.type === PacketType.PUBLISH) {
      publish(this.host, this, session, buf, now);
      if (this.pace !== null) this.published(frame.bodyEnd - frame.start, now);
      return true;
    }
    if (frame.type === PacketType.CONNECT) throw new CodecError(0x82, "a second CONNECT"); // [MQTT-3.1.0-2]
    const packetId = shortAckId(buf, frame);
    if (packetId > 0) dispatchAck(this.host, this, session, frame.type, packetId);
    else if (this.mustFollow(frame.type)) return false;
    else dispatch(this.host, this, session, decode(this.version, buf, frame));
    return true;
  }
  protected broken(error: unknown): void {
    broken(this.host, this, error);
  }
  /** Counts a publish; when it was too fast, nothing more is read for now. */
  private published(bytes: number, now: number): void {
    if (!this.isGone && this.pace?.spent(bytes, this, now)) this.keepFor("rate");
  }
  /** There is room for the next publish. */
  goesOn(now: number): void {
    if (!this.keepsFor("rate") || this.phase === "closed" || this.pace?.mustWait(this, now)) return;
    this.goOn("rate");
  }
  /**
   * Whether a packet must wait: SUBSCRIBE and UNSUBSCRIBE, until what the client published before has gone to those who
   * had subscribed by then, and has become retained.
   */
  private mustFollow(type: number): boolean {
    if (type !== PacketType.SUBSCRIBE && type !== PacketType.UNSUBSCRIBE) return false;
    const { lastTurn } = this;
    if (lastTurn === null || lastTurn.isOver || this.isGone) return false;
    this.keepFor("order");
    lastTurn.follow(() => {
      if (this.keepsFor("order") && this.phase !== "closed") this.goOn("order");
    });
    return true;
  }
  find(buf: Uint8Array, start: number, end: number): TopicEntry | null {
    const { last, host } = this;
    const { epoch } = host.directory;
    if (last !== null && this.lastEpoch === epoch && sameBytes(last.bytes, buf, start, end)) return last;
    const entry = host.ingest.known(buf, start, end);
    this.last = entry;
    this.lastEpoch = epoch;
    return entry;
  }
  findFree(principal: Principal, buf: Uint8Array, start: number, end: number): FreeTopic | null {
    const { lastFree } = this;
    const { epoch } = principal;
    if (lastFree !== null && this.lastFreeEpoch === epoch && sameBytes(lastFree.bytes, buf, start, end))
      return lastFree;
    this.lastFree = this.host.ingest.messages.find(principal, buf, start, end);
    this.lastFreeEpoch = epoch;
    return this.lastFree;
  }

  // the login

  private connect(buf: Uint8Array, frame: Frame, now: number): void {
    const packet = decodeConnect(buf, frame);
    this.version = packet.version;
    this.bridge = packet.bridge === true;
    login(this.host, this, packet, now);
  }
  opens(session: Session, terms: Terms): void {
    const { limits, newcomers, rates } = this.host;
    newcomers.leave(this);
    this.session = session;
    this.pace = rates.paceOf(session.principal.key);
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

  // deliveries

  protected hasRoom(drained: boolean): void {
    const outlet = this.session?.outlet;
    if (outlet && (drained || outlet.pause === "socket_busy")) this.host.hub.touch(outlet);
  }
  /** See Receiver. */
  tooLarge(bytes: number): void {
    this.oversize.count++;
    this.oversize.least = Math.min(this.oversize.least, bytes);
    this.host.metrics.deliveriesTooLarge++;
  }

  // the end

  protected left(): void {
    this.host.gone(this);
  }
  /** Storage did not take data for the whole grace time (wire contract section 6). */
  storageFailed(): void {
    this.disconnect(0x89, "storage does not take data", STORE_FAILS);
  }
  /**
   * Unless the login is not done, in v5 a DISCONNECT says why [MQTT-3.14.0-1]. It has no Session Expiry Interval
   * [MQTT-3.14.2-2]. Nobody else's session is touched [MQTT-4.13.2-1].
   */
  disconnect(reason: number, why: string, text: string): void {
    if (this.phase === "closed") return;
    // what may not be said any more is not said; a packet of which a part has left is finished
    if (this.isMute) this.box.filter(() => false);
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
   * @param told what a v5 DISCONNECT says of it
   */
  finish(why: string, byClient: boolean, told?: { readonly reason: number; readonly message: string }): void {
    if (this.phase === "closed") return;
    if (this.isMute && told === undefined) this.box.filter(() => false);
    this.shut();
    if (!this.isGone) this.host.leaves(this);
    ended(this.host, this, this.session, why, byClient, told ?? null);
    this.session = null;
    this.tapWith(null);
  }
}
