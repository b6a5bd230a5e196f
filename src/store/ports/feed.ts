import type { Seq } from "./seq.ts";

/** A durable consumer of the feed: who reads committed rows at their own pace, and how far that is. */
export interface StoredConsumer {
  /** Unique. */
  readonly name: string;
  /** Every row up to this one was handled, or is told of as lost. */
  readonly position: Seq;
  /** Rows from this one up to the position were left out by a limit, and the consumer was not told yet; null: none were. */
  readonly lost: Seq | null;
  /** What the consumer keeps beside its position, in the same commit, such as how often it has tried; null: nothing. */
  readonly note: string | null;
}

/** What a commit does to consumers, in the order given. */
export type FeedOp =
  /** Inserts or replaces one. */
  | { readonly op: "consumer_put"; readonly consumer: StoredConsumer }
  | { readonly op: "consumer_delete"; readonly name: string };

/** Positions of the durable consumers of the feed. */
export interface FeedStore {
  /** Every one as it is, in pieces, by name, while nobody writes them. */
  consumers(): AsyncIterable<readonly StoredConsumer[]>;
}
