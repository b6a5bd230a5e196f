import type { Micros } from "../../base/types.ts";
import type { PresenceTold, StoredPresence } from "./presence.ts";
import type { Seq } from "./seq.ts";

/** What a commit notes of devices and their clients, in the order given. */
export type DeviceLogOp =
  | { readonly op: "refusals_put"; readonly rows: readonly StoredRefusal[] }
  /** Events for the inspector; those with time < before, and all but the newest `most`, are forgotten. */
  | {
      readonly op: "events_put";
      readonly rows: readonly InspectorEvent[];
      readonly before: Micros;
      readonly most: number;
    }
  /** Inserts or replaces what is known of a device's connection. */
  | { readonly op: "presence_put"; readonly presence: StoredPresence }
  | { readonly op: "presence_delete"; readonly devices: readonly number[] }
  | PresenceTold
  /** No device's number of *seen* is below this any more; never falls. */
  | { readonly op: "seen_floor"; readonly seq: Seq }
  /** The numbers of *seen* of devices that are gone; they replace what was known of these ids. */
  | { readonly op: "seen_put"; readonly rows: readonly StoredSeen[] }
  /** Products that are gone, whose ids nobody remembers any more. */
  | { readonly op: "seen_drop"; readonly products: readonly number[] };

/** What a device that is gone, or has another id, had under this one. */
export interface StoredSeen {
  /** uid */
  readonly product: number;
  /** Its id, as topics have it. */
  readonly device: string;
  readonly number: Seq;
}

export interface StoredRefusal {
  /** Device uid, or 0 where none is known. */
  readonly device: number;
  readonly principal: string;
  /** µs: of the last refusal that this row stands for. */
  readonly time: number;
  /** µs: of the first of several; absent: it stands for one. */
  readonly first?: number;
  readonly code: string;
  readonly message: string;
  readonly topic: string;
  /** First 256 bytes of the payload as text (base64 when not UTF-8, then base64 = true). */
  readonly payload: string;
  readonly base64: boolean;
  /** How many refusals this row stands for. */
  readonly count: number;
}

/**
 * What happened. `subscribed`: to something that does not exist; `connection_refused`: before a login; `downlink`: one has another state, which is
 * the code, and its name or id the topic; `pass`: something came in by an integration, and the code is its outcome;
 * `webhook`: it is paused, or switched off, which is the code; `broker`: an external broker, and the code is what happened to its connection.
 */
export const EVENT_KINDS = [
  "accepted",
  "refused",
  "login_refused",
  "opened",
  "closed",
  "clock",
  "subscribed",
  "connection_refused",
  "downlink",
  "pass",
  "webhook",
  "broker",
] as const;

/** How MQTT clients come. */
export const TRANSPORTS = ["tcp", "tls", "ws", "wss"] as const;
export type Transport = (typeof TRANSPORTS)[number];

export type EventKind = (typeof EVENT_KINDS)[number];

/** Something that a client or a request did, as the inspector shows it. Null: it has none, or nobody knows. */
export interface InspectorEvent {
  readonly kind: EventKind;
  readonly time: Micros;
  /** Key of the account; "": nobody knows. */
  readonly principal: string;
  /** uids; 0: none. */
  readonly workspace: number;
  readonly device: number;
  /** Client identifier, and address. */
  readonly client: string | null;
  readonly remote: string | null;
  /** Of a client that logged in, or was not let in: how it came, and with which version of TLS. Events of before have neither. */
  readonly transport?: Transport | null;
  readonly tls?: string | null;
  /** Of a refusal its code, of a connection that ended why. */
  readonly code: string | null;
  readonly message: string | null;
  readonly topic: string | null;
  /** The first bytes as text (base64 when not UTF-8, then base64 = true), and how many there were. */
  readonly payload: string | null;
  readonly base64: boolean;
  readonly bytes: number | null;
  /** µs until it was durable, and to how many it went. */
  readonly commit: Micros | null;
  readonly delivered: number | null;
  /** How many this one stands for. */
  readonly count: number;
  /** When the first of several was; absent: it stands for one. */
  readonly first?: Micros;
}

export interface StoredEvent extends InspectorEvent {
  /** Grows with each. */
  readonly id: number;
}

/** What an event must fulfil; undefined: anything. */
export interface EventQuery {
  /** Events of these workspaces, or of this account; null: all. */
  readonly visible: { readonly workspaces: readonly number[]; readonly principal: string } | null;
  readonly principal?: string | undefined;
  readonly device?: number | undefined;
  readonly kind?: EventKind | undefined;
  /** time >= since. */
  readonly since?: Micros | undefined;
  /** Only ids below this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** What is noted of devices and their clients beside their measurements. */
export interface DeviceLogStore {
  /** What was known of each device's connection when the store was opened, in pieces. Can be read once. */
  presence(): AsyncIterable<readonly StoredPresence[]>;
  /** The numbers of devices that are gone, likewise. */
  gone(): AsyncIterable<readonly StoredSeen[]>;
  /** Events that were kept, newest first. */
  readEvents(query: EventQuery): Promise<StoredEvent[]>;
  /** Newest first. device/principal: filter, null = any. */
  readRefusals(device: number | null, principal: string | null, limit: number): Promise<StoredRefusal[]>;
}
