import type { JournalOp, JournalQuery, JournalRow } from "../../ports.ts";
import type { Sql } from "./sql.ts";

/** The step of the schema that brought them. */
export const JOURNALS = `
  -- What a consumer keeps beside its position; and journals: named lists of small rows, by a number of their owner's choice.
  ALTER TABLE consumer ADD COLUMN note TEXT;
  CREATE TABLE journal (
    id INTEGER PRIMARY KEY, journal TEXT NOT NULL, key INTEGER NOT NULL, time INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX journal_key ON journal (journal, key);
  `;

/** Inside the caller's transaction. See JournalOp. */
export function applyJournal(db: Sql, op: JournalOp): void {
  switch (op.op) {
    case "journal_put": {
      const put = db.query(
        "INSERT INTO journal (journal, key, time, body) VALUES (?, ?, ?, ?) ON CONFLICT (journal, key) DO UPDATE SET " +
          "time = excluded.time, body = excluded.body",
      );
      for (const { key, time, body } of op.rows) put.run(op.journal, key, time, body);
      return;
    }
    case "journal_delete": {
      const drop = db.query("DELETE FROM journal WHERE journal = ? AND key = ?");
      for (const key of op.keys) drop.run(op.journal, key);
      return;
    }
    case "journal_trim":
      if (op.below === null) db.query("DELETE FROM journal WHERE journal = ?").run(op.journal);
      else db.query("DELETE FROM journal WHERE journal = ? AND key < ?").run(op.journal, op.below);
      return;
    case "journal_forget": {
      const all = db.query("DELETE FROM journal WHERE journal = ?");
      const drop = db.query("DELETE FROM journal WHERE journal = ? AND key = ?");
      for (const number of op.of) {
        all.run(`${op.own}${number}`);
        for (const journal of op.others) drop.run(journal, number);
      }
      return;
    }
    default:
      op satisfies never;
  }
}

/** See JournalStore.readJournal. */
export function selectJournal(db: Sql, { journal, before, limit }: JournalQuery): JournalRow[] {
  return db
    .query<JournalRow, [string, number, number]>(
      "SELECT key, time, body FROM journal WHERE journal = ? AND key < ? ORDER BY key DESC LIMIT ?",
    )
    .all(journal, before ?? Number.MAX_SAFE_INTEGER, limit);
}
