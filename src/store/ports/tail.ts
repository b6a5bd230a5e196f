import type { RoadFigures } from "./bus.ts";
import type { Seq } from "./seq.ts";

/** A record that became part of the log. */
export interface TailRecord {
  /** Number of its first row. */
  readonly firstSeq: Seq;
  /** Rows that it has. */
  readonly count: number;
  /** Which node committed it. */
  readonly node: number;
  /** null: it is one of the node that reads, which has it. */
  readonly body: Uint8Array | null;
}

/** Who is told of the log. */
export interface TailReader {
  /** The next record: its first row follows the last one of the record before. */
  record(record: TailRecord): void;
  /** Nothing more comes: what follows cannot be had, or is damaged. */
  failed(why: Error): void;
}

/**
 * The log as it grows, whichever node commits: every record behind a number once, in order and without gaps, when it is durable. A
 * connection that breaks costs time and nothing else.
 */
export interface LogTail {
  /** Begins to read behind a row. Can be called once. */
  start(after: Seq, reader: TailReader): void;
  /** Nothing is handed over while somebody holds it. */
  hold(): void;
  release(): void;
  /** What became of records where there is a bus; null: there is none. */
  readonly roads: RoadFigures | null;
  /** Resolves when nothing is handed over any more. */
  stop(): Promise<void>;
}
