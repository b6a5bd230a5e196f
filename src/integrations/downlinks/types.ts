import type { Micros } from "../../base/types.ts";
import type { WireRequest } from "../../networks/downlinks/types.ts";

/**
 * `queued`: it waits here; `sent`: the network, or whoever it is for, has taken it; `acknowledged`: the device confirmed it; `failed`: with the
 * reason in its last step; `expired`: it waited too long, here or for the confirmation; `cancelled`: by somebody, before it was sent.
 */
export const DOWNLINK_STATES = ["queued", "sent", "acknowledged", "failed", "expired", "cancelled"] as const;
export type DownlinkState = (typeof DOWNLINK_STATES)[number];

/** One thing that happened to a downlink. */
export interface DownlinkStep {
  /** The state from then on. */
  readonly state: DownlinkState;
  readonly time: Micros;
  /** A sentence; null: the state says all. */
  readonly note: string | null;
}

/** A value of a field. */
export type FieldValue = number | string | boolean | { readonly lat: number; readonly lng: number };

/**
 * What is sent. `values`: an encoder makes something of them when it is sent; `rows`: values written to fields of the device; `metrics`: to metrics of
 * Sparkplug B, by the identifiers of their fields or by their own names.
 */
export type Content =
  | { readonly form: "values"; readonly values: Readonly<Record<string, unknown>> }
  /** Hexadecimal digits. */
  | { readonly form: "bytes"; readonly hex: string; readonly port: number }
  | { readonly form: "request"; readonly request: WireRequest }
  | { readonly form: "message"; readonly topic: string; readonly payload: string }
  | { readonly form: "metrics"; readonly metrics: readonly { readonly metric: string; readonly value: FieldValue }[] }
  | { readonly form: "rows"; readonly rows: readonly { readonly field: string; readonly value: FieldValue }[] };

/** One downlink to one device, as it stands. Plain data: it is stored as JSON. */
export interface Downlink {
  /** Grows with each. */
  readonly number: number;
  /** 16 hexadecimal digits; what people and networks call it. */
  readonly id: string;
  /** uids. */
  readonly device: number;
  readonly product: number;
  /** Name of the product's downlink; null: bytes that somebody gave. */
  readonly name: string | null;
  /** Key of the account that sent it; "": a change of a field did. */
  readonly by: string;
  readonly state: DownlinkState;
  readonly created: Micros;
  /** Trusted time at which it is given up: while it is queued, and while reports about it are waited for. */
  readonly expires: Micros;
  readonly content: Content;
  readonly confirmed: boolean;
  readonly replace: boolean;
  /** How often it was tried. */
  readonly attempts: number;
  /** An attempt was begun, and how it ended is not known. */
  readonly sending: boolean;
  /** Reports of the network can still change it. */
  readonly listening: boolean;
  /** What the network calls it. */
  readonly ids: readonly string[];
  readonly steps: readonly DownlinkStep[];
}
