import type { JournalOp, JournalQuery, JournalRow } from "../ports.ts";

/** Journals in memory. */
export class MemoryJournals {
  private readonly all = new Map<string, Map<number, JournalRow>>();

  apply(op: JournalOp): void {
    if (op.op === "journal_forget") {
      for (const number of op.of) {
        this.all.delete(`${op.own}${number}`);
        for (const journal of op.others) this.all.get(journal)?.delete(number);
      }
      return;
    }
    const rows = this.all.get(op.journal) ?? new Map<number, JournalRow>();
    this.all.set(op.journal, rows);
    switch (op.op) {
      case "journal_put":
        for (const row of op.rows) rows.set(row.key, { ...row });
        return;
      case "journal_delete":
        for (const key of op.keys) rows.delete(key);
        return;
      case "journal_trim":
        for (const key of rows.keys()) if (op.below === null || key < op.below) rows.delete(key);
        return;
      default:
        op satisfies never;
    }
  }
  /** See JournalStore.readJournal. */
  read({ journal, before, limit }: JournalQuery): JournalRow[] {
    return [...(this.all.get(journal)?.values() ?? [])]
      .filter(({ key }) => before === undefined || key < before)
      .sort((a, b) => b.key - a.key)
      .slice(0, limit)
      .map((row) => ({ ...row }));
  }
}
