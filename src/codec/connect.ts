import type { Frame } from "./frame.ts";
import { CodecError, malformed, protocolError, TOPIC_NAME_INVALID, UNSUPPORTED_VERSION } from "./error.ts";
import type { ConnectPacket, Will } from "./packet.ts";
import { readProperties, withProperties, writeProperties } from "./properties.ts";
import { WILL } from "./property-table.ts";
import { Reader } from "./reader.ts";
import { type ConnectProperties, PacketType, type Qos, type Version } from "./types.ts";
import { hasWildcard } from "./utf8.ts";
import type { Writer } from "./writer.ts";

const CLEAN_START = 0x02;
const WILL_FLAG = 0x04;
const WILL_RETAIN = 0x20;
const PASSWORD = 0x40;
const USER_NAME = 0x80;

/** Set by Mosquitto and others in the protocol level when the client is a bridge; it is not part of the standard. */
const BRIDGE_BIT = 0x80;

/** Reads protocol name and level, without the bit of bridges. Throws CodecError 0x84; its `level` is set when the name is one of MQTT's. */
function readVersion(r: Reader): { version: Version; bridge: boolean } {
  const name = r.text();
  if (name !== "MQTT" && name !== "MQIsdp") {
    throw new CodecError(UNSUPPORTED_VERSION, "the protocol name is not MQTT's"); // [MQTT-3.1.2-1]
  }
  const byte = r.byte();
  const level = byte & ~BRIDGE_BIT;
  const bridge = byte !== level;
  if (name === "MQTT" && (level === 4 || level === 5)) return { version: level, bridge };
  if (name === "MQIsdp" && level === 3) return { version: level, bridge };
  const error = new CodecError(UNSUPPORTED_VERSION, "the protocol level is not supported"); // [MQTT-3.1.2-2]
  error.level = level;
  throw error;
}

/** Refuses combinations of the Connect Flags that the standard does not allow (section 3.1.2.3 and following). */
function checkFlags(version: Version, flags: number): void {
  if ((flags & 1) !== 0) throw malformed("the reserved connect flag is set"); // [MQTT-3.1.2-3]
  const qos = (flags >> 3) & 3;
  if (qos === 3) throw malformed("the will has QoS 3"); // [MQTT-3.1.2-12]
  if ((flags & WILL_FLAG) === 0 && (qos !== 0 || (flags & WILL_RETAIN) !== 0)) {
    throw malformed("will QoS or will retain without a will"); // [MQTT-3.1.2-11], [MQTT-3.1.2-13]
  }
  if (version !== 5 && (flags & USER_NAME) === 0 && (flags & PASSWORD) !== 0) {
    throw protocolError("a password without a user name"); // [MQTT3-3.1.2-22]
  }
}

/** A will can never fire on a topic that is no topic name. Throws CodecError 0x90. */
function checkWillTopic(topic: string): string {
  if (topic === "") throw new CodecError(TOPIC_NAME_INVALID, "the will topic is empty"); // [MQTT-4.7.3-1]
  if (hasWildcard(topic)) throw new CodecError(TOPIC_NAME_INVALID, "the will topic holds a wildcard"); // [MQTT-4.7.0-1]
  return topic;
}

function readWill(version: Version, r: Reader, flags: number): Will {
  const properties = version === 5 ? readProperties(r, WILL) : undefined;
  const topic = checkWillTopic(r.text()); // [MQTT-3.1.3-11]
  const payload = r.binary();
  const qos = ((flags >> 3) & 3) as Qos; // 3 was refused by checkFlags
  return withProperties<Will>({ topic, payload, qos, retain: (flags & WILL_RETAIN) !== 0 }, properties);
}

function checkAuthentication(properties: ConnectProperties | undefined): void {
  if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw protocolError("authentication data without a method"); // 3.1.2.11.10
  }
}

/** MQTT 3.1 (section 3.1): a user name or password may be missing although its flag is set. */
function isThere(version: Version, r: Reader, flags: number, flag: number): boolean {
  return (flags & flag) !== 0 && !(version === 3 && r.left === 0);
}

