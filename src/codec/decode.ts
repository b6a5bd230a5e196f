import { decodeAck } from "./ack.ts";
import { decodeAuth } from "./auth.ts";
import { decodeConnack } from "./connack.ts";
import { decodeConnect } from "./connect.ts";
import { decodeDisconnect } from "./disconnect.ts";
import { malformed, protocolError } from "./error.ts";
import type { Frame } from "./frame.ts";
import type { Packet } from "./packet.ts";
import { decodePublish } from "./publish.ts";
import { Reader } from "./reader.ts";
import { decodeSuback } from "./suback.ts";
import { decodeSubscribe } from "./subscribe.ts";
import { PacketType, type Version } from "./types.ts";
import { decodeUnsuback } from "./unsuback.ts";
import { decodeUnsubscribe } from "./unsubscribe.ts";

const WITH_FLAG_2: ReadonlySet<number> = new Set([PacketType.PUBREL, PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE]);

/** Flags of all types but PUBLISH are reserved (table 2-2). MQTT 3.1 has a DUP flag where later versions have a fixed 2. */
function checkFlags(version: Version, frame: Frame): void {
  const wanted = WITH_FLAG_2.has(frame.type) ? 2 : 0; // [MQTT-3.6.1-1], [MQTT-3.8.1-1], [MQTT-3.10.1-1]
  const flags = version === 3 && wanted === 2 ? frame.flags & ~8 : frame.flags;
  if (flags !== wanted) throw malformed("reserved flags are not as the standard says"); // [MQTT-2.1.3-1], [MQTT-3.14.1-1], [MQTT-3.15.1-1]
}

function decodeBody(version: Version, type: number, r: Reader): Packet {
  switch (type) {
    case PacketType.CONNACK:
      return decodeConnack(version, r);
    case PacketType.PUBACK:
      return decodeAck(version, "puback", r);
    case PacketType.PUBREC:
      return decodeAck(version, "pubrec", r);
    case PacketType.PUBREL:
      return decodeAck(version, "pubrel", r);
    case PacketType.PUBCOMP:
      return decodeAck(version, "pubcomp", r);
    case PacketType.SUBSCRIBE:
      return decodeSubscribe(version, r);
    case PacketType.SUBACK:
      return decodeSuback(version, r);
    case PacketType.UNSUBSCRIBE:
      return decodeUnsubscribe(version, r);
    case PacketType.UNSUBACK:
      return decodeUnsuback(version, r);
    case PacketType.PINGREQ:
      return { type: "pingreq" };
    case PacketType.PINGRESP:
      return { type: "pingresp" };
    case PacketType.DISCONNECT:
      return decodeDisconnect(version, r);
    case PacketType.AUTH:
      if (version === 5) return decodeAuth(r);
      throw malformed("the packet type does not exist in this version");
    default:
      throw malformed("the packet type does not exist");
  }
}

/**
 * Decodes the whole packet that `readFrame` found complete in `buf`, of either direction; which types a peer may send, and
 * when, is the session's matter. `version` is that of the connection, 0 before it is known: then only a CONNECT passes, which says
 * its own. Throws CodecError only. The packet shares no memory with `buf`.
 */
export function decode(version: Version | 0, buf: Uint8Array, frame: Frame): Packet {
  if (frame.type === PacketType.CONNECT) return decodeConnect(buf, frame);
  if (version === 0) throw protocolError("the first packet is not a CONNECT"); // [MQTT-3.1.0-1]
  if (frame.type === PacketType.PUBLISH) return decodePublish(version, buf, frame);
  checkFlags(version, frame);
  const r = new Reader(buf, frame.bodyStart, frame.bodyEnd);
  const packet = decodeBody(version, frame.type, r);
  r.finish();
  return packet;
}
