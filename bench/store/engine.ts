/** What the store's bench asks of each engine. */
import type { Figures } from "../load/measure.ts";
import type { Rows } from "./rows.ts";

/** Figures of one series in buckets, summed up so that engines can be held against each other. */
export interface Bucketed {
  /** Buckets that are not empty. */
  readonly buckets: number;
  /** Points in all of them. */
  readonly points: number;
}

/**
 * One engine with an open store, in the process of the load. Series are numbers from 1 on, times are µs, ranges include
 * their start and not their end.
 */
export interface Engine {
  /** Puts rows [from, to) into the form that the engine takes; what comes back commits them, durable when it resolves. */
  prepare(rows: Rows, from: number, to: number): () => Promise<void>;
  /** Waits until the engine has done what it puts off: sealing, compaction, checkpoints. */
  settle(): Promise<void>;
  /** Reads all points of a series; how many there are. */
  points(series: number, from: number, to: number): Promise<number>;
  /** Reads all points of the series 1 to `count`. */
  pointsOfAll(count: number, from: number, to: number): Promise<number>;
  /** Count, average, least and most of a series of numbers in `buckets` buckets of `width` µs. */
  buckets(series: number, from: number, width: number, buckets: number): Promise<Bucketed>;
  /** Reads the newest point of the series 1 to `count`; how many have one. */
  last(count: number): Promise<number>;
  /** Bytes that were written to the disk so far; NaN where the system does not tell. */
  written(): number;
  /** Bytes that the data take on the disk as `kept`, and what else is worth telling. The engine cannot be used afterwards. */
  kept(): Promise<Figures & { readonly kept: number }>;
  close(): Promise<void>;
}

/** A server beside the load; engines without one live in the process of the load. */
export interface Backend {
  readonly pid: number;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Where a process of the load finds its store. */
export interface Place {
  readonly folder: string;
  /** Of the server; 0 without one. */
  readonly port: number;
  readonly pid: number;
}

export interface EngineKind {
  readonly name: string;
  /** What runs, with its version; throws with what to do when it is not installed. */
  readonly describe: () => string;
  /** Starts the server with `folder`, which is empty, for its files. */
  readonly start?: (folder: string) => Promise<Backend>;
  /** Opens an empty store. */
  readonly open: (place: Place) => Promise<Engine>;
}
