/** Protocol level: 3 = MQTT 3.1 ("MQIsdp"), 4 = MQTT 3.1.1, 5 = MQTT 5.0. */
export type Version = 3 | 4 | 5;

/** Packet types by number (section 2.1.2). */
export const PacketType = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
  AUTH: 15,
} as const;

export type Qos = 0 | 1 | 2;

/** Name and value; the order is kept and names may repeat (section 2.2.2.2). */
export type UserProperty = [name: string, value: string];

/** All properties of section 2.2.2.2 under the standard's names; a packet type takes those of its own type below. */
export interface Properties {
  payloadFormatIndicator?: 0 | 1;
  /** Seconds. */
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Uint8Array;
  /** Of a PUBLISH from a server: one per matching subscription. */
  subscriptionIdentifiers?: number[];
  /** Of a SUBSCRIBE. */
  subscriptionIdentifier?: number;
  /** Seconds; 0xFFFFFFFF = never. */
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  /** Seconds. */
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Uint8Array;
  requestProblemInformation?: boolean;
  /** Seconds. */
  willDelayInterval?: number;
  requestResponseInformation?: boolean;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  maximumQos?: 0 | 1;
  retainAvailable?: boolean;
  userProperties?: UserProperty[];
  /** Bytes of a whole packet. */
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: boolean;
  subscriptionIdentifiersAvailable?: boolean;
  sharedSubscriptionAvailable?: boolean;
}

export type ConnectProperties = Pick<
  Properties,
  | "sessionExpiryInterval"
  | "authenticationMethod"
  | "authenticationData"
  | "requestProblemInformation"
  | "requestResponseInformation"
  | "receiveMaximum"
  | "topicAliasMaximum"
  | "userProperties"
  | "maximumPacketSize"
>;

export type WillProperties = Pick<
  Properties,
  | "payloadFormatIndicator"
  | "messageExpiryInterval"
  | "contentType"
  | "responseTopic"
  | "correlationData"
  | "willDelayInterval"
  | "userProperties"
>;

export type ConnackProperties = Pick<
  Properties,
  | "sessionExpiryInterval"
  | "assignedClientIdentifier"
  | "serverKeepAlive"
  | "authenticationMethod"
  | "authenticationData"
  | "responseInformation"
  | "serverReference"
  | "reasonString"
  | "receiveMaximum"
  | "topicAliasMaximum"
  | "maximumQos"
  | "retainAvailable"
  | "userProperties"
  | "maximumPacketSize"
  | "wildcardSubscriptionAvailable"
  | "subscriptionIdentifiersAvailable"
  | "sharedSubscriptionAvailable"
>;

export type PublishProperties = Pick<
  Properties,
  | "payloadFormatIndicator"
  | "messageExpiryInterval"
  | "contentType"
  | "responseTopic"
  | "correlationData"
  | "subscriptionIdentifiers"
  | "topicAlias"
  | "userProperties"
>;

/** PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK. */
export type AckProperties = Pick<Properties, "reasonString" | "userProperties">;
export type SubscribeProperties = Pick<Properties, "subscriptionIdentifier" | "userProperties">;
export type UnsubscribeProperties = Pick<Properties, "userProperties">;
export type DisconnectProperties = Pick<
  Properties,
  "sessionExpiryInterval" | "serverReference" | "reasonString" | "userProperties"
>;
export type AuthProperties = Pick<
  Properties,
  "authenticationMethod" | "authenticationData" | "reasonString" | "userProperties"
>;
