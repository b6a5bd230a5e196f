import type { Row } from "../../decoders/results.ts";
import type { NetworkEvent } from "../../networks/types.ts";

/** The ready-made maps, by the name under which a route asks for one. */
export const MAP_NAMES = [
  "zigbee2mqtt",
  "tasmota",
  "shelly_gen1",
  "shelly_gen2",
  "esphome",
  "owntracks",
  "openmqttgateway",
  "rtl_433",
  "ruuvi",
  "victron",
  "teltonika",
  "meshtastic",
  "milesight",
  "tti",
  "chirpstack",
] as const;
export type MapName = (typeof MAP_NAMES)[number];

/** A message of another broker, as a map gets it. */
export interface MapMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When it came, in milliseconds since 1970. */
  readonly now: number;
}

/** Values of one device. */
export interface MappedDevice {
  /** Ids or serials by which it may be known here, the surest first; under that one it is suggested. Each may be the name of a device. */
  readonly names: readonly string[];
  /** A name for people; null: none came. */
  readonly label: string | null;
  /** Without devices of their own; `timestamp` in seconds since 1970, or as the sender wrote it where that is no time. */
  readonly rows: readonly Row[];
  /** Values beyond those that are taken of one message. */
  readonly left: number;
  /** By which it is recognised when it comes again, over another gateway or sent twice. None: it is not. */
  readonly keys: readonly string[];
}

/** What a message says. */
export interface Mapped {
  readonly devices: readonly MappedDevice[];
  /** Of LoRaWAN networks: what happened, for the decoder of the device's product. */
  readonly events: readonly NetworkEvent[];
  /** What was passed over; of a message without values why it has none. */
  readonly messages: readonly string[];
}
/** What a map made of a message, or why it could make nothing of it: a sentence for who set the route up. */
export type MapReading = ({ readonly ok: true } & Mapped) | { readonly ok: false; readonly problem: string };

/** A message for the remote, without which it would fall silent. */
export interface MapRequest {
  readonly topic: string;
  readonly payload: string;
}

/** Parts of a topic by the names that a filter gives them. */
export type Parts = Readonly<Record<string, string>>;

/** What a map has learned from messages before, bounded; of one broker and one map. It may be forgotten at any time. */
export class Memory {
  private readonly known = new Map<string, unknown>();

  /** @param most things that are kept; the one that was learned first goes first */
  constructor(private readonly most = 5000) {}

  learn(key: string, value: unknown): void {
    this.known.delete(key);
    this.known.set(key, value);
    if (this.known.size > this.most) for (const oldest of this.known.keys()) return void this.known.delete(oldest);
  }
  /** undefined: it never was, or is forgotten. */
  recall(key: string): unknown {
    return this.known.get(key);
  }
  /** Whose keys begin so. */
  *all(prefix: string): Generator<readonly [key: string, value: unknown]> {
    for (const entry of this.known) if (entry[0].startsWith(prefix)) yield entry;
  }
}
