/** What downlinks can be sent through, as the `type` of a network: LoRaWAN networks, and requests of one's own (`http`). */
export const NETWORK_TYPES = [
  "tti",
  "chirpstack",
  "chirpstack_rest",
  "chirpstack_v3",
  "helium",
  "loriot",
  "actility",
  "http",
] as const;
export type NetworkType = (typeof NETWORK_TYPES)[number];

/** What is set up for a network; which of it is needed depends on its type. */
export interface NetworkSettings {
  /** Where it is reached, as `https://eu1.cloud.thethings.network`. */
  readonly server: string | null;
  /** Its name of the application: application id, appid, AS_ID. */
  readonly application: string | null;
  /** The Things Stack alone: id of the webhook that downlinks are put in the name of. */
  readonly webhook: string | null;
  /** What requests are authorised with; a secret. */
  readonly key: string | null;
}
export type NetworkSetting = keyof NetworkSettings;

/** What uplinks said about how to reach a device; see `NetworkEvent` of src/networks/types.ts. */
export interface Learnt {
  /** The network's own name of the device. */
  readonly deviceId: string | null;
  /** Where a downlink is added to the queue, and where it replaces the queue. */
  readonly push: string | null;
  readonly replace: string | null;
  /** For these two; a secret. */
  readonly apiKey: string | null;
}
export const NOTHING_LEARNT: Learnt = { deviceId: null, push: null, replace: null, apiKey: null };

/** Bytes to a LoRaWAN device. */
export interface LoraDownlink {
  /** Our name of it, 16 hexadecimal digits in lower case, where the network takes one along. */
  readonly reference: string;
  /** 16 hexadecimal digits, lower case. */
  readonly devEui: string;
  readonly bytes: Uint8Array;
  /** 1 to 223. */
  readonly port: number;
  readonly confirmed: boolean;
  /** In place of what the network has queued for the device. */
  readonly replace: boolean;
}

/** What builders are given, since they know no clock and no platform. */
interface Supplies {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Lower-case hexadecimal digits of the SHA-256 of a text in UTF-8. */
  sha256(text: string): string;
}

/** A request as it goes out. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}
/** Requests that send one downlink, in this order; the answer to the last one counts. Or a sentence that says what is missing. */
export type Built = { readonly requests: readonly WireRequest[] } | { readonly problem: string };

/** What came back. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}
/**
 * What an answer means. `accepted`: the network has it, and calls it by these ids from now on; `refused`: it will not take it, in its own
 * words; `later`: it cannot now. `seconds`: how long it asks to wait; null: it does not say.
 */
export type Verdict =
  | { readonly is: "accepted"; readonly ids: readonly string[] }
  | { readonly is: "refused"; readonly reason: string }
  | { readonly is: "later"; readonly reason: string; readonly seconds: number | null };

/** How one LoRaWAN network takes downlinks. */
export interface DownlinkNetwork {
  /** As people know it. */
  readonly title: string;
  /** What has to be set up. */
  readonly needs: readonly NetworkSetting[];
  /** What may be, beside it. */
  readonly takes: readonly NetworkSetting[];
  /** It says later whether the device confirmed: then a confirmed downlink waits for that. */
  readonly acknowledges: boolean;
  build(settings: NetworkSettings, learnt: Learnt, downlink: LoraDownlink, supplies: Supplies): Built;
  /** Reads the answer to the last request. */
  read(answer: WireAnswer): Verdict;
}
