import type { IdKind, Opened, StoreOp } from "../../ports.ts";
import type { SqlMode } from "../sql/objects.ts";
import type { PieceOf } from "../../sqlite/data/found.ts";

/** What the main thread asks the workers; each message is answered by exactly one Answer with its number. */
export type CommitsRequest =
  | {
      readonly t: "open";
      readonly address: string;
      readonly identity: string;
      readonly host: string;
      readonly version: string;
      readonly now: number;
      readonly lookMs: number;
      /** The node shares the store with others. */
      readonly several: boolean;
      /** Of the LeaseBoard. */
      readonly lease: SharedArrayBuffer;
      /** ms: the monotonic clock of who asks. */
      readonly at: number;
    }
  | {
      readonly t: "commit";
      readonly count: number;
      /** The transferred buffer and where the record lies in it. */
      readonly buffer: ArrayBuffer | null;
      readonly offset: number;
      readonly length: number;
      readonly ops: readonly StoreOp[];
      /** See open. */
      readonly at: number;
    }
  /** The clocks of this node, for the next one. */
  | { readonly t: "note"; readonly clock: string }
  /** Ids that no other node gets. */
  | { readonly t: "reserve"; readonly kind: IdKind; readonly count: number; readonly at: number }
  | { readonly t: "close" };

/** What `open` of the one who commits answers. */
export interface OpenedNode {
  readonly key: NodeKey;
  /** See Taken. */
  readonly kept: boolean;
}
/** Which node this is, and its epoch. */
export type NodeKey = readonly [node: number, epoch: number];

/** The way to a bridge (sync.ts). */
export interface BridgeEnd {
  readonly port: MessagePort;
  readonly turn: SharedArrayBuffer;
}
export type WorkRequest =
  /** sql: see openCopy */
  | {
      readonly t: "open";
      readonly bridge: BridgeEnd;
      readonly key: NodeKey;
      readonly schema: string;
      readonly sql: SqlMode | null;
      /** The key is that of one of several nodes: it brings its own sessions back. */
      readonly shared: boolean;
      /** Whether it seals and sweeps at once. */
      readonly works: boolean;
    }
  /** It seals and sweeps from here on, and looks for what was deleted elsewhere. */
  | { readonly t: "work" }
  /** The next piece of what the start found; null: there is no more. */
  | { readonly t: "found"; readonly what: PieceOf }
  /** What a commit brought: the log up to here may be sealed; something was deleted. */
  | { readonly t: "noted"; readonly trim: number; readonly swept: boolean }
  | { readonly t: "idle" }
  | { readonly t: "close" };

/** What `open` answers. */
export interface WorkOpened {
  readonly opened: Opened;
  /** The first free ids. */
  readonly next: Readonly<Record<IdKind, number>>;
  /** Nodes that share the store, and the epoch that the log has told of each. */
  readonly members: readonly NodeKey[];
}
