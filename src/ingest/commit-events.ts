import type { Seq } from "../store/ports.ts";
import type { Batch } from "./batch.ts";
import type { ToldRefusal } from "./refusals.ts";

/** What is called around a commit; the fan-out sets these. */
export interface IngestEvents {
  /** What was sealed last is durable, and its waiters were answered. */
  durable(): void;
  /** The rows of a durable batch have their turn; give it back by `recycle` when they were published. */
  committed(batch: Batch): void;
  /** The commit was given up; nothing of it was stored. */
  failed(batch: Batch): void;
  /** Before a commit is sealed: session operations that ride along are written to the batch. */
  sealing(batch: Batch): void;
  refused(refusal: ToldRefusal): void;
  /** The accumulating batch has room again. */
  room(): void;
}

/** Among several nodes a batch that is durable waits until all rows before it in the log were published. */
export interface OwnTurns {
  own(batch: Batch): void;
  /** A commit was given up: whether it is in the log, and others have read it, nobody knows. */
  gaveUp(): void;
  /** Rows were published: there is room for those of others. */
  resume(): void;
  /** All rows up to this one have had their turn. */
  readonly applied: Seq;
  /** Nothing has its turn until the function that it returns is called. */
  pause(): () => void;
  /** Much waits for its turn: reading stops. */
  readonly isBehind: boolean;
}
