import type { PublishPacket, Packet, Version } from "../../codec/index.ts";

/** What a remote said of itself when it let us in. */
export interface RemoteLimits {
  readonly version: Version;
  /** QoS 1 and 2 messages that it takes without an acknowledgement. */
  readonly receiveMaximum: number;
  /** Bytes of a packet. */
  readonly maxPacket: number;
  readonly topicAliases: number;
  readonly maxQos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly wildcards: boolean;
}

/** A message for the remote. */
export interface OutMessage<T> {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** Of MQTT 5; left out otherwise. */
  readonly properties?: PublishPacket["properties"];
  /** Tells its sender which one was acknowledged. */
  readonly token: T;
}

/** What the rules of a session ask for; all of it is done at once, in their order. */
export interface SessionHost<T> {
  send(packet: Packet): void;
  /**
   * A message came. @param done of QoS 1 and 2: `true`: what follows from it is durable, and it may be acknowledged; `false`: it was not
   * taken, and is to come again, for which the connection must end. Null: of QoS 0
   */
  message(packet: PublishPacket, done: ((isTaken: boolean) => void) | null): void;
  /** The remote lets go of a QoS 2 message, whose identifier may come again as another one when `done` is called. */
  released(packetId: number, done: () => void): void;
  /** A message is the remote's from now on. @param reason of MQTT 5: 0x80 and above, it refuses it */
  acknowledged(token: T, reason: number): void;
  /** QoS 2: the remote has it, and has to be told that we know. */
  received?(token: T, done: () => void): void;
  subscribed(id: number, reasons: readonly number[]): void;
  /** There is room for more messages. */
  room(): void;
}
