/** What a commit does to retained messages on free topics. */
export type RetainedOp =
  /** Retained messages that came, changed or went: packed by retained.ts, in their order. */
  { readonly op: "retained"; readonly changes: Uint8Array };
