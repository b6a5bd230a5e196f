import type { SubackPacket } from "./packet.ts";
import { readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { readReasons, writeReasons } from "./reasons.ts";
import { PacketType, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

/** Decodes the body of a SUBACK (section 3.9). */
export function decodeSuback(version: Version, r: Reader): SubackPacket {
  const packetId = r.packetId();
  const properties = version === 5 ? readProperties(r, PacketType.SUBACK) : undefined;
  const reasonCodes = readReasons(version, PacketType.SUBACK, r); // [MQTT-3.9.3-1]
  return withProperties<SubackPacket>({ type: "suback", packetId, reasonCodes }, properties);
}

/** Writes the body of a SUBACK. Throws CodecError 0x82 for codes that the version does not have (3.1 has no refusal). */
export function encodeSuback(version: Version, packet: SubackPacket, w: Writer): void {
  w.packetId(packet.packetId); // [MQTT-2.2.1-6]
  if (version === 5) writeProperties(w, PacketType.SUBACK, packet.properties);
  writeReasons(version, PacketType.SUBACK, packet.reasonCodes, w); // [MQTT-3.9.3-2]
}
