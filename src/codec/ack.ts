import type { AckPacket } from "./packet.ts";
import { isEmpty, readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { checkReason } from "./reasons.ts";
import { PacketType, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

// PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7) share one layout.

type AckName = "puback" | "pubrec" | "pubrel" | "pubcomp";

const TYPES = {
  puback: PacketType.PUBACK,
  pubrec: PacketType.PUBREC,
  pubrel: PacketType.PUBREL,
  pubcomp: PacketType.PUBCOMP,
} as const;

/** Decodes the body of one of the four; reason code and properties may be left out in v5 (3.4.2.1, 3.4.2.2.1). */
export function decodeAck<T extends AckName>(version: Version, type: T, r: Reader): AckPacket<T> {
  const packet: AckPacket<T> = { type, packetId: r.packetId(), reasonCode: 0 };
  if (version !== 5 || r.left === 0) return packet;
  packet.reasonCode = checkReason(version, TYPES[type], r.byte());
  if (r.left === 0) return packet;
  return withProperties(packet, readProperties(r, TYPES[type]));
}

/** Writes the body of one of the four in its shortest form; v3 has the packet identifier only. */
export function encodeAck<T extends AckName>(version: Version, packet: AckPacket<T>, w: Writer): void {
  const { packetId, reasonCode, properties } = packet;
  w.packetId(packetId);
  if (version !== 5) return;
  checkReason(version, TYPES[packet.type], reasonCode);
  const empty = isEmpty(properties);
  if (reasonCode !== 0 || !empty) w.byte(reasonCode);
  if (!empty) writeProperties(w, TYPES[packet.type], properties);
}
