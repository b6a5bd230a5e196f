import { batchOf, seriesPut } from "../../data.model.ts";
import type { StoreOp } from "../../ports.ts";
import { SqliteDataStore } from "./store.ts";

/** Rows of a commit; row i has the series 1 + i % 3 and the time of its number. */
export const ROWS = 20;
/** How far behind the newest row the points of series 2 and 3 may go; those of series 3 are rolled up. */
const KEPT = 1000;

/** What commit n deletes besides writing its rows: a range of series 1, and everything old of series 2 and 3. */
export function deletionOf(n: number): { readonly from: number; readonly to: number; readonly before: number } {
  const end = n * ROWS;
  const from = n % 7 === 6 ? 1 + ((n * 7919) % end) : 0;
  return { from, to: n % 7 === 6 ? Math.min(from + 300, end) : 0, before: n % 13 === 12 ? Math.max(0, end - KEPT) : 0 };
}

function opsOf(n: number, seq: number): StoreOp[] {
  const { from, to, before } = deletionOf(n);
  const ops: StoreOp[] = n === 0 ? [1, 2, 3].map(seriesPut) : [];
  if (to > 0) ops.push({ op: "points_delete", series: 1, from, to });
  if (before > 0) {
    const rollups = [1000, 2000].map((step) => ({ step, before: Number.NEGATIVE_INFINITY }));
    ops.push({ op: "retain", series: [2], before }, { op: "retain", series: [3], before, rollups });
  }
  if (n % 10 === 9) ops.push({ op: "trim", upTo: seq - 1 });
  return ops;
}

/** Commits, deletes and trims until it is killed; prints the next sequence number after each commit that was answered. */
if (import.meta.main) {
  const store = new SqliteDataStore({ folder: process.argv[2] ?? "" });
  const { nextSeq } = await store.open();
  for (let seq = nextSeq; seq < 2_000_000; seq += ROWS) {
    const rows = Array.from({ length: ROWS }, (_, i) => ({ series: 1 + (i % 3), time: seq + i, value: seq + i }));
    await store.commit(batchOf(rows, opsOf((seq - 1) / ROWS, seq)));
    process.stdout.write(`${seq + ROWS}\n`);
  }
}
