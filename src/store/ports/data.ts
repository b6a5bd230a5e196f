import type { DeviceLogOp, DeviceLogStore, StoredPresence } from "./device-log.ts";
import type { LogOp, LogRecord, LogStore, Seq } from "./log.ts";
import type { RetainedOp } from "./retained.ts";
import type { SeriesOp, SeriesState, SeriesStore } from "./series.ts";
import type { RecoveredSession, SessionOp, SessionStore } from "./sessions.ts";

/**
 * Rare, structured parts of a commit, by the port they belong to; those of one port are applied in order, all of them in the
 * same transaction as the log row. No operation depends on one of another port in the same commit.
 */
export type StoreOp = LogOp | SeriesOp | SessionOp | RetainedOp | DeviceLogOp;

export interface Recovered {
  readonly nextSeq: Seq;
  readonly nextSeries: number;
  readonly nextSession: number;
  readonly series: readonly SeriesState[];
  readonly sessions: readonly RecoveredSession[];
  readonly presence: readonly StoredPresence[];
  /** The highest of the `seen_floor` operations; 0: none. */
  readonly seenFloor: Seq;
  /** The retained messages there are, packed as in the op `retained`, in pieces of about a megabyte. */
  readonly retained: readonly Uint8Array[];
  /** Log records whose last seq is above the lowest session floor, in order; empty when there is no session. */
  readonly records: readonly LogRecord[];
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
export interface DataStore extends LogStore, SeriesStore, SessionStore, DeviceLogStore {
  /** Opens or creates the file, migrates it, checks it. @throws Refusal damaged_store; nothing is overwritten then */
  open(): Promise<Recovered>;
  stats(): Promise<StoreStats>;
  close(): Promise<void>;
}
