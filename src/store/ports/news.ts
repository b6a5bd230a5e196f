import type { Seq } from "./seq.ts";

/** Something that a node told the others by a row of the log. */
export interface News {
  /** Which node told it; 0: none, but a transaction beside the commits of nodes. */
  readonly node: number;
  /** See Told. */
  readonly what: number;
  /** Number of its row. */
  readonly seq: Seq;
  readonly numbers: readonly number[];
  /** The same as bytes, where it says something else than numbers; a view that holds until the hearer returns. */
  readonly body: Uint8Array;
}
