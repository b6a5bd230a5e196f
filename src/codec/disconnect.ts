import type { DisconnectPacket } from "./packet.ts";
import { isEmpty, readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { checkReason } from "./reasons.ts";
import { PacketType, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

/** Decodes the body of a DISCONNECT (section 3.14); reason code and properties may be left out in v5 (3.14.2.1). */
export function decodeDisconnect(version: Version, r: Reader): DisconnectPacket {
  const packet: DisconnectPacket = { type: "disconnect", reasonCode: 0 };
  if (version !== 5 || r.left === 0) return packet;
  packet.reasonCode = checkReason(version, PacketType.DISCONNECT, r.byte()); // [MQTT-3.14.2-1]
  if (r.left === 0) return packet;
  return withProperties(packet, readProperties(r, PacketType.DISCONNECT));
}

/** Writes the body of a DISCONNECT in its shortest form; v3 has none. */
export function encodeDisconnect(version: Version, packet: DisconnectPacket, w: Writer): void {
  if (version !== 5) return;
  const { reasonCode, properties } = packet;
  checkReason(version, PacketType.DISCONNECT, reasonCode); // [MQTT-3.14.2-1]
  const empty = isEmpty(properties);
  if (reasonCode !== 0 || !empty) w.byte(reasonCode);
  if (!empty) writeProperties(w, PacketType.DISCONNECT, properties);
}
