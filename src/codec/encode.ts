import { encodeAck } from "./ack.ts";
import { encodeAuth } from "./auth.ts";
import { encodeConnack } from "./connack.ts";
import { encodeConnect } from "./connect.ts";
import { encodeDisconnect } from "./disconnect.ts";
import { malformed } from "./error.ts";
import type { Packet } from "./packet.ts";
import { encodePublish } from "./publish.ts";
import { encodeSuback } from "./suback.ts";
import { encodeSubscribe } from "./subscribe.ts";
import { PacketType, type Version } from "./types.ts";
import { encodeUnsuback } from "./unsuback.ts";
import { encodeUnsubscribe } from "./unsubscribe.ts";
import { Writer } from "./writer.ts";

const TYPES = {
  connect: PacketType.CONNECT,
  connack: PacketType.CONNACK,
  publish: PacketType.PUBLISH,
  puback: PacketType.PUBACK,
  pubrec: PacketType.PUBREC,
  pubrel: PacketType.PUBREL,
  pubcomp: PacketType.PUBCOMP,
  subscribe: PacketType.SUBSCRIBE,
  suback: PacketType.SUBACK,
  unsubscribe: PacketType.UNSUBSCRIBE,
  unsuback: PacketType.UNSUBACK,
  pingreq: PacketType.PINGREQ,
  pingresp: PacketType.PINGRESP,
  disconnect: PacketType.DISCONNECT,
  auth: PacketType.AUTH,
} as const satisfies Record<Packet["type"], number>;

/** Writes the body and returns the flags of the fixed header (table 2-2). */
function encodeBody(version: Version, packet: Packet, w: Writer): number {
  switch (packet.type) {
    case "connect":
      encodeConnect(packet, w);
      return 0;
    case "connack":
      encodeConnack(version, packet, w);
      return 0;
    case "publish":
      return encodePublish(version, packet, w);
    case "puback":
    case "pubrec":
    case "pubcomp":
      encodeAck(version, packet, w);
      return 0;
    case "pubrel":
      encodeAck(version, packet, w);
      return 2; // [MQTT-3.6.1-1]
    case "subscribe":
      encodeSubscribe(version, packet, w);
      return 2; // [MQTT-3.8.1-1]
    case "suback":
      encodeSuback(version, packet, w);
      return 0;
    case "unsubscribe":
      encodeUnsubscribe(version, packet, w);
      return 2; // [MQTT-3.10.1-1]
    case "unsuback":
      encodeUnsuback(version, packet, w);
      return 0;
    case "pingreq":
    case "pingresp":
      return 0;
    case "disconnect":
      encodeDisconnect(version, packet, w);
      return 0;
    case "auth":
      if (version !== 5) throw malformed("the packet type does not exist in this version");
      encodeAuth(packet, w);
      return 0;
    default:
      return packet satisfies never;
  }
}

/**
 * Encodes a packet for a connection of `version` (a CONNECT: of its own). What v3 has no place for (properties, reason
 * codes of acknowledgements, subscription options) is left out. Throws CodecError for what the standard does not allow to
 * be sent, such as a packet identifier of 0 or a string with U+0000.
 */
export function encode(version: Version, packet: Packet): Uint8Array {
  const w = new Writer(packet.type === "publish" ? packet.payload.length + packet.topic.length + 64 : 128);
  const flags = encodeBody(version, packet, w);
  return w.packet(TYPES[packet.type], flags);
}

/** Whether Reason String and User Properties only explain, so that they may be dropped to fit (not those of messages). */
function mayBeTrimmed(packet: Packet): boolean {
  switch (packet.type) {
    case "connect":
    case "publish": // [MQTT-3.3.2-17]
    case "subscribe":
    case "unsubscribe":
    case "pingreq":
    case "pingresp":
      return false;
    default:
      return true;
  }
}

/** The packet without one property; the given packet is left as it is. */
function without(packet: Packet, name: "reasonString" | "userProperties"): Packet {
  if (!("properties" in packet) || packet.properties === undefined) return packet;
  const { [name]: _, ...properties } = packet.properties as Record<string, unknown>; // every variant's members are optional
  return { ...packet, properties } as Packet; // the same variant, less an optional member
}

/**
 * As `encode`, within the peer's Maximum Packet Size `max` (bytes of the whole packet): drops the Reason String, then the User Properties
 * of an acknowledgement, CONNACK, DISCONNECT or AUTH to fit. Returns null when it cannot fit; the caller then does not send it
 * [MQTT-3.1.2-24].
 */
export function encodeWithin(version: Version, packet: Packet, max: number): Uint8Array | null {
  const whole = encode(version, packet);
  if (whole.length <= max) return whole;
  if (version !== 5 || !mayBeTrimmed(packet)) return null;
  const unexplained = without(packet, "reasonString");
  // [MQTT-3.2.2-19], [MQTT-3.4.2-2], [MQTT-3.5.2-2], [MQTT-3.6.2-2], [MQTT-3.7.2-2], [MQTT-3.9.2-1], [MQTT-3.11.2-1],
  // [MQTT-3.14.2-3], [MQTT-3.15.2-2]
  const shorter = encode(version, unexplained);
  if (shorter.length <= max) return shorter;
  // [MQTT-3.2.2-20], [MQTT-3.4.2-3], [MQTT-3.5.2-3], [MQTT-3.6.2-3], [MQTT-3.7.2-3], [MQTT-3.9.2-2], [MQTT-3.11.2-2],
  // [MQTT-3.14.2-4], [MQTT-3.15.2-3]
  const shortest = encode(version, without(unexplained, "userProperties"));
  return shortest.length <= max ? shortest : null;
}
