import type { Wire, WireListener } from "../../broker/wire.ts";
import type { Peer } from "../stream.ts";
import type { StreamEnd, WebChannel } from "./connection.ts";
import { FrameError, FrameReader, frame, Opcode, packetFrames, Status } from "./frames.ts";
import type { Output } from "./output.ts";

/** Bytes that a WebSocket may have unsent before we stop writing to it. */
const MOST_BUFFERED = 256 * 1024;
/** Silence after which the other end of a WebSocket is asked whether it is there, and after which it is given up, ms. */
const ASK_MS = 120_000;
const SILENT_MS = 240_000;
/** How long the other end may take to close after us, ms. */
const LEAVING_MS = 10_000;
/** What a connection takes besides what the broker keeps of it, about; and its TLS. */
const OWN_BYTES = 8 * 1024;
const TLS_BYTES = 24 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * A WebSocket as the broker's wire. What comes is a byte stream, whatever the borders of frames [MQTT-6.0.0-2], and is
 * handed on as it comes; what leaves has one packet in a frame.
 */
export class SocketWire implements Wire, StreamEnd {
  listener: WireListener | null = null;
  readonly transport: "ws" | "wss";
  readonly certificate = null;
  readonly holds: number;
  private readonly reader: FrameReader;
  /** Came while the broker reads nothing, or before there is one. */
  private rest: Uint8Array = NOTHING;
  private isPaused = false;
  /** Full: the broker is told when there is room. */
  private isFull = false;
  /** The client has said that it closes. */
  private hasEnded = false;
  /** We have said it. */
  private isClosing = false;
  private isGone = false;
  private heardAt: number;
  private asked = false;

  /** @param most bytes of a message */
  constructor(
    private readonly channel: WebChannel,
    private readonly output: Output,
    private readonly origin: Peer,
    secure: boolean,
    most: number,
    private readonly now: () => number,
  ) {
    this.transport = secure ? "wss" : "ws";
    this.holds = OWN_BYTES + (secure ? TLS_BYTES : 0);
    this.heardAt = now();
    this.reader = new FrameReader(most, {
      bytes: (payload) => {
        this.listener?.data(payload);
        return !this.isPaused && !this.isClosing;
      },
      control: (opcode, payload) => this.control(opcode, payload),
    });
  }
  get remote(): string {
    return this.origin.remote;
  }
  get local(): boolean {
    return this.origin.local;
  }
  get tls(): string | null {
    return this.transport === "wss" ? this.channel.getTLSVersion() : null;
  }

  // the broker's side

  write(bytes: Uint8Array): number {
    if (this.isClosing || this.isGone) return -1;
    if (this.output.waiting >= MOST_BUFFERED) {
      this.isFull = true;
      return 0;
    }
    this.output.write(packetFrames(bytes));
    return bytes.length;
  }
  /** Nothing to do: every HTTP connection is probed, and asked by pings. */
  probe(): void {}
  pause(): void {
    if (this.isPaused || this.isGone) return;
    this.isPaused = true;
    this.channel.pause();
  }
  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.heardAt = this.now();
    this.readRest();
    // it may have stopped again meanwhile
    if (!this.isPaused && !this.isGone) this.channel.resume();
  }
  end(): void {
    this.close(Status.NORMAL);
  }
  terminate(): void {
    this.isClosing = true;
    this.channel.terminate();
  }

  // the network's side

  data(bytes: Uint8Array): void {
    if (this.isClosing || this.hasEnded) return;
    this.heardAt = this.now();
    this.asked = false;
    if (this.isPaused || this.rest.length > 0) this.rest = Buffer.concat([this.rest, bytes]);
    else this.take(bytes);
  }
  drained(): void {
    if (!this.isFull || this.output.waiting >= MOST_BUFFERED) return;
    this.isFull = false;
    this.listener?.drained();
  }
  /** The stream ended without a close frame. */
  ended(): void {
    if (this.isClosing) return this.channel.terminate();
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.listener?.ended();
  }
  /** The stream is gone; what came before and was kept is the broker's all the same (wire contract section 2). */
  closed(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.isPaused = false;
    // the broker may want to pause again: there is nothing left to be paused
    while (this.rest.length > 0 && !this.isClosing && !this.hasEnded) this.readRest();
    this.isClosing = true;
    this.listener?.closed();
  }
  tick(now: number): void {
    if (this.isClosing) {
      if (now - this.heardAt > LEAVING_MS) this.channel.terminate();
    } else if (this.isPaused) this.heardAt = now;
    else if (now - this.heardAt > SILENT_MS) this.channel.terminate();
    else if (now - this.heardAt > ASK_MS && !this.asked) {
      this.asked = true;
      this.output.write(frame(Opcode.PING, NOTHING));
    }
  }

  private readRest(): void {
    const { rest } = this;
    this.rest = NOTHING;
    if (rest.length > 0) this.take(rest);
  }
  private take(bytes: Uint8Array): void {
    try {
      const taken = this.reader.read(bytes);
      if (taken < bytes.length && !this.isClosing && !this.hasEnded) this.rest = new Uint8Array(bytes.subarray(taken));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.close(error.status, error.message);
      this.listener?.ended();
      this.listener?.closed();
    }
  }
  private control(opcode: number, payload: Uint8Array): boolean {
    if (opcode === Opcode.PING) {
      // one that asks and never reads the answers gets no more of them
      if (this.output.waiting < MOST_BUFFERED) this.output.write(frame(Opcode.PONG, payload));
      return true;
    }
    if (opcode === Opcode.PONG) return true;
    // what came before is committed and answered first; then we close, too (RFC 6455, section 5.5.1)
    this.hasEnded = true;
    this.listener?.ended();
    return false;
  }
  private close(status: number, why = ""): void {
    if (this.isClosing || this.isGone) return;
    this.isClosing = true;
    this.heardAt = this.now();
    this.rest = NOTHING;
    const text = Buffer.from(why, "utf8");
    this.output.write(frame(Opcode.CLOSE, Buffer.concat([Uint8Array.of(status >> 8, status & 255), text])));
    void this.output.empty().then(() => {
      if (this.isGone) return;
      // while paused no end would be reported
      if (this.isPaused) this.channel.resume();
      this.isPaused = false;
      this.channel.shutdown();
      if (this.hasEnded) this.channel.terminate();
    });
  }
}
