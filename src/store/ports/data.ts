import type { AlertStore } from "./alerts.ts";
import type { DeviceLogStore } from "./device-log.ts";
import type { FeedStore } from "./feed.ts";
import type { InboundStore } from "./inbound.ts";
import type { JournalStore } from "./journal.ts";
import type { LogStore, SettledRow } from "./log.ts";
import type { Seq } from "./seq.ts";
import type { RetainedStore } from "./retained.ts";
import type { SeriesStore } from "./series.ts";
import type { SessionStore } from "./sessions.ts";

/** What a start needs at once; the rest comes in pieces: `series`, `sessions`, `retained`, `presence`, and `replay` of the log. */
export interface Opened {
  /** The number that the next row gets. */
  readonly nextSeq: Seq;
  /** The highest of the `seen_floor` operations; 0: none. */
  readonly seenFloor: Seq;
  /** Rows of the log of which its order made something else than their records say; none where one node alone has written. */
  readonly settled: readonly SettledRow[];
  /** The highest numbers of devices and fields that there are series of; 0: there is none. */
  readonly highest: { readonly device: number; readonly field: number };
}

/** What has ids of its own. */
export type IdKind = "series" | "session";
/** The ids from `first` on, `count` of them. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

export interface StoreStats {
  readonly logRows: number;
  readonly logBytes: number;
  /** Memory of the unsealed log, decoded for reads; as far as it was read. */
  readonly headBytes: number;
  /** Blocks, full or not. */
  readonly blocks: number;
  /** Rows of rollups; each holds some hundred buckets at most. */
  readonly rollups: number;
  readonly fileBytes: number;
  /** Of these free: they are used again before the file grows. */
  readonly freeBytes: number;
}

/** One engine that fills all ports of data. Every promise rejects with a Refusal("storage_unavailable") when storage fails. */
export interface DataStore
  extends LogStore,
    SeriesStore,
    SessionStore,
    RetainedStore,
    DeviceLogStore,
    FeedStore,
    InboundStore,
    JournalStore,
    AlertStore {
  /** Opens or creates the file, migrates it, checks it. @throws Refusal damaged_store; nothing is overwritten then */
  open(): Promise<Opened>;
  /**
   * Ids that nobody else gets while the store is open, at most as many as asked for. Those that no commit has used when it is closed
   * may be given again: a row of the log refers to an id only together with, or after, the operation that puts it.
   */
  reserve(kind: IdKind, count: number): Promise<IdRange>;
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
}
