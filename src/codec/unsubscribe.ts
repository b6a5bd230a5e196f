import { protocolError } from "./error.ts";
import { checkFilter } from "./filters.ts";
import type { UnsubscribePacket } from "./packet.ts";
import { readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { PacketType, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

/** Decodes the body of an UNSUBSCRIBE (section 3.10). */
export function decodeUnsubscribe(version: Version, r: Reader): UnsubscribePacket {
  const packetId = r.packetId();
  const properties = version === 5 ? readProperties(r, PacketType.UNSUBSCRIBE) : undefined;
  const filters: string[] = [];
  while (r.left > 0) filters.push(checkFilter(r.text())); // [MQTT-3.10.3-1]
  if (filters.length === 0) throw protocolError("an UNSUBSCRIBE without a filter"); // [MQTT-3.10.3-2]
  return withProperties<UnsubscribePacket>({ type: "unsubscribe", packetId, filters }, properties);
}

/** Writes the body of an UNSUBSCRIBE. */
export function encodeUnsubscribe(version: Version, packet: UnsubscribePacket, w: Writer): void {
  w.packetId(packet.packetId);
  if (version === 5) writeProperties(w, PacketType.UNSUBSCRIBE, packet.properties);
  if (packet.filters.length === 0) throw protocolError("an UNSUBSCRIBE without a filter"); // [MQTT-3.10.3-2]
  for (const filter of packet.filters) w.text(checkFilter(filter));
}
