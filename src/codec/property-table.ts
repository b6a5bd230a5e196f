import { PROTOCOL_ERROR, TOPIC_ALIAS_INVALID } from "./error.ts";
import { PacketType, type Properties } from "./types.ts";

const { CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP } = PacketType;
const { SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, DISCONNECT, AUTH } = PacketType;

/** The place of will properties, beside the packet types; type 0 does not exist. */
export const WILL = 0;

/**
 * How a value travels: `bit` a byte 0 or 1, `flag` the same as a boolean, `topic` a string without wildcards, `varints` one
 * Variable Byte Integer per occurrence, `pairs` one string pair per occurrence.
 */
type Kind = "bit" | "flag" | "u16" | "u32" | "varint" | "varints" | "text" | "topic" | "binary" | "pairs";

export interface Definition {
  readonly id: number;
  readonly name: keyof Properties;
  readonly kind: Kind;
  /** Packet types (or WILL) that may carry it. */
  readonly places: readonly number[];
  /** The reason code that a value of zero is refused with; absent = zero is allowed. */
  readonly zero?: number;
}

const MESSAGE = [PUBLISH, WILL];
const ACKS = [PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK];
const EVERYWHERE = [WILL, CONNECT, CONNACK, PUBLISH, ...ACKS, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT, AUTH];

/** Table 2-4 of section 2.2.2.2, in the order in which properties are written. */
export const PROPERTIES: readonly Definition[] = [
  { id: 0x01, name: "payloadFormatIndicator", kind: "bit", places: MESSAGE },
  { id: 0x02, name: "messageExpiryInterval", kind: "u32", places: MESSAGE },
  { id: 0x03, name: "contentType", kind: "text", places: MESSAGE },
  { id: 0x08, name: "responseTopic", kind: "topic", places: MESSAGE },
  { id: 0x09, name: "correlationData", kind: "binary", places: MESSAGE },
  { id: 0x0b, name: "subscriptionIdentifiers", kind: "varints", places: [PUBLISH], zero: PROTOCOL_ERROR },
  { id: 0x0b, name: "subscriptionIdentifier", kind: "varint", places: [SUBSCRIBE], zero: PROTOCOL_ERROR },
  { id: 0x11, name: "sessionExpiryInterval", kind: "u32", places: [CONNECT, CONNACK, DISCONNECT] },
  { id: 0x12, name: "assignedClientIdentifier", kind: "text", places: [CONNACK] },
  { id: 0x13, name: "serverKeepAlive", kind: "u16", places: [CONNACK] },
  { id: 0x15, name: "authenticationMethod", kind: "text", places: [CONNECT, CONNACK, AUTH] },
  { id: 0x16, name: "authenticationData", kind: "binary", places: [CONNECT, CONNACK, AUTH] },
  { id: 0x17, name: "requestProblemInformation", kind: "flag", places: [CONNECT] },
  { id: 0x18, name: "willDelayInterval", kind: "u32", places: [WILL] },
  { id: 0x19, name: "requestResponseInformation", kind: "flag", places: [CONNECT] },
  { id: 0x1a, name: "responseInformation", kind: "text", places: [CONNACK] },
  { id: 0x1c, name: "serverReference", kind: "text", places: [CONNACK, DISCONNECT] },
  { id: 0x1f, name: "reasonString", kind: "text", places: [CONNACK, ...ACKS, DISCONNECT, AUTH] },
  { id: 0x21, name: "receiveMaximum", kind: "u16", places: [CONNECT, CONNACK], zero: PROTOCOL_ERROR },
  { id: 0x22, name: "topicAliasMaximum", kind: "u16", places: [CONNECT, CONNACK] },
  { id: 0x23, name: "topicAlias", kind: "u16", places: [PUBLISH], zero: TOPIC_ALIAS_INVALID }, // [MQTT-3.3.2-8]
  { id: 0x24, name: "maximumQos", kind: "bit", places: [CONNACK] },
  { id: 0x25, name: "retainAvailable", kind: "flag", places: [CONNACK] },
  { id: 0x26, name: "userProperties", kind: "pairs", places: EVERYWHERE },
  { id: 0x27, name: "maximumPacketSize", kind: "u32", places: [CONNECT, CONNACK], zero: PROTOCOL_ERROR },
  { id: 0x28, name: "wildcardSubscriptionAvailable", kind: "flag", places: [CONNACK] },
  { id: 0x29, name: "subscriptionIdentifiersAvailable", kind: "flag", places: [CONNACK] },
  { id: 0x2a, name: "sharedSubscriptionAvailable", kind: "flag", places: [CONNACK] },
];

function tableOf(place: number): readonly (Definition | undefined)[] {
  const table: (Definition | undefined)[] = new Array(0x2b).fill(undefined);
  for (const definition of PROPERTIES) if (definition.places.includes(place)) table[definition.id] = definition;
  return table;
}

const BY_PLACE = Array.from({ length: 16 }, (_, place) => tableOf(place));

/** The property `id` where `place` may carry it, else undefined. */
export function definitionOf(place: number, id: number): Definition | undefined {
  return BY_PLACE[place]?.[id];
}
