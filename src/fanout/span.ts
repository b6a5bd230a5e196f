import type { Seq } from "../store/ports.ts";

/** How far an answer for one row of the log holds for those behind it, as far as subscriptions go. */
export interface Span {
  /** The last row for which it is the same; Infinity: all. */
  until: Seq;
}
/** For those who do not ask. */
export const NO_SPAN: Span = { until: 0 };

/** Subscription identifiers of one delivery: a queue's entry holds no more, and no filters but spellings of one give more. */
export const MOST_IDS = 255;
