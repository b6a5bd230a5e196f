import type { NetworkSettings, NetworkType } from "../networks/downlinks/types.ts";

/** What rows know for downlinks. */

/** Something that takes downlinks to devices, with what it wants to know of who sends them. Its name never changes: products name it. */
export interface Network extends NetworkSettings {
  readonly uid: number;
  readonly workspace: number;
  readonly name: string;
  readonly type: NetworkType;
}

/**
 * `network`: the product's network; `broker`: a message to an external broker; `field`: written to fields of the device itself; `sparkplug`: written to
 * the metrics of its fields, by a command to the edge node.
 */
export const DOWNLINK_WAYS = ["network", "broker", "field", "sparkplug"] as const;
export type DownlinkWay = (typeof DOWNLINK_WAYS)[number];

/** `encoder`: a script makes it; `field`: bytes that a field holds as hexadecimal digits or base64; `hex`, `text`: always the same. */
export const DOWNLINK_SOURCES = ["encoder", "field", "hex", "text"] as const;
export type DownlinkSource = (typeof DOWNLINK_SOURCES)[number];

/** Of a product: something that can be sent to its devices. Its name never changes. */
export interface Downlink {
  readonly uid: number;
  readonly product: number;
  readonly name: string;
  /** May be empty. */
  readonly description: string;
  readonly way: DownlinkWay;
  readonly source: DownlinkSource;
  /** The script, the field's identifier, the digits or the text. */
  readonly content: string;
  /** Ways `field` and `sparkplug`: the identifier of the field that is written; null: the encoder names them, or it is the one that `content` names. */
  readonly target: string | null;
  /** LoRaWAN: the port, unless the encoder gives another one. */
  readonly port: number;
  /** LoRaWAN: the device is to confirm it. */
  readonly confirmed: boolean;
  /** LoRaWAN: it takes the place of what the network has queued for the device. */
  readonly replace: boolean;
  /** Identifiers of the fields that it is made of, for forms. */
  readonly fields: readonly string[];
  /** Identifiers of the fields whose changes send it. */
  readonly triggers: readonly string[];
  /** Changes of these fields do send it. */
  readonly active: boolean;
  /** Seconds that it may wait to be sent. */
  readonly wait: number;
}
