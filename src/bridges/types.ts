/**
 * What external brokers are, and what is carried between them and us. The types of three rooms: `src/fleet` keeps them, `src/integrations/brokers`
 * runs them, `src/bridges/maps` makes measurements of what comes in.
 */

import type { RouteMapping } from "./maps/schema.ts";

/** `auto`: 5.0, and 3.1.1 with one that does not speak it. */
export const BROKER_PROTOCOLS = ["auto", "5", "3.1.1", "3.1"] as const;
export type BrokerProtocol = (typeof BROKER_PROTOCOLS)[number];

export const FORWARD_WAYS = ["in", "out", "both"] as const;
type ForwardWay = (typeof FORWARD_WAYS)[number];

/** `value`: the bare value; `json`: value, unit and time; `template`: what the route's template makes of it; `encoder`: a script. */
export const OUT_PAYLOADS = ["value", "json", "template", "encoder"] as const;
type OutPayload = (typeof OUT_PAYLOADS)[number];

type RouteQos = 0 | 1 | 2;

/** What arrives there becomes measurements here. */
export interface InRoute {
  readonly direction: "in";
  /** A topic filter of the remote; a level may be a named part, `plant/{serial}/+`. */
  readonly filter: string;
  readonly qos: RouteQos;
  /** How measurements are made of it. */
  readonly map: RouteMapping;
}

/** What is published here is published there, under a topic and with a payload of the route's making. */
export interface OutRoute {
  readonly direction: "out";
  /** Of our own topics: `dtck/…`, or free ones. */
  readonly filter: string;
  readonly qos: RouteQos;
  /** A template (src/templates) of the topic. */
  readonly topic: string;
  readonly payload: OutPayload;
  /** The template, or the script, of the payload; null: it needs none. */
  readonly template: string | null;
  readonly retain: boolean;
  /** Seconds after which the remote drops it (5.0: Message Expiry Interval); null: never. */
  readonly expiry: number | null;
  /** Seconds after which it is not sent any more; null: whenever the remote is there again. */
  readonly max_age: number | null;
}

/** Free topics as they are, with prefixes: Mosquitto's `topic pattern in|out|both qos local-prefix remote-prefix`. */
export interface ForwardRoute {
  readonly direction: "forward";
  readonly pattern: string;
  readonly way: ForwardWay;
  readonly qos: RouteQos;
  readonly local_prefix: string;
  readonly remote_prefix: string;
}
export type Route = InRoute | OutRoute | ForwardRoute;

/** A message that came from a remote by a route of the direction `in`. */
export interface Arrived {
  /** uid of the external broker, and its name. */
  readonly broker: number;
  readonly name: string;
  /** uid of the workspace. */
  readonly workspace: number;
  readonly route: InRoute;
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: RouteQos;
  /** It is what the remote had kept when we subscribed, not news. */
  readonly retained: boolean;
  /** It may have come before: the remote says so (DUP). */
  readonly repeated: boolean;
  /** Of MQTT 5; empty otherwise. */
  readonly properties: ArrivedProperties;
}
interface ArrivedProperties {
  readonly contentType?: string | undefined;
  readonly responseTopic?: string | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: readonly (readonly [name: string, value: string])[] | undefined;
}

/** What became of it; the counts of one message. */
export interface ArrivedOutcome {
  /** Measurements that are durable now. */
  readonly stored: number;
  /** Rows that are not, for rights or values. */
  readonly refused: number;
  /** Devices or fields that nobody knows: they are suggested. */
  readonly unknown: number;
  /** Why nothing could be made of it, for people; null: something was. */
  readonly problem: string | null;
}

/**
 * Takes what arrives. It resolves when what follows from the message is durable: then, and not before, the remote gets its acknowledgement. It acts as
 * the account of the broker. @throws Refusal (rejects) storage_unavailable: the message is not acknowledged, and comes again. Everything else is an
 * outcome: what can never be stored must be acknowledged, or it would come for ever.
 * @param account key of the principal that acts, "a:<uid>"
 */
export type ArrivalPort = (message: Arrived, account: string) => Promise<ArrivedOutcome>;
