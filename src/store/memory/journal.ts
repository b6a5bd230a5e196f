import type { JournalOp, JournalQuery, JournalRow } from "../ports.ts";

/** Journals in memory. */
export class MemoryJournals {
  private readonly all = new Map<string, Map<number, JournalRow>>();

  apply(op: JournalOp): void {
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
