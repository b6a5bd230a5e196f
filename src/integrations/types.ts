import type { Principal } from "../auth/principal.ts";
import type { Mapped, Parts } from "../bridges/maps/types.ts";
import type { Micros } from "../base/types.ts";
import type { FunctionName } from "../decoders/types.ts";
import type { DeviceNode, ProductNode } from "../fleet/nodes.ts";
import type { NetworkEvent } from "../networks/types.ts";

/** By which way something came in that is no measurement yet: the HTTP integration, a LoRaWAN network, another broker. */
export type Way = "http" | "lorawan" | "broker";

/** A name and a value, as they came: a header, a parameter of an address. */
export type Pair = readonly [name: string, value: string];

/** What came in, before anything was made of it. */
export interface Incoming {
  readonly way: Way;
  /** The LoRaWAN network, as its address calls it, or the other broker; null: it has no name. */
  readonly network: string | null;
  /** Address of who sent it; null: not known. */
  readonly remote: string | null;
  /** Of a request; null: it was none. */
  readonly request: IncomingRequest | null;
  /** Of a message of a broker; null: it was none. */
  readonly topic: string | null;
  /** As it came. */
  readonly body: Uint8Array;
  /** Whose it is, where the address says so; null: the devices of `events` say it. */
  readonly product: ProductNode | null;
  /** What a network's request says, in its order; without any the body as a whole is what the decoder gets. */
  readonly events: readonly NetworkEvent[];
  /**
   * Who acts: what it may not record is refused. Null: nobody, the address alone speaks; then what it leads to must allow that:
   * the product whose key it has, or, of a LoRaWAN network, products that ask for no token.
   */
  readonly principal: Principal | null;
  /** By which the whole is recognised when it comes again; those of events stand in them. */
  readonly dedupeKeys: readonly string[];
  /** Of a message of another broker: what its route makes of it. */
  readonly bridged?: Bridged;
  /** uid of the one workspace that it is for; absent: those of the account. */
  readonly only?: number;
}

/** What a route of another broker says of a message. */
interface Bridged {
  /** uid of the workspace that the broker is of. */
  readonly workspace: number;
  /** Name of the map. */
  readonly map: string;
  /** Named parts of the topic. */
  readonly parts: Parts;
  /** What the map read; null: the decoder of the product reads it. */
  readonly mapped: Mapped | null;
}

/** A request as a decoder sees it. */
export interface IncomingRequest {
  readonly method: string;
  /** With its first slash, without what follows a `?`. */
  readonly path: string;
  readonly query: readonly Pair[];
  /** By lower-case name. */
  readonly headers: readonly Pair[];
  /** Fields of a form; none of another body. */
  readonly form: readonly Pair[];
}

/** What became of what came in. */
export interface Received {
  /** Rows that are stored now: the commit is durable. */
  readonly stored: number;
  /** Rows that are not, and why. */
  readonly refused: number;
  /** Units (the request, or single events) that had come before and are stored. */
  readonly repeated: number;
  /** Events of devices that nobody knows, or that who acts may not record. */
  readonly unknown: number;
  /** Of the refused rows those whose device or field is not there: they are suggested. */
  readonly suggested: number;
}

/** What a decoder did with one input. */
export interface Decoded {
  /** Its version; null: there is none, and the values were taken as they are. */
  readonly version: number | null;
  readonly called: FunctionName | null;
  /** Wall time, in milliseconds. */
  readonly ms: number;
  readonly log: readonly string[];
  /** What it gave, as plain data. */
  readonly output: unknown;
  /** Why it gave nothing; null: it did. */
  readonly error: { readonly message: string; readonly line: number | null } | null;
}

/** What became of one row. `suggested`: its device or its field is not there (and was not made). */
type Fate = "stored" | "refused" | "suggested";

/** One row that a decoder gave, and what became of it. */
export interface PassRow {
  /** As it is called: id or serial. */
  readonly device: string;
  readonly field: string;
  readonly value: unknown;
  /** RFC 3339; null: when it came. */
  readonly time: string | null;
  readonly fate: Fate;
  /** Of a row that is not stored, for people. */
  readonly message: string | null;
}

/** Something that was decoded and judged; told after the commit. */
interface DecoderOutput {
  readonly product: ProductNode;
  /** The device of a LoRaWAN event; null: the rows name theirs. */
  readonly device: DeviceNode | null;
  readonly time: Micros;
  readonly decoded: Decoded;
  readonly rows: readonly PassRow[];
}

/** Who hears what came through. */
export interface InboundListener {
  /** It is waited for as an event is. */
  decoded?(output: DecoderOutput): Promise<void>;
  /**
   * An event of a network, of a device that there is; for what becomes of downlinks. It is waited for: what came is answered when what follows
   * is durable. @throws Refusal (rejects) storage_unavailable
   */
  event?(device: DeviceNode, event: NetworkEvent): Promise<void>;
}
