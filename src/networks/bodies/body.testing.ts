import type { NetworkEventKind, NetworkName } from "../types.ts";

/** A request of a network as it really looks, and what is to be read from it. */
export interface Body {
  readonly what: string;
  readonly network: NetworkName;
  /** Parameters of the address. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or bytes in hexadecimal of a body that is not. */
  readonly json?: unknown;
  readonly bytes?: string;
  /** Whether `auto` finds out as well whose it is; true by default. */
  readonly auto?: boolean;
  readonly expected: Expected;
}

/** What an event is to have; what is not named is not compared. */
interface Expected {
  readonly kind: NetworkEventKind;
  readonly devEui: string;
  readonly deviceId?: string | null;
  /** RFC 3339; null: the body does not say. */
  readonly time?: string | null;
  readonly text?: RegExp;
  readonly hex?: string | null;
  readonly port?: number | null;
  readonly counter?: number | null;
  readonly confirmed?: boolean | null;
  readonly encrypted?: boolean;
  readonly decoded?: unknown;
  readonly rssi?: number | null;
  readonly snr?: number | null;
  readonly dataRate?: string | null;
  readonly frequencyHz?: number | null;
  readonly codingRate?: string | null;
  readonly gateways?: readonly (string | null)[];
  /** Of the first gateway. */
  readonly place?: readonly [lat: number, lng: number];
  readonly ids?: readonly string[];
  readonly reason?: RegExp | null;
  readonly push?: string | null;
  readonly location?: { readonly lat: number; readonly lng: number } | null;
  readonly battery?: number | null;
}
