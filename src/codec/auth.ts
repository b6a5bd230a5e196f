import { protocolError } from "./error.ts";
import type { AuthPacket } from "./packet.ts";
import { isEmpty, readProperties, withProperties, writeProperties } from "./properties.ts";
import type { Reader } from "./reader.ts";
import { checkReason } from "./reasons.ts";
import { PacketType } from "./types.ts";
import type { Writer } from "./writer.ts";

/** Only the form without a body may go without an Authentication Method (3.15.2.1, 3.15.2.2.2). */
function checkMethod(packet: AuthPacket): AuthPacket {
  if (packet.properties?.authenticationMethod === undefined) throw protocolError("an AUTH without a method");
  return packet;
}

/** Decodes the body of an AUTH (section 3.15), which exists in v5 only. */
export function decodeAuth(r: Reader): AuthPacket {
  if (r.left === 0) return { type: "auth", reasonCode: 0 };
  const reasonCode = checkReason(5, PacketType.AUTH, r.byte()); // [MQTT-3.15.2-1]
  return checkMethod(withProperties<AuthPacket>({ type: "auth", reasonCode }, readProperties(r, PacketType.AUTH)));
}

/** Writes the body of an AUTH. */
export function encodeAuth(packet: AuthPacket, w: Writer): void {
  if (packet.reasonCode === 0 && isEmpty(packet.properties)) return;
  checkMethod(packet);
  w.byte(checkReason(5, PacketType.AUTH, packet.reasonCode)); // [MQTT-3.15.2-1]
  writeProperties(w, PacketType.AUTH, packet.properties);
}
