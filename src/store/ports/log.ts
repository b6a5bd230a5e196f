import type { Micros } from "../../base/types.ts";
import type { StoreOp } from "./ops.ts";
import type { Seq } from "./seq.ts";

/** What is to be stored at once. The store gives the rows their numbers. */
export interface CommitBatch {
  /** Rows in the blob (all kinds count), see record.ts. */
  readonly count: number;
  /** An encoded record (record.ts); transferred to the worker, so the caller must not touch it until commit answers. */
  readonly blob: Uint8Array | null;
  readonly ops: readonly StoreOp[];
}

/** Where a commit lies in the log. */
export interface Committed {
  /** Number of the record's first row; the others follow it. Of a commit without a record: the number that the next row gets. */
  readonly firstSeq: Seq;
}

/** A record as the log has it. */
export interface LogRecord {
  /** Number of its first row. */
  readonly firstSeq: Seq;
  readonly body: Uint8Array;
}

/** A row of the log that its order made otherwise than its record says, as several nodes may. */
export interface SettledRow {
  readonly seq: Seq;
  readonly time: Micros;
  readonly isPublished: boolean;
}

/** A piece of the log; see LogStore.readLog. */
export interface LogPiece {
  readonly oldest: Seq | null;
  readonly records: readonly LogRecord[];
}

/** The log of the instance: every commit goes through it, and its rows can be read again for a while. */
export interface LogStore {
  /**
   * Durable (fsync'ed) when it resolves; on rejection nothing of the batch is stored. One call at a time. Numbers grow from
   * commit to commit; a commit that was refused may leave a gap in them, and none is ever given twice. A store that several nodes may
   * share rejects with SeriesTaken (taken.ts) what puts a series of a device's field that has another one.
   */
  commit(batch: CommitBatch): Promise<Committed>;
  /**
   * Records of the log with rows after < seq <= upTo, oldest first: all of them, or as many as have about `bytes` bytes.
   * Other rows of theirs are in them, too. `oldest` is the first row that the log still has; null: it has none.
   */
  readLog(after: Seq, upTo: Seq, bytes: number): Promise<LogPiece>;
  /** Bytes of the records of the log that have rows after a number. */
  bytesAfter(after: Seq): Promise<number>;
  /**
   * Records of the log with rows after a number, oldest first, up to the end that the log has when it is reached. Other rows of
   * theirs are in them, too. What was trimmed is not there: a consumer that must miss nothing keeps a floor, below which nothing
   * is trimmed.
   */
  replay(after: Seq): AsyncIterable<LogRecord>;
}