/** Everything after the protocol level. `told` gets the properties, also when what follows them is wrong. */
function readRest(version: Version, r: Reader, told: { properties?: ConnectProperties }): ConnectPacket {
  const flags = r.byte();
  checkFlags(version, flags);
  const keepAlive = r.u16();
  const properties: ConnectProperties | undefined = version === 5 ? readProperties(r, PacketType.CONNECT) : undefined;
  if (properties !== undefined) told.properties = properties;
  checkAuthentication(properties);
  const clientId = r.text(); // [MQTT-3.1.3-3], [MQTT-3.1.3-4]
  const cleanStart = (flags & CLEAN_START) !== 0;
  const packet: ConnectPacket = { type: "connect", version, cleanStart, keepAlive, clientId };
  if ((flags & WILL_FLAG) !== 0) packet.will = readWill(version, r, flags); // [MQTT-3.1.2-9], [MQTT-3.1.3-1]
  if (isThere(version, r, flags, USER_NAME)) packet.userName = r.text(); // [MQTT-3.1.2-17], [MQTT-3.1.3-12]
  if (isThere(version, r, flags, PASSWORD)) packet.password = r.binary(); // [MQTT-3.1.2-19]
  r.finish(); // [MQTT-3.1.2-16], [MQTT-3.1.2-18]
  return withProperties(packet, properties);
}

/**
 * Decodes a CONNECT of any version (section 3.1); `frame` is complete and of type CONNECT. The client identifier may be
 * empty and is up to 65,535 bytes, also in MQTT 3.1: what it means is the session's matter. Throws CodecError 0x81, 0x82, 0x84
 * or 0x90; its `level` says in which version it can be answered.
 */
export function decodeConnect(buf: Uint8Array, frame: Frame): ConnectPacket {
  if (frame.type !== PacketType.CONNECT) throw protocolError("the first packet is not a CONNECT"); // [MQTT-3.1.0-1]
  const r = new Reader(buf, frame.bodyStart, frame.bodyEnd);
  const { version, bridge } = readVersion(r);
  const told: { properties?: ConnectProperties } = {};
  try {
    if (frame.flags !== 0) throw malformed("reserved flags are set"); // [MQTT-2.1.3-1]
    const packet = readRest(version, r, told);
    if (bridge) packet.bridge = true;
    return packet;
  } catch (error) {
    if (error instanceof CodecError) {
      error.level = version;
      error.maxPacket = told.properties?.maximumPacketSize;
    }
    throw error;
  }
}

function flagsOf(packet: ConnectPacket): number {
  const { cleanStart, will, userName, password } = packet;
  let flags = cleanStart ? CLEAN_START : 0;
  if (will !== undefined) flags |= WILL_FLAG | (will.qos << 3) | (will.retain ? WILL_RETAIN : 0);
  if (userName !== undefined) flags |= USER_NAME;
  if (password !== undefined) flags |= PASSWORD;
  return flags;
}

/** Writes the body of a CONNECT in `packet.version`. Throws CodecError for what may not be sent. */
export function encodeConnect(packet: ConnectPacket, w: Writer): void {
  const { version, will, userName, password } = packet;
  const flags = flagsOf(packet);
  checkFlags(version, flags);
  w.text(version === 3 ? "MQIsdp" : "MQTT"); // [MQTT-3.1.2-1]
  w.byte(packet.bridge ? version | BRIDGE_BIT : version);
  w.byte(flags);
  w.u16(packet.keepAlive);
  if (version === 5) {
    checkAuthentication(packet.properties);
    writeProperties(w, PacketType.CONNECT, packet.properties);
  }
  w.text(packet.clientId);
  if (will !== undefined) {
    if (version === 5) writeProperties(w, WILL, will.properties);
    w.text(checkWillTopic(will.topic));
    w.binary(will.payload);
  }
  if (userName !== undefined) w.text(userName);
  if (password !== undefined) w.binary(password);
}
