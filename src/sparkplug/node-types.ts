import type { Micros } from "../base/types.ts";
import type { Definitions, NamedMetric } from "./definitions.ts";
import type { MessageType } from "./topics.ts";
import type { Payload } from "./types.ts";

/** One message of a node or of a device at it. */
export interface NodeMessage {
  readonly type: MessageType;
  /** Null: the node's own. */
  readonly device: string | null;
  readonly payload: Payload;
}
/** The same moment on the clock that nobody sets, and on the one that people read. */
export interface Moment {
  readonly steady: Micros;
  readonly wall: Micros;
}
/** What a message comes to. `ask`: a birth is to be asked for, and why. */
export type Happening =
  | {
      readonly is: "born" | "data";
      readonly device: string | null;
      readonly metrics: readonly NamedMetric[];
      readonly sent: number | null;
    }
  | { readonly is: "died"; readonly device: string | null }
  | { readonly is: "ask"; readonly reason: string };

/** A node, or a device at it. */
export interface Part {
  definitions: Definitions;
  alive: boolean;
  /** Wall time since which that is so. */
  since: Micros;
  /** Wall time of its last birth. */
  born: Micros;
  /** Its node was born again: its own birth is to come. */
  awaits: boolean;
}
/** Of the node's session, what is worth being kept. */
export interface Session {
  readonly seq: number | null;
  readonly bdSeq: bigint | null;
}

export interface NodeRules {
  /** µs that a missing message is waited for. */
  reorder(): Micros;
}
