import type { Happening } from "../../rules/types.ts";
import type { JournalStore, StoreOp } from "../../store/ports.ts";

/** What happened and was not taken over yet: written in the commit of the state that it comes from, taken away by who takes it over. */

const JOURNAL = "rule happenings";
const PIECE = 1000;

/** Puts them into a commit. */
export function happeningsOf(happened: readonly Happening[]): StoreOp {
  const rows = happened.map((one) => ({ key: one.id, time: one.time, body: JSON.stringify(one) }));
  return { op: "journal_put", journal: JOURNAL, rows };
}
/** They were taken over, in the same commit as what that made of them. */
export function happeningsDone(ids: readonly number[]): StoreOp {
  return { op: "journal_delete", journal: JOURNAL, keys: ids };
}
/** All that were not taken over, oldest first: what a start has to do. */
export async function readHappenings(store: JournalStore): Promise<Happening[]> {
  const found: Happening[] = [];
  let before: number | undefined;
  for (;;) {
    const rows = await store.readJournal({ journal: JOURNAL, before, limit: PIECE });
    for (const { body } of rows) found.push(JSON.parse(body) as Happening); // written by `happeningsOf`
    before = rows.at(-1)?.key;
    if (before === undefined || rows.length < PIECE) return found.reverse();
  }
}
