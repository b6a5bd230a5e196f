/** What a commit does to retained messages on free topics. */
export type RetainedOp =
  /** Retained messages that came, changed or went: packed by retained.ts, in their order. */
  { readonly op: "retained"; readonly changes: Uint8Array };

/** Retained messages on free topics. */
export interface RetainedStore {
  /** The retained messages that there were when the store was opened, packed as in the op, in pieces of about a megabyte. Can be read once. */
  retained(): AsyncIterable<Uint8Array>;
}
