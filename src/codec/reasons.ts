import { protocolError } from "./error.ts";
import type { Reader } from "./reader.ts";
import { PacketType, type Version } from "./types.ts";
import type { Writer } from "./writer.ts";

const PUBLISH_REFUSALS = [0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const DISCONNECTS = [
  0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
  0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
];
const CONNACKS = [
  0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b,
  0x9c, 0x9d, 0x9f,
];

/** The reason codes of MQTT 5 that each packet type may carry (section 2.4). */
const V5 = new Map<number, ReadonlySet<number>>([
  [PacketType.CONNACK, new Set(CONNACKS)], // [MQTT-3.2.2-8]
  [PacketType.PUBACK, new Set([0x00, 0x10, ...PUBLISH_REFUSALS])], // [MQTT-3.4.2-1]
  [PacketType.PUBREC, new Set([0x00, 0x10, ...PUBLISH_REFUSALS])], // [MQTT-3.5.2-1]
  [PacketType.PUBREL, new Set([0x00, 0x92])], // [MQTT-3.6.2-1]
  [PacketType.PUBCOMP, new Set([0x00, 0x92])], // [MQTT-3.7.2-1]
  [PacketType.SUBACK, new Set([0, 1, 2, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2])], // [MQTT-3.9.3-2]
  [PacketType.UNSUBACK, new Set([0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91])], // [MQTT-3.11.3-2]
  [PacketType.DISCONNECT, new Set(DISCONNECTS)], // [MQTT-3.14.2-1]
  [PacketType.AUTH, new Set([0x00, 0x18, 0x19])], // [MQTT-3.15.2-1]
]);

const V3_CONNACK: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5]);
const V311_SUBACK: ReadonlySet<number> = new Set([0, 1, 2, 0x80]); // [MQTT3-3.9.3-2]
const V31_SUBACK: ReadonlySet<number> = new Set([0, 1, 2]); // MQTT 3.1 has no refusal

function codesOf(version: Version, type: number): ReadonlySet<number> | undefined {
  if (version === 5) return V5.get(type);
  if (type === PacketType.CONNACK) return V3_CONNACK;
  if (type === PacketType.SUBACK) return version === 4 ? V311_SUBACK : V31_SUBACK;
  return undefined;
}

/** `code`, or CodecError 0x82 when a packet of this type and version may not carry it. Holds for both directions. */
export function checkReason(version: Version, type: number, code: number): number {
  if (codesOf(version, type)?.has(code) !== true) throw protocolError("a reason code is not allowed in this packet");
  return code;
}

/** The reason codes that fill the rest of a SUBACK or UNSUBACK; none at all is CodecError 0x82. */
export function readReasons(version: Version, type: number, r: Reader): number[] {
  if (r.left === 0) throw protocolError("an acknowledgement without reason codes"); // [MQTT-3.8.4-6]
  const codes: number[] = [];
  while (r.left > 0) codes.push(checkReason(version, type, r.byte()));
  return codes;
}

/** The counterpart of `readReasons`. */
export function writeReasons(version: Version, type: number, codes: readonly number[], w: Writer): void {
  if (codes.length === 0) throw protocolError("an acknowledgement without reason codes"); // [MQTT-3.8.4-6]
  for (const code of codes) w.byte(checkReason(version, type, code));
}
