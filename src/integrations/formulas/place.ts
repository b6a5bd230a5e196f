import type { JournalStore, Seq, StoreOp } from "../../store/ports.ts";

/** The journal, whose name is stored, and the one row in it. */
const JOURNAL = "formulas";
const KEY = 1;

/**
 * Up to where rows of the feed were computed: stored in the commit of what was computed, or not at all. So a row that the feed hands
 * over once more, after a crash, is computed once.
 */
export async function readPlace(store: JournalStore): Promise<Seq> {
  const [row] = await store.readJournal({ journal: JOURNAL, limit: 1 });
  const place = Number(row?.body ?? 0);
  return Number.isSafeInteger(place) ? place : 0;
}
export function placeOp(place: Seq): StoreOp {
  return { op: "journal_put", journal: JOURNAL, rows: [{ key: KEY, time: 0, body: String(place) }] };
}
