/** The LoRaWAN networks that are understood, by the name in their address `/integrations/lorawan/<name>`. */
export const NETWORK_NAMES = [
  "tti",
  "chirpstack",
  "helium",
  "loriot",
  "actility",
  "milesight_gateway",
  "wanesy",
  "everynet",
  "tektelic",
  "aws",
  "kpn",
  "orbiwise",
  "machineq",
] as const;
export type NetworkName = (typeof NETWORK_NAMES)[number];

/**
 * What happened. `up`: the device sent something; `join`: it joined; `ack`, `nack`: it confirmed a downlink, or did not; `txack`: a gateway took
 * a downlink for sending; `queued`, `sent`, `failed`: what became of a downlink inside the network; `status`: battery and margin; `location`: where the
 * network found the device to be; `log`: words of the network; `other`: what none of these is.
 */
export type NetworkEventKind =
  | "up"
  | "join"
  | "ack"
  | "nack"
  | "txack"
  | "queued"
  | "sent"
  | "failed"
  | "status"
  | "location"
  | "log"
  | "other";

/** One event of a network in the normal form, whatever the network: a key that the body does not have is null. */
export interface NetworkEvent {
  readonly network: NetworkName;
  readonly kind: NetworkEventKind;
  /** 16 hexadecimal digits, lower case. */
  readonly devEui: string;
  /** The network's own name of the device; downlinks of The Things Stack are addressed to it. */
  readonly deviceId: string | null;
  /** When it happened, in milliseconds since 1970; null: the body does not say. */
  readonly time: number | null;
  /** Of `up` alone. */
  readonly uplink: Uplink | null;
  /** Of `ack`, `nack`, `txack`, `queued`, `sent` and `failed`. */
  readonly downlink: DownlinkReport | null;
  /** Where downlinks to this device can be sent to, as the body or its headers say. */
  readonly reply: ReplyAddress | null;
  /** Where the network found the device to be; degrees. */
  readonly location: { readonly lat: number; readonly lng: number } | null;
  /** Charge of the battery as the device told the network, from 0 to 100. */
  readonly battery: number | null;
  /** One sentence for the log of the device, in words of the network where it has some. */
  readonly text: string;
  /**
   * By which this event is recognised when it comes again, from this network (a retry) or from another one that heard the same
   * frame: when one of them was stored before, the event was. None: it cannot be recognised.
   */
  readonly dedupeKeys: readonly string[];
  /** The event as the network wrote it, parsed: `rawPayload` of decoders. */
  readonly raw: unknown;
}

/** What a device sent. */
export interface Uplink {
  /** The payload, decrypted; null: the body has none. */
  readonly bytes: Uint8Array | null;
  readonly port: number | null;
  /** Frame counter. */
  readonly counter: number | null;
  readonly confirmed: boolean | null;
  /** The payload is still encrypted: the network does not have the key. */
  readonly encrypted: boolean;
  /** What the network's own decoder made of it; null: nothing. */
  readonly decoded: unknown;
  /** Of the gateway that heard it best; dBm. */
  readonly rssi: number | null;
  /** Of the same gateway; dB. */
  readonly snr: number | null;
  /** As `SF7BW125`; otherwise in the words of the network. */
  readonly dataRate: string | null;
  readonly frequencyHz: number | null;
  /** As `4/5`. */
  readonly codingRate: string | null;
  readonly gateways: readonly Gateway[];
}

/** A gateway that heard an uplink. */
export interface Gateway {
  /** Its EUI or name, as the network writes it. */
  readonly id: string | null;
  /** dBm. */
  readonly rssi: number | null;
  /** dB. */
  readonly snr: number | null;
  readonly channel: number | null;
  /** When it heard it, in milliseconds since 1970. */
  readonly time: number | null;
  /** Degrees; the height in metres. */
  readonly lat: number | null;
  readonly lng: number | null;
  readonly alt: number | null;
}

/** What a network says about a downlink. */
export interface DownlinkReport {
  /** Every name by which the network or the sender calls it: correlation ids, queue items, sequence numbers. */
  readonly ids: readonly string[];
  /** Frame counter of the downlink. */
  readonly counter: number | null;
  readonly port: number | null;
  /** Why it failed, in words of the network; null: it did not, or it is not said. */
  readonly reason: string | null;
}

/** Where a network takes downlinks to the device of an event. */
export interface ReplyAddress {
  /** Adds to the queue. */
  readonly push: string | null;
  /** Replaces the queue. */
  readonly replace: string | null;
  /** What the request is to be authorised with; a secret. */
  readonly apiKey: string | null;
}

/** A request of a network. */
export interface NetworkRequest {
  readonly body: Uint8Array;
  readonly contentType: string | null;
  /** First value of each parameter of the address. */
  readonly query: Readonly<Record<string, string>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** When it came, in milliseconds since 1970. */
  readonly now: number;
}

/** What a request says, or why it cannot be read. */
export type NetworkReading =
  | { readonly ok: true; readonly network: NetworkName; readonly events: readonly NetworkEvent[] }
  | {
      readonly ok: false;
      /** A sentence for who set the network up: what is wrong, and what to do. */
      readonly problem: string;
    };
