import type { ConnackProperties, ConnectPacket } from "../codec/index.ts";

/** What the server grants to every client, from its settings. */
export interface ServerLimits {
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  /** Topic aliases towards one v5 client that allows them. */
  readonly outboundTopicAliases: number;
  readonly maxPacket: number;
  /** Seconds. */
  readonly maxSessionExpiry: number;
  /** QoS 1 and 2 deliveries to a v3 client that may await their answer. */
  readonly outboundWindow: number;
  /** Seconds: the longest keep alive, which v5 clients are told; 0: theirs holds, whatever it is. */
  readonly maxKeepAlive: number;
}
/** What holds for one connection after its CONNECT. */
export interface Terms {
  /** Seconds that the session outlives its connection; 0: not at all. */
  readonly expiry: number;
  /** Seconds; 0: off. */
  readonly keepAlive: number;
  readonly maxInflight: number;
  readonly maxPacket: number;
  /** Largest topic alias towards the client; 0: none. */
  readonly aliases: number;
  /** Reason Strings and User Properties may be sent with more than CONNACK and DISCONNECT [MQTT-3.1.2-29]. */
  readonly problemInformation: boolean;
}

/** The terms of a connection; v3 sessions that are not clean expire as the longest v5 ones do. */
export function termsOf(connect: ConnectPacket, limits: ServerLimits): Terms {
  if (connect.version !== 5) {
    return {
      expiry: connect.cleanStart ? 0 : limits.maxSessionExpiry, // [MQTT3-3.1.2-4], [MQTT3-3.1.2-6]
      // it cannot be told another one, so its own holds
      keepAlive: connect.keepAlive,
      maxInflight: limits.outboundWindow,
      maxPacket: Number.POSITIVE_INFINITY,
      aliases: 0,
      problemInformation: true,
    };
  }
  const p = connect.properties ?? {};
  return {
    expiry: Math.min(p.sessionExpiryInterval ?? 0, limits.maxSessionExpiry),
    keepAlive: keepAliveOf(connect.keepAlive, limits.maxKeepAlive),
    // one of 65,535 identifiers stays free, so that a full window is told from an empty one
    maxInflight: Math.min(p.receiveMaximum ?? 65_535, 65_534), // [MQTT-4.9.0-1]
    maxPacket: p.maximumPacketSize ?? Number.POSITIVE_INFINITY,
    aliases: Math.min(p.topicAliasMaximum ?? 0, limits.outboundTopicAliases), // [MQTT-3.1.2-26]
    problemInformation: p.requestProblemInformation ?? true,
  };
}

/** The keep alive that holds: off counts as longer than any. */
function keepAliveOf(wished: number, longest: number): number {
  return longest > 0 && (wished === 0 || wished > longest) ? longest : wished;
}

/**
 * The properties of a v5 CONNACK: what is granted, and honestly what is not available (section 3.2.2.3). What is not among
 * them: Maximum QoS, for QoS 2 is there, also for wills [MQTT-3.2.2-9], [MQTT-3.2.2-10], [MQTT-3.2.2-12]; Response
 * Information, for there is none, requested or not [MQTT-3.1.2-28]; an Authentication Method [MQTT-4.12.0-6].
 */
export function connackProperties(
  connect: ConnectPacket,
  terms: Terms,
  limits: ServerLimits,
  assigned: string | null,
): ConnackProperties {
  const wished = connect.properties?.sessionExpiryInterval ?? 0;
  return {
    ...(wished === terms.expiry ? {} : { sessionExpiryInterval: terms.expiry }),
    receiveMaximum: limits.receiveMaximum,
    retainAvailable: true, // [MQTT-3.2.2-13]
    maximumPacketSize: limits.maxPacket,
    ...(assigned === null ? {} : { assignedClientIdentifier: assigned }), // [MQTT-3.1.3-7], [MQTT-3.2.2-16]
    ...(terms.keepAlive === connect.keepAlive ? {} : { serverKeepAlive: terms.keepAlive }), // [MQTT-3.1.2-21]
    topicAliasMaximum: limits.topicAliasMaximum,
  };
}

/** The v3 return code (section 3.2.2.3 of 3.1.1) that says best what a v5 reason code says. */
export function v3ReturnCode(reason: number): number {
  switch (reason) {
    case 0x84:
      return 1;
    case 0x85:
      return 2;
    case 0x88:
    case 0x89:
    case 0x97:
      return 3;
    case 0x86:
      return 4;
    default:
      return 5;
  }
}
