import {
  CodecError,
  FRAME_COMPLETE,
  FRAME_MALFORMED,
  FRAME_SHORT,
  type Frame,
  PacketType,
  readFrame,
} from "../codec/index.ts";
import { Outbox, type Sink } from "../fanout/outbox.ts";
import type { Acks } from "./acks.ts";
import type { Phase } from "./channel.ts";
import { tooLarge } from "./farewells.ts";
import { Partial } from "./partial.ts";
import type { Tap } from "./trace/tap.ts";
import { type Keep, type Pause, PAUSES, type StreamHost } from "./stream-host.ts";
import type { Wire, WireListener } from "./wire.ts";

/** Bytes of unsent output below which a client is sent deliveries again. */
const ROOM = 32_768;

/**
 * The bytes of one connection, in both directions: packets are cut from what comes and what is not whole waits; reading
 * pauses while the store, the client or a rate is behind; what is written in one turn leaves in one write.
 */
export abstract class ByteStream<Host extends StreamHost = StreamHost> implements WireListener {
  readonly box: Outbox;
  phase: Phase = "connect";
  /** µs of the steady clock: of the last packet, and of the opening. */
  lastSeen: number;
  readonly opened: number;
  /** For people. */
  bytesIn = 0;
  bytesOut = 0;
  packetsIn = 0;
  /** Somebody traces this connection. */
  tap: Tap | null = null;
  /** The client closed its side; what waits is answered, then the wire is ended. */
  isEnded = false;
  /** The stream is gone altogether. */
  protected isGone = false;
  private readonly partial = new Partial();
  /** Where the outbox is sent to: the wire, or the tap on it. */
  private sink: Sink;
  private isDirty = false;
  private isHeld = false;
  /** Why nothing is read; bits of PAUSES. */
  private pauses = 0;
  /** Those of them for which what came is kept, too. */
  private keeping = 0;
  /** µs when the client last took some of what waited for it. */
  private lastTaken = 0;

  constructor(
    readonly wire: Wire,
    protected readonly host: Host,
    now: number,
  ) {
    this.box = new Outbox(host.hub.pool);
    this.sink = wire;
    this.lastSeen = now;
    this.opened = now;
  }

  abstract readonly acks: Pick<Acks, "waiting">;
  /**
   * Deals with a whole packet.
   * @returns false: it must wait, and what comes is kept (`keepFor`)
   * @throws CodecError when it breaks the protocol
   */
  protected abstract packet(buf: Uint8Array, frame: Frame, now: number): boolean;
  /** Bytes could not be dealt with. */
  protected abstract broken(error: unknown): void;
  /** There is room for deliveries. @param drained the wire says so, which was full */
  protected abstract hasRoom(drained: boolean): void;
  /** The stream is gone. */
  protected abstract left(): void;
  /** See Channel. */
  abstract finish(why: string, byClient: boolean): void;

  // what leaves

  dirty(): void {
    if (this.isDirty) return;
    this.isDirty = true;
    this.host.dirty(this);
  }
  /** Keeps the next writes out of the list of what is to be flushed; false when it stands there already. */
  holdFlush(): boolean {
    if (this.isDirty) return false;
    this.isDirty = true;
    return true;
  }
  /** Sends what is in the outbox. */
  flush(): void {
    this.isDirty = false;
    if (this.phase === "closed" || this.isHeld || this.isMute) return;
    this.sendBox();
    if (this.box.unsent > this.host.limits.maxUnsent) this.pause("outbox");
    // the wire took all at once and will not say that it is drained
    if (this.box.unsent < ROOM) this.hasRoom(false);
    // its end came together with what was answered now
    if (this.isEnded) this.endWhenQuiet();
  }
  /** Nothing may be said to who has logged in. */
  protected get isMute(): boolean {
    return this.phase === "open" && this.host.silence.frozen;
  }
  freeze(): void {
    if (this.phase === "open" && !this.keepsFor("silence")) this.keepFor("silence");
  }
  thaw(): void {
    if (this.keepsFor("silence")) this.goOn("silence");
  }
  private sendBox(): void {
    const sent = this.box.flush(this.sink);
    this.bytesOut += sent;
    this.host.metrics.bytesSent += sent;
  }
  /** Appends a packet to the outbox. */
  send(bytes: Uint8Array): void {
    if (this.phase === "closed") return;
    this.box.push(bytes);
    this.dirty();
  }
  /** See LoginChannel. */
  holdUntilStored(refusal: () => Uint8Array | null): void {
    this.isHeld = true;
    const { commit } = this.host;
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
    commit.wait({ committed, failed }, 0);
    commit.poke();
  }
  /** No answer waits for a commit any more. */
  answered(): void {
    if (this.isEnded) this.host.afterFlush(() => this.endWhenQuiet());
  }
  /** Lets a trace see what comes and leaves from now on; null: not any more. */
  tapWith(tap: Tap | null): void {
    this.tap = tap;
    this.sink = tap ?? this.wire;
    if (!this.partial.empty) tap?.received(this.partial.bytes);
  }
  /** Sends what may leave at once, and ends the stream: nothing is sent after it. */
  protected shut(): void {
    this.box.blocked = false;
    if (!this.isHeld) this.sendBox();
    this.phase = "closed";
    this.box.drop();
    this.wire.end();
  }

