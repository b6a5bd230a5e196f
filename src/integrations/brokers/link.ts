import { errorText } from "../../base/errors.ts";
import {
  CodecError,
  createFrame,
  decode,
  encode,
  FRAME_COMPLETE,
  FRAME_SHORT,
  type Packet,
  readFrame,
  type Version,
} from "../../codec/index.ts";
import type { Stream } from "./stream.ts";
import { reasonWords } from "./words.ts";

/** Bytes that wait for the socket from which on nothing more is read or made. */
const MUCH = 1024 * 1024;

interface LinkListener {
  /** @throws Error: the remote broke the protocol, and the link ends */
  packet(packet: Packet): void;
  /** Once. @param reason in words */
  closed(reason: string): void;
  /** The socket takes more again. */
  drain(): void;
}

/** A connection with a remote as packets. What is sent in a turn of the event loop leaves together. */
export class Link {
  private rest: Uint8Array = new Uint8Array(0);
  private readonly frame = createFrame();
  private unsent: Uint8Array[] = [];
  private isOver = false;
  private isHeld = false;
  /** Why it ends, when that is known before the socket closes. */
  private why: string | null = null;
  /** Steady µs of what was read and written last. */
  heardAt: number;
  saidAt: number;

  /** @param limit bytes of a packet that the remote may send @param now steady clock, µs */
  constructor(
    private readonly stream: Stream,
    readonly version: Version,
    private readonly limit: number,
    private readonly now: () => number,
    private listener: LinkListener,
  ) {
    this.heardAt = this.saidAt = now();
    stream.listen({
      data: (bytes) => this.data(bytes),
      drain: () => this.listener.drain(),
      closed: (error) =>
        this.over(
          this.why ??
            (error === undefined ? "It closed the connection." : `The connection broke: ${errorText(error)}.`),
        ),
    });
  }
  /** Nothing more is told until somebody else hears: what comes behind the answer to a CONNECT is for the session. */
  hold(): void {
    this.isHeld = true;
  }
  hear(listener: LinkListener): void {
    this.listener = listener;
    this.isHeld = false;
    this.data(new Uint8Array(0));
  }
  /** More should not be made before `drain`. */
  get isFull(): boolean {
    return this.stream.pending > MUCH;
  }
  send(packet: Packet): void {
    if (this.isOver) return;
    if (this.unsent.length === 0) queueMicrotask(() => this.flush());
    this.unsent.push(encode(this.version, packet));
  }
  private flush(): void {
    const [first, ...more] = this.unsent;
    this.unsent = [];
    if (first === undefined || this.isOver) return;
    this.saidAt = this.now();
    this.stream.write(more.length === 0 ? first : Buffer.concat([first, ...more]));
  }
  pause(isPaused: boolean): void {
    if (isPaused) this.stream.pause();
    else this.stream.resume();
  }

  private data(bytes: Uint8Array): void {
    if (this.isOver) return;
    if (bytes.length > 0) this.heardAt = this.now();
    const buf = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    let at = 0;
    try {
      for (;;) {
        const state = readFrame(buf, at, buf.length, this.limit, this.frame);
        if (state === FRAME_SHORT || this.isOver || this.isHeld) break;
        if (state !== FRAME_COMPLETE) throw new Error("what it sent is no MQTT, or larger than we take");
        at = this.frame.bodyEnd;
        this.listener.packet(this.read(buf));
      }
    } catch (error) {
      const text = error instanceof CodecError ? `what it sent is no MQTT (${error.message})` : errorText(error);
      return this.fail(`It broke the protocol: ${text}.`);
    }
    this.rest = at === buf.length ? new Uint8Array(0) : buf.slice(at);
  }
  private read(buf: Uint8Array): Packet {
    const { frame, version } = this;
    // a broker without MQTT 5 refuses it in the form of its own version: two bytes, no properties
    const isOld = frame.type === 2 && version === 5 && frame.bodyEnd - frame.bodyStart === 2;
    if (isOld)
      return {
        type: "connack",
        sessionPresent: false,
        reasonCode: (buf[frame.bodyStart + 1] ?? 0) === 0 ? 0x80 : 0x84,
      };
    const packet = decode(version, buf, frame);
    if (packet.type === "disconnect")
      this.why = `It ended the connection. ${reasonWords(version, packet.reasonCode, packet.properties?.reasonString)}`;
    return packet;
  }

  /** Ends it at once. @param reason in words */
  fail(reason: string): void {
    this.why ??= reason;
    this.stream.destroy();
    this.over(this.why);
  }
  /** Ends it in good order: what was sent leaves first, without a will. */
  end(reason: string): void {
    if (this.isOver) return;
    this.why ??= reason;
    this.send({ type: "disconnect", reasonCode: 0 });
    this.flush();
    this.stream.end();
    this.over(this.why);
    setTimeout(() => this.stream.destroy(), 1000).unref();
  }
  private over(reason: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.unsent = [];
    this.listener.closed(reason);
  }
}
