import type { AlertOp } from "./alerts.ts";
import type { DeviceLogOp } from "./device-log.ts";
import type { FeedOp } from "./feed.ts";
import type { InboundOp } from "./inbound.ts";
import type { JournalOp } from "./journal.ts";
import type { RetainedOp } from "./retained.ts";
import type { Seq } from "./seq.ts";
import type { SeriesOp } from "./series.ts";
import type { SessionOp } from "./sessions.ts";

/** What a commit says of the log itself. */
export type LogOp =
  /** Everything up to and including `upTo` may be sealed into blocks and leave the log (every session's floor is past it). */
  | { readonly op: "trim"; readonly upTo: Seq }
  /** The log tells in this commit that a node takes part (Told.NodeUp); a store that nodes cannot share does nothing with it. */
  | { readonly op: "node_up"; readonly node: number; readonly epoch: number };

/**
 * Rare, structured parts of a commit, by the port they belong to; those of one port are applied in order, all of them in the
 * same transaction as the log row. No operation depends on one of another port in the same commit.
 */
export type StoreOp =
  | LogOp
  | SeriesOp
  | SessionOp
  | RetainedOp
  | DeviceLogOp
  | FeedOp
  | InboundOp
  | JournalOp
  | AlertOp;
