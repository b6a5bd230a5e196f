import type { Verdict, WireAnswer } from "./types.ts";
import { judgedStatus, short, textOf } from "./wire.ts";

/**
 * gRPC-Web over plain HTTP: one message in a frame (a byte of flags, four of length), and the status in a frame of trailers or in the headers.
 * Of protocol buffers there is what a request for one downlink needs.
 */

const TRAILERS = 0x80;

/** Length-delimited, and numbers as varints: parts of a message, by field number. Zero, false and nothing are left out, as proto3 has it. */
export class Message {
  private readonly bytes: number[] = [];

  text(field: number, value: string): this {
    return this.raw(field, new TextEncoder().encode(value));
  }
  raw(field: number, value: Uint8Array): this {
    if (value.length === 0) return this;
    this.varint((field << 3) | 2);
    this.varint(value.length);
    for (const byte of value) this.bytes.push(byte);
    return this;
  }
  number(field: number, value: number): this {
    if (value === 0) return this;
    this.varint(field << 3);
    this.varint(value);
    return this;
  }
  flag(field: number, value: boolean): this {
    return this.number(field, value ? 1 : 0);
  }
  end(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.bytes);
  }
  private varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.bytes.push((rest & 127) | 128);
    this.bytes.push(rest);
  }
}

/** A message as the body of a request. */
export function framed(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(message.length + 5);
  new DataView(out.buffer).setUint32(1, message.length);
  out.set(message, 5);
  return out;
}

interface Read {
  readonly message: Uint8Array;
  readonly trailers: ReadonlyMap<string, string>;
}
/** The frames of an answer; null: they are broken off. */
function frames(body: Uint8Array): Read | null {
  let message: Uint8Array = new Uint8Array();
  const trailers = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    if (at + 5 > body.length) return null;
    const flags = body[at] ?? 0;
    const length = new DataView(body.buffer, body.byteOffset + at + 1, 4).getUint32(0);
    const part = body.subarray(at + 5, at + 5 + length);
    if (part.length < length) return null;
    if ((flags & TRAILERS) === 0) message = part;
    else
      for (const line of new TextDecoder().decode(part).split(/\r?\n/)) {
        const colon = line.indexOf(":");
        if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      }
    at += 5 + length;
  }
  return { message, trailers };
}

/** The text in a field of a message; null: there is none, or the message is no message. */
export function textIn(message: Uint8Array, field: number): string | null {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35 && at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return -1;
  };
  while (at < message.length) {
    const tag = varint();
    if (tag < 0) return null;
    const kind = tag & 7;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = varint();
      if (length < 0) return null;
      if (tag >> 3 === field) return new TextDecoder().decode(message.subarray(at, at + length));
      at += length;
    } else return null;
  }
  return null;
}

/** Of gRPC's status codes those that may pass: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, UNAVAILABLE. */
const PASSING: ReadonlySet<string> = new Set(["1", "4", "8", "10", "14"]);

/** @param accepted what the answer's message means */
export function judgedGrpc(answer: WireAnswer, accepted: (message: Uint8Array) => readonly string[]): Verdict {
  const read = frames(answer.body);
  const of = (name: string) => read?.trailers.get(name) ?? answer.headers.get(name);
  const status = of("grpc-status");
  if (status === null) {
    // no gRPC at all: a proxy, or another server
    const judged = judgedStatus(answer, textOf(answer.body));
    return judged ?? { is: "refused", reason: "the answer is not gRPC-Web; is this the address of ChirpStack itself?" };
  }
  if (status === "0") return { is: "accepted", ids: accepted(read?.message ?? new Uint8Array()) };
  const words = short(decoded(of("grpc-message") ?? ""));
  const reason = `gRPC status ${status}${words === "" ? "" : `: ${words}`}`;
  return PASSING.has(status) ? { is: "later", reason, seconds: null } : { is: "refused", reason };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
