import { expect, test } from "bun:test";
import { batchOf } from "../../data.model.ts";
import { DataFile } from "./file.testing.ts";
import { readsOf } from "./file-reads.ts";
import { countDeletion, deletionOps } from "../../../history/deletion.ts";

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What a deletion is said to take, and what it took, of five days with a measurement a minute, of which three are rolled up. */
async function deleted(steps: readonly number[], from: number, to: number): Promise<[said: number, took: number]> {
  const file = new DataFile();
  const rows = Array.from({ length: 5 * 1440 }, (_, i) => ({ series: 1, time: i * MINUTE, value: i }));
  const rollups = steps.map((step) => ({ step, before: Number.NEGATIVE_INFINITY }));
  file.put(rows, [{ op: "retain", series: [1], before: 3 * DAY, rollups }]);
  const reads = readsOf(file.folder);
  const all = () => reads.aggregate(1, Float64Array.of(0, 5 * DAY)).count[0] ?? 0;
  const before = all();
  const store = {
    aggregate: async (asked: { series: number; edges: Float64Array }) => reads.aggregate(1, asked.edges),
  };
  const { measurements: said } = await countDeletion(store, [1], { from, to });
  file.writer.commit(batchOf([], deletionOps({ series: [1], range: { from, to } })));
  while (file.writer.slice());
  const took = before - all();
  reads.close();
  file.close();
  return [said, took];
}

test.each([
  ["half an hour of a day that only a rollup stands for", [DAY], DAY + 12 * HOUR, DAY + 12.5 * HOUR, 1440],
  ["a range that ends within a bucket", [DAY], 0, 1.5 * DAY, 2880],
  ["a range that begins within a bucket", [DAY], 1.5 * DAY, 3 * DAY, 2880],
  ["with a shorter rollup beside", [HOUR, DAY], DAY + 12.5 * HOUR, DAY + 14 * HOUR, 120],
  ["with rollups that fit", [MINUTE, HOUR, DAY], DAY + 12.5 * HOUR, DAY + 14 * HOUR, 90],
  ["from rollups to measurements", [DAY], 2.5 * DAY, 3.5 * DAY, 1440 + 720],
  ["of measurements alone", [DAY], 3.25 * DAY, 3.5 * DAY, 360],
])("what a deletion is said to take is what it takes: %s", async (_, steps, from, to, count) => {
  expect(await deleted(steps, from, to)).toEqual([count, count]);
});
