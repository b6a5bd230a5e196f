import { u16At } from "./bytes.ts";
import type { Frame } from "./frame.ts";
import { PacketType } from "./types.ts";

/**
 * PUBACK, PUBREC, PUBREL and PUBCOMP in their shortest form, the same in every version: an identifier, and that all is well
 * (sections 3.4 to 3.7). Nearly all of them are; these two make no object of one.
 */
export type AckType = 4 | 5 | 6 | 7;

export const SHORT_ACK_BYTES = 4;

/** What the flags of the four must be [MQTT-2.1.3-1], [MQTT-3.6.1-1]. */
const flagsOf = (type: number): number => (type === PacketType.PUBREL ? 2 : 0);

/** The packet identifier of the complete packet in `frame`, when it is one of the four in this form; otherwise 0. */
export function shortAckId(buf: Uint8Array, frame: Frame): number {
  const { type, flags, bodyStart, bodyEnd } = frame;
  if (bodyEnd - bodyStart !== 2 || type < PacketType.PUBACK || type > PacketType.PUBCOMP) return 0;
  return flags === flagsOf(type) ? u16At(buf, bodyStart) : 0;
}

/** Writes one of the four into buf[at, at + 4); returns where it ends. */
export function putShortAck(buf: Uint8Array, at: number, type: AckType, packetId: number): number {
  buf[at] = (type << 4) | flagsOf(type);
  buf[at + 1] = 2;
  buf[at + 2] = packetId >> 8;
  buf[at + 3] = packetId & 0xff;
  return at + SHORT_ACK_BYTES;
}
