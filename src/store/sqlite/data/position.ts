/** Where the file stands; tells whether a commit whose answer was lost is in it. */
export interface Position {
  readonly nextSeq: number;
  /** Commits without a log row so far. */
  readonly plain: number;
}

/** Is the batch in the file? `plain`: it has no log row. `before`: where the file stood before it; `now`: where it stands. */
export function landed(
  batch: { readonly firstSeq: number; readonly plain: boolean },
  before: Position,
  now: Position,
): boolean {
  return batch.plain ? now.plain > before.plain : now.nextSeq > batch.firstSeq;
}
