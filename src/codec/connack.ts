import { malformed, protocolError } from "./error.ts";
import type { ConnackPacket } from "./packet.ts";
import { readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { checkReason } from "./reasons.ts";
import { PacketType, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

function check(version: Version, packet: ConnackPacket): void {
  checkReason(version, PacketType.CONNACK, packet.reasonCode); // [MQTT-3.2.2-8]
  if (packet.reasonCode !== 0 && packet.sessionPresent) {
    throw protocolError("session present in a refusal"); // [MQTT-3.2.2-6]
  }
}

/** Decodes the body of a CONNACK (section 3.2). MQTT 3.1 has no acknowledge flags: its first byte must be 0. */
export function decodeConnack(version: Version, r: Reader): ConnackPacket {
  const flags = r.byte();
  if (flags > (version === 3 ? 0 : 1)) throw malformed("reserved acknowledge flags are set"); // [MQTT-3.2.2-1]
  const packet: ConnackPacket = { type: "connack", sessionPresent: flags === 1, reasonCode: r.byte() };
  check(version, packet);
  return withProperties(packet, version === 5 ? readProperties(r, PacketType.CONNACK) : undefined);
}

/** Writes the body of a CONNACK; session present is left out in MQTT 3.1. */
export function encodeConnack(version: Version, packet: ConnackPacket, w: Writer): void {
  check(version, packet);
  w.byte(packet.sessionPresent && version !== 3 ? 1 : 0);
  w.byte(packet.reasonCode);
  if (version === 5) writeProperties(w, PacketType.CONNACK, packet.properties);
}
