import {
  CodecError,
  decodeConnect,
  FRAME_COMPLETE,
  FRAME_SHORT,
  PacketReader,
  PacketType,
  readFrame,
} from "../codec/index.ts";
import { connackRefusal } from "./login-refusal.ts";
import { Partial } from "./partial.ts";
import type { Wire, WireListener } from "./wire.ts";

/** How long somebody may take to say CONNECT, or to go after the answer, ms. */
const PATIENCE_MS = 10_000;
/** Streams at the same time; more are ended without a word. */
const MOST = 1000;

/** Answers every CONNECT with the same refusal: of a server that lets nobody in. */
export class LoginRefuser {
  private readonly open = new Set<Wire>();

  /** @param maxPacket bytes of a CONNECT @param reason of the CONNACK, as version 5 has them @param text for people */
  constructor(
    private readonly maxPacket: number,
    private readonly reason: number,
    private readonly text: () => string,
  ) {}

  accept(wire: Wire): WireListener | null {
    if (this.open.size >= MOST) {
      wire.terminate();
      return null;
    }
    this.open.add(wire);
    const over = setTimeout(() => wire.terminate(), PATIENCE_MS);
    const partial = new Partial();
    let isAnswered = false;
    return {
      data: (bytes) => {
        if (isAnswered) return;
        const buf = partial.empty ? bytes : partial.add(bytes);
        if (buf === null) return;
        const answer = this.answer(buf);
        if (answer === "more") return partial.keep(buf, 0, 0);
        isAnswered = true;
        if (answer !== null) wire.write(answer);
        wire.end();
      },
      drained() {},
      ended: () => wire.end(),
      closed: () => {
        clearTimeout(over);
        this.open.delete(wire);
      },
    };
  }
  /** @returns null: it is no CONNECT, or no answer fits */
  private answer(buf: Uint8Array): Uint8Array | "more" | null {
    const reader = new PacketReader();
    try {
      const state = readFrame(buf, 0, buf.length, this.maxPacket, reader.frame);
      if (state === FRAME_SHORT) return "more";
      if (state !== FRAME_COMPLETE || reader.frame.type !== PacketType.CONNECT) return null;
      return connackRefusal(decodeConnect(buf, reader.frame), this.reason, this.text());
    } catch (error) {
      if (error instanceof CodecError) return null;
      throw error;
    }
  }
  /** Ends all streams: whoever comes again is let in by another. */
  end(): void {
    for (const wire of this.open) wire.terminate();
  }
}
