import type { Clock, Log, Micros } from "../base/types.ts";
import type { FeedStore, LogStore, Seq, StoreOp } from "../store/ports.ts";
import type { SeriesNames } from "./log-rows.ts";

/** How far a consumer may be behind before rows are left out for it. */
export interface FeedLimits {
  /** Bytes of the log. */
  readonly maxLagBytes: number;
  readonly maxLagAge: Micros;
}
export interface ConsumersNeeds {
  readonly store: Pick<LogStore, "readLog" | "bytesAfter"> & Pick<FeedStore, "consumers">;
  readonly names: SeriesNames;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: FeedLimits;
  later(fn: () => void, ms: number): void;
  /** The commit that is being collected. */
  readonly commits: {
    readonly batch: { readonly empty: boolean; readonly ops: StoreOp[] };
    readonly batcher: { poke(): void };
    /** Bytes of records committed since the start. */
    readonly committedBytes: number;
    /** Among several nodes: up to where the log was applied. */
    readonly turns?: { readonly applied: Seq } | null;
  };
}
/** An open consumer. */
export interface OpenConsumer {
  /** What it keeps beside its position. */
  readonly note: string | null;
  /** It is stored with the position, about a second later at the latest, and comes back after a restart. */
  keep(note: string | null): void;
  /** Of one that holds rows back: all up to this one are handled. */
  handled(upTo: Seq): void;
  /** It gets nothing more. Its position stays, and the log is kept for it. */
  close(): void;
}
