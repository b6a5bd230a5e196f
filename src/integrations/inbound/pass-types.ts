import type { NetworkEvent } from "../../networks/types.ts";
import type { Decoded, Pair, PassRow, Way } from "../types.ts";

/** How a pass ended. `told`: an event without values, noted; `repeated`: it had come before, and is stored. */
export type PassOutcome = "stored" | "partly_stored" | "nothing_stored" | "failed" | "repeated" | "unknown" | "told";

/** One thing that came in, from what came to what became of it; as it is stored, and shown. */
export interface PassBody {
  readonly way: Way;
  /** Of a LoRaWAN network or a broker: what it is called here. */
  readonly network: string | null;
  readonly remote_address: string | null;
  /** Key of the account that acted; null: the address alone spoke. */
  readonly account: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: readonly Pair[];
  readonly headers: readonly Pair[];
  readonly form: readonly Pair[];
  readonly topic: string | null;
  /** Of a broker: the map that read it; not in passes of before there were maps. */
  readonly map?: string | null;
  /** uids of the devices that it concerns, the first of them. */
  readonly devices: readonly number[];
  /** Bytes of the body that came. */
  readonly size: number;
  /** Its beginning; what `base64` says of it. Of a request with several events: the event. */
  readonly body: string;
  readonly base64: boolean;
  /** The body was longer than what is kept. */
  readonly cut: boolean;
  readonly event: PassEvent | null;
  readonly decoder: PassDecoder | null;
  readonly rows: readonly PassRow[];
  /** Rows there were, those that were left out since there were too many as well; `rows` has the first of them. */
  readonly rows_total: number;
  /** Of all of them those that are stored; not in passes of before it was counted. */
  readonly rows_stored?: number;
  readonly outcome: PassOutcome;
  /** What there is to say beside the rows: warnings, and what to do. */
  readonly messages: readonly string[];
  /** Milliseconds from its coming to its end. */
  readonly ms: number;
}
/** An event of a LoRaWAN network. */
interface PassEvent {
  readonly kind: NetworkEvent["kind"];
  readonly dev_eui: string;
  readonly device_id: string | null;
  /** Milliseconds since 1970. */
  readonly time: number | null;
  readonly text: string;
  /** Of an uplink; bytes as hexadecimal digits. */
  readonly uplink: (Omit<NonNullable<NetworkEvent["uplink"]>, "bytes"> & { readonly bytes: string | null }) | null;
}
/** What the decoder did. */
export interface PassDecoder extends Omit<Decoded, "output"> {
  /** As JSON; null: there is none, or it is too long to keep. */
  readonly output: string | null;
}

/** What a pass says beside what came in. */
export interface PassEnd {
  readonly event: NetworkEvent | null;
  readonly decoded: Decoded | null;
  readonly rows: readonly PassRow[];
  /** Values beyond the rows that are taken of one result. */
  readonly left: number;
  readonly outcome: PassOutcome;
  readonly messages: readonly string[];
  readonly ms: number;
}
