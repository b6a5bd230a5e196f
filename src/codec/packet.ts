import type {
  AckProperties,
  AuthProperties,
  ConnackProperties,
  ConnectProperties,
  DisconnectProperties,
  PublishProperties,
  Qos,
  SubscribeProperties,
  UnsubscribeProperties,
  Version,
  WillProperties,
} from "./types.ts";

// `properties` is absent when there are none, and always in v3, which has no place for them.

export interface Will {
  topic: string;
  payload: Uint8Array;
  qos: Qos;
  retain: boolean;
  properties?: WillProperties;
}

export interface ConnectPacket {
  type: "connect";
  version: Version;
  /** v3: Clean Session. */
  cleanStart: boolean;
  /** Seconds; 0 = off. */
  keepAlive: number;
  clientId: string;
  /** Present when the client says, with bit 0x80 of the protocol level, that it is a bridge (another broker). */
  bridge?: true;
  will?: Will;
  userName?: string;
  password?: Uint8Array;
  properties?: ConnectProperties;
}

export interface ConnackPacket {
  type: "connack";
  /** Always false in MQTT 3.1, which does not have it. */
  sessionPresent: boolean;
  /** v5: a reason code of section 3.2.2.2; v3: a return code, 0 to 5. */
  reasonCode: number;
  properties?: ConnackProperties;
}

export interface PublishPacket {
  type: "publish";
  /** Empty only in v5 with a topic alias. */
  topic: string;
  payload: Uint8Array;
  qos: Qos;
  dup: boolean;
  retain: boolean;
  /** Present exactly when `qos` is above 0. */
  packetId?: number;
  properties?: PublishProperties;
}

export interface AckPacket<T extends "puback" | "pubrec" | "pubrel" | "pubcomp"> {
  type: T;
  packetId: number;
  /** v3 has no place for it: 0 when decoded, left out when encoded. */
  reasonCode: number;
  properties?: AckProperties;
}
export type PubackPacket = AckPacket<"puback">;
export type PubrecPacket = AckPacket<"pubrec">;
export type PubrelPacket = AckPacket<"pubrel">;
export type PubcompPacket = AckPacket<"pubcomp">;

/** In v3 only `filter` and `qos` travel; the others are false, false and 0. */
export interface Subscription {
  filter: string;
  qos: Qos;
  noLocal: boolean;
  retainAsPublished: boolean;
  retainHandling: 0 | 1 | 2;
}

export interface SubscribePacket {
  type: "subscribe";
  packetId: number;
  subscriptions: Subscription[];
  properties?: SubscribeProperties;
}

export interface SubackPacket {
  type: "suback";
  packetId: number;
  /** v5: section 3.9.3; 3.1.1: 0, 1, 2 or 0x80; 3.1: 0, 1 or 2. */
  reasonCodes: number[];
  properties?: AckProperties;
}

export interface UnsubscribePacket {
  type: "unsubscribe";
  packetId: number;
  filters: string[];
  properties?: UnsubscribeProperties;
}

export interface UnsubackPacket {
  type: "unsuback";
  packetId: number;
  /** v3 has no place for them: empty when decoded, left out when encoded. */
  reasonCodes: number[];
  properties?: AckProperties;
}

export interface PingreqPacket {
  type: "pingreq";
}

export interface PingrespPacket {
  type: "pingresp";
}

export interface DisconnectPacket {
  type: "disconnect";
  /** v3 has no place for it: 0 when decoded, left out when encoded. */
  reasonCode: number;
  properties?: DisconnectProperties;
}

/** v5 only. */
export interface AuthPacket {
  type: "auth";
  reasonCode: number;
  properties?: AuthProperties;
}

export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket;
