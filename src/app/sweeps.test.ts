import { expect, test } from "bun:test";
import { Metrics } from "../base/metrics.ts";
import { FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { StoreOp } from "../store/ports.ts";
import { Sweeps } from "./sweeps.ts";

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;
const NOON = Date.UTC(2026, 10, 23, 12) * 1000;

/** So many series, all of one product that keeps a day. */
function world(series = 3) {
  const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false };
  const kept = { ...row, boolText: "true", retention: { days: 1 } } as const;
  const product = new ProductNode(kept, { uid: 1, slug: "w", name: "" });
  const field = new FieldNode({ uid: 1, product: 1, id: "T", type: "INT", name: "", unit: null }, product);
  const ops: StoreOp[] = [];
  const metrics = new Metrics();
  const table = { nextId: series + 1, field: (id: number) => (id === 2 ? null : field) };
  const sweeps = new Sweeps({ series: table, metrics, operation: (op) => void ops.push(op) }, DAY);
  const swept = () => ops.splice(0).map((op) => (op.op === "retain" ? [op.before, op.series] : [op.op]));
  return { sweeps, swept, metrics, product, field };
}

test("the first sweep is a minute after the start, the next at midnight UTC, and then once a day", () => {
  const { sweeps, swept, metrics } = world();
  expect(sweeps.next).toBeNull();
  sweeps.tick(NOON, false);
  expect(sweeps.next).toBe(NOON + MINUTE);
  sweeps.tick(NOON + MINUTE - 1, false);
  expect(swept()).toEqual([]);
  sweeps.tick(NOON + MINUTE, false);
  // the second series is gone: its device was deleted
  expect(swept()).toEqual([[NOON + MINUTE - DAY, [1, 3]]]);
  expect(sweeps.next).toBe(NOON + DAY / 2);
  sweeps.tick(NOON + 2 * MINUTE, false);
  expect(swept()).toEqual([]);
  sweeps.tick(NOON + DAY / 2, false);
  expect(swept()).toHaveLength(1);
  expect(sweeps.next).toBe(NOON + 1.5 * DAY);
  expect([metrics.sweeps, metrics.lastSweep]).toEqual([2, (NOON + DAY / 2) / 1e6]);
});

test("a policy that was made longer, or shorter, obeys at the next sweep", () => {
  const { sweeps, swept, product } = world(1);
  sweeps.tick(NOON, false);
  product.row = { ...product.row, retention: { days: null } };
  sweeps.tick(NOON + MINUTE, false);
  expect(swept()).toEqual([]);
  product.row = { ...product.row, retention: { days: 7 } };
  sweeps.tick(NOON + DAY, false);
  expect(swept()).toEqual([[NOON - 6 * DAY, [1]]]);
});

test("while the store takes no data nothing is begun, and it is made up for afterwards", () => {
  const { sweeps, swept } = world(1);
  sweeps.tick(NOON, true);
  sweeps.tick(NOON + DAY, true);
  expect(swept()).toEqual([]);
  sweeps.tick(NOON + DAY + 1, false);
  expect(swept()).toEqual([[NOON + 1, [1]]]);
});

test("a clock that is set back does not put the next sweep off", () => {
  const { sweeps, swept } = world(1);
  sweeps.tick(NOON, false);
  sweeps.tick(NOON - 400 * DAY, false);
  expect(sweeps.next).toBe(NOON - 399.5 * DAY);
  sweeps.tick(NOON - 399.5 * DAY, false);
  expect(swept()).toHaveLength(1);
});

test("many series take several turns, all of them with the time at which the sweep began", () => {
  const { sweeps, swept, metrics } = world(120_000);
  sweeps.tick(NOON, false);
  const seen: unknown[] = [];
  for (let turn = 0; turn < 3; turn++) {
    expect(metrics.sweeps).toBe(0);
    sweeps.tick(NOON + (turn + 1) * MINUTE, false);
    for (const [before, ids] of swept()) {
      expect(before).toBe(NOON + MINUTE - DAY);
      seen.push(...(ids as number[])); // of `retain` alone
    }
  }
  expect(metrics.sweeps).toBe(1);
  expect(seen).toHaveLength(119_999);
  expect(new Set(seen).size).toBe(119_999);
});

test("a sweep out of turn is a whole one", async () => {
  const { sweeps, swept, metrics } = world(60_000);
  await sweeps.run(NOON);
  expect(swept().flatMap(([, ids]) => ids)).toHaveLength(59_999);
  expect([metrics.sweeps, sweeps.next]).toEqual([1, NOON + DAY / 2]);
});
