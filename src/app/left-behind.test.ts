import { expect, test } from "bun:test";
import { Directory } from "../fleet/directory.ts";
import { SeriesTable } from "../ingest/series.ts";
import type { SeriesState } from "../store/ports.ts";
import { forgetLeft, loadSeries } from "./left-behind.ts";

const product = { retainLastValues: false, publishBackfill: false, boolText: "true" } as const;

/** A fleet with device 1 and field 1, and a store that has series of more. */
async function leftOf(states: readonly (readonly [device: number, field: number])[]) {
  const directory = new Directory();
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "W" } },
    { kind: "product", op: "put", row: { uid: 1, workspace: 1, slug: "p", name: "P", ...product } },
    { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "INT", name: "T", unit: null } },
    { kind: "device", op: "put", row: { uid: 1, product: 1, id: "d", name: "D", serial: null, tags: [] } },
  ]);
  const series = new SeriesTable();
  const store = {
    async *series() {
      yield states.map(([device, field], i): SeriesState => {
        return { id: i + 1, device, field, type: "INT", time: null, value: null, lastArrival: 0, lastSeq: 0 };
      });
    },
  };
  return { left: await loadSeries(store, series, directory), series };
}

test("series of devices and fields that are gone are left behind, and so is what else the devices had", async () => {
  const { left, series } = await leftOf([
    [1, 1],
    [1, 9],
    [7, 1],
    [7, 9],
    [8, 1],
  ]);
  expect(left).toEqual({ series: [2, 3, 4, 5], devices: [7, 8] });
  expect(series.idOf(1, 1)).toBe(1);
  const forget = (devices: readonly number[]) => [{ op: "journal_forget", of: devices, own: "x", others: [] }] as const;
  expect([...forgetLeft(left, forget)]).toEqual([
    { op: "journal_forget", of: [7, 8], own: "x", others: [] },
    { op: "passes_drop", list: "device", owners: [7, 8] },
    // the last: by these the next start finds the devices, should this one end before
    { op: "series_delete", ids: [2, 3, 4, 5] },
  ]);
  expect([...forgetLeft((await leftOf([[1, 1]])).left, forget)]).toEqual([]);
});

test("very much that is left behind goes in many operations", async () => {
  const { left } = await leftOf(Array.from({ length: 2500 }, (_, i) => [100 + i, 1] as const));
  const ops = [...forgetLeft(left, () => [])];
  expect(
    ops.map((op) => (op.op === "passes_drop" ? op.owners.length : op.op === "series_delete" ? op.ids.length : 0)),
  ).toEqual([1000, 1000, 500, 1000, 1000, 500]);
});
