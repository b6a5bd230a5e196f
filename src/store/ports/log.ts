import type { StoreOp } from "./data.ts";

/** A measurement's place in the order of the whole instance: first sequence number of its commit + index. */
export type Seq = number;

/** What a commit says of the log itself. */
export type LogOp =
  /** Everything up to and including `upTo` may be sealed into blocks and leave the log (every session's floor is past it). */
  { readonly op: "trim"; readonly upTo: Seq };

export interface CommitBatch {
  /** Sequence number of the blob's first row; ignored when blob is null. */
  readonly firstSeq: Seq;
  /** Rows in the blob (all kinds count), see record.ts. */
  readonly count: number;
  /** An encoded record (record.ts); transferred to the worker, so the caller must not touch it until commit answers. */
  readonly blob: Uint8Array | null;
  readonly ops: readonly StoreOp[];
}

/** A piece of the log; see LogStore.readLog. */
export interface LogPiece {
  readonly oldest: Seq | null;
  readonly records: readonly Uint8Array[];
}

/** The log of the instance: every commit goes through it, and its rows can be read again for a while. */
export interface LogStore {
  /** Durable (fsync'ed) when it resolves; on rejection nothing of the batch is in the file. One call at a time. */
  commit(batch: CommitBatch): Promise<void>;
  /**
   * Records of the log with rows after < seq <= upTo, oldest first: all of them, or as many as have about `bytes` bytes.
   * Other rows of theirs are in them, too. `oldest` is the first row that the log still has; null: it has none.
   */
  readLog(after: Seq, upTo: Seq, bytes: number): Promise<LogPiece>;
}
