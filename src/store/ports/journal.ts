import type { Micros } from "../../base/types.ts";

/** A row of a journal: something small that somebody keeps, by a number of their choice. */
export interface JournalRow {
  readonly key: number;
  readonly time: Micros;
  /** Text of the owner's own form, as JSON. */
  readonly body: string;
}

/** What a commit does to journals, in the order given. */
export type JournalOp =
  /** Inserts rows, or replaces those that have the same keys. */
  | { readonly op: "journal_put"; readonly journal: string; readonly rows: readonly JournalRow[] }
  | { readonly op: "journal_delete"; readonly journal: string; readonly keys: readonly number[] }
  /** Forgets all of a journal, or what has a key below this one. */
  | { readonly op: "journal_trim"; readonly journal: string; readonly below: number | null }
  /** Forgets, of each of these numbers, all of the journal whose name is `own` and the number behind it, and its row in the others. */
  | {
      readonly op: "journal_forget";
      readonly of: readonly number[];
      readonly own: string;
      readonly others: readonly string[];
    };

/** Which rows of a journal: those with a key below `before`, with the highest keys first. */
export interface JournalQuery {
  readonly journal: string;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Named lists of small rows, such as the calls of a webhook. Who keeps one bounds it. */
export interface JournalStore {
  readJournal(query: JournalQuery): Promise<JournalRow[]>;
}
