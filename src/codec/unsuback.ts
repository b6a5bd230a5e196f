import type { UnsubackPacket } from "./packet.ts";
import { readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { readReasons, writeReasons } from "./reasons.ts";
import { PacketType, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

/** Decodes the body of an UNSUBACK (section 3.11); v3 has the packet identifier only. */
export function decodeUnsuback(version: Version, r: Reader): UnsubackPacket {
  const packetId = r.packetId();
  if (version !== 5) return { type: "unsuback", packetId, reasonCodes: [] };
  const properties = readProperties(r, PacketType.UNSUBACK);
  const reasonCodes = readReasons(version, PacketType.UNSUBACK, r); // [MQTT-3.11.3-1]
  return withProperties<UnsubackPacket>({ type: "unsuback", packetId, reasonCodes }, properties);
}

/** Writes the body of an UNSUBACK. */
export function encodeUnsuback(version: Version, packet: UnsubackPacket, w: Writer): void {
  w.packetId(packet.packetId); // [MQTT-2.2.1-6]
  if (version !== 5) return;
  writeProperties(w, PacketType.UNSUBACK, packet.properties);
  writeReasons(version, PacketType.UNSUBACK, packet.reasonCodes, w); // [MQTT-3.11.3-2]
}