  // WireListener

  data(bytes: Uint8Array): void {
    if (this.phase === "closed" || this.phase === "refused") return; // [MQTT-3.1.4-6]
    this.host.metrics.bytesReceived += bytes.length;
    this.bytesIn += bytes.length;
    const now = this.host.clock.steady();
    this.lastSeen = now;
    if (this.isMute) this.freeze();
    if (this.tap !== null) this.tap.received(bytes);
    const buf = this.partial.empty ? bytes : this.partial.add(bytes);
    if (buf !== null) this.read(buf, now);
  }
  drained(): void {
    this.lastTaken = this.host.clock.steady();
    this.box.blocked = false;
    this.flush();
    if (this.box.unsent <= this.host.limits.maxUnsent) this.resume("outbox");
    if (this.box.unsent < ROOM) this.hasRoom(true);
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
    this.left();
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

  // pauses

  pause(why: Pause): void {
    if (this.phase === "closed" || (this.pauses & PAUSES[why]) !== 0) return;
    if (this.pauses === 0) this.wire.pause();
    this.pauses |= PAUSES[why];
    if (why === "commit") this.host.waitForRoom(this);
  }
  resume(why: Pause): void {
    if ((this.pauses & PAUSES[why]) === 0) return;
    this.pauses &= ~PAUSES[why];
    if (this.pauses !== 0 || this.phase === "closed") return;
    this.lastSeen = this.host.clock.steady();
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
  /** Packets have come that are read later. */
  get keeps(): boolean {
    return this.keeping !== 0;
  }
  /** What came is kept and nothing is read: it published too fast, or a packet must follow what was published before. */
  protected keepFor(why: Keep): void {
    this.keeping |= PAUSES[why];
    this.pause(why);
  }
  protected keepsFor(why: Keep): boolean {
    return (this.keeping & PAUSES[why]) !== 0;
  }
  /** What was kept is read now, and then what comes. */
  protected goOn(why: Keep): void {
    if (why !== "silence" && this.isMute) this.keeping &= ~PAUSES[why];
    else this.readKept();
    if (!this.keepsFor(why)) this.resume(why);
    if (this.isEnded) this.endWhenQuiet();
  }
  private readKept(): void {
    this.keeping = 0;
    if (!this.partial.empty) this.read(this.partial.take(), this.host.clock.steady());
  }
  /** What was kept back during the login is read now. */
  readRest(): void {
    this.resume("login");
    if (this.partial.empty) return;
    this.read(this.partial.take(), this.host.clock.steady());
  }

  // what comes

  /** Deals with the packets in these bytes. */
  private read(buf: Uint8Array, now: number): void {
    try {
      this.packets(buf, now);
    } catch (error) {
      this.broken(error);
    }
    const { commit } = this.host;
    commit.poke();
    if (commit.full && this.phase === "open") this.pause("commit");
  }
  private packets(buf: Uint8Array, now: number): void {
    let at = 0;
    const end = buf.length;
    const { limits, reader } = this.host;
    const { frame } = reader;
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
      if (this.phase === "connect" && frame.type !== PacketType.CONNECT) throw notConnect();
      at = frame.bodyEnd;
      this.packetsIn++;
      if (!this.packet(buf, frame, now)) {
        at = frame.start;
        this.packetsIn--;
      }
      // a verb may have ended the connection
      if ((this.phase as Phase) === "closed" || (this.phase as Phase) === "refused") return;
    }
    if (at < end) {
      const isBegun = this.phase !== "login" && !this.keeps && frame.bodyEnd >= 0;
      this.partial.keep(buf, at, isBegun ? frame.bodyEnd - frame.start : 0);
    }
  }
}

function notConnect(): CodecError {
  return new CodecError(0x82, "the first packet is not a CONNECT"); // [MQTT-3.1.0-1]
}
