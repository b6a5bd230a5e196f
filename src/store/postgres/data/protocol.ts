import type { IdKind, Opened, StoreOp } from "../../ports.ts";
import type { SqlMode } from "../sql/objects.ts";
import type { PieceOf } from "../../sqlite/data/found.ts";

/** What the main thread asks the workers; each message is answered by exactly one Answer with its number. */
export type CommitsRequest =
  | {
      readonly t: "open";
      readonly address: string;
      readonly host: string;
      readonly version: string;
      readonly now: number;
      readonly lookMs: number;
    }
  | {
      readonly t: "commit";
      readonly count: number;
      /** The transferred buffer and where the record lies in it. */
      readonly buffer: ArrayBuffer | null;
      readonly offset: number;
      readonly length: number;
      readonly ops: readonly StoreOp[];
    }
  | { readonly t: "close" };

/** The way to a bridge (sync.ts). */
export interface BridgeEnd {
  readonly port: MessagePort;
  readonly turn: SharedArrayBuffer;
}
export type WorkRequest =
  /** sql: see openCopy */
  | { readonly t: "open"; readonly bridge: BridgeEnd; readonly schema: string; readonly sql: SqlMode | null }
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
}
