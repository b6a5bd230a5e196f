import { batchOf, seriesPut } from "../../data.model.ts";
import { SqliteDataStore } from "./store.ts";

/** Commits and trims until it is killed; prints the next sequence number after each commit that was answered. */
const store = new SqliteDataStore({ folder: process.argv[2] ?? "" });
const { nextSeq } = await store.open();
for (let seq = nextSeq, n = 0; n < 100_000; n++, seq += 20) {
  const rows = Array.from({ length: 20 }, (_, i) => ({ series: 1 + (i % 3), time: seq + i, value: seq + i }));
  const ops = seq === 1 ? [1, 2, 3].map(seriesPut) : [];
  if (n % 10 === 9) await store.commit(batchOf(rows, [...ops, { op: "trim", upTo: seq - 1 }]));
  else await store.commit(batchOf(rows, ops));
  process.stdout.write(`${seq + 20}\n`);
}
