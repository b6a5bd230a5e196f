import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metrics } from "../base/metrics.ts";
import { FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { StoreOp } from "../store/ports.ts";
import { holdFile, LeapGuard } from "./leap.ts";
import { Sweeps } from "./sweeps.ts";

const MINUTE = 60_000_000;
const DAY = 1440 * MINUTE;
const NOON = Date.UTC(2026, 10, 23, 12) * 1000;

/** So many series, all of one product that keeps a day. @param known the last arrival, µs; @param held the note that was left */
function world(series = 3, known = 0, held: number | null = null) {
  const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false };
  const kept = { ...row, boolText: "true", retention: { days: 1 } } as const;
  const product = new ProductNode(kept, { uid: 1, slug: "w", name: "" });
  const field = new FieldNode({ uid: 1, product: 1, id: "T", type: "INT", name: "", unit: null }, product);
  const ops: StoreOp[] = [];
  const metrics = new Metrics();
  const table = { end: series + 1, field: (id: number) => (id === 2 ? null : field) };
  const note = { until: held };
  const warned: string[] = [];
  const log = { info() {}, warn: (_: object, message: string) => void warned.push(message) };
  const file = {
    read: () => note.until,
    write(until: number | null): void {
      note.until = until;
    },
  };
  const guard = new LeapGuard(known, file, log);
  const sweeps = new Sweeps({ series: table, metrics, guard, operation: (op) => void ops.push(op) }, DAY);
  const swept = () => ops.splice(0).map((op) => (op.op === "retain" ? [op.before, op.series] : [op.op]));
  return { sweeps, swept, metrics, product, field, note, warned };
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

describe("a clock that wrongly goes ahead deletes nothing", () => {
  const YEAR = 365 * DAY;

  test("after a start: the sweep waits a day, and says so; then the clock is believed", () => {
    const { sweeps, swept, metrics, warned } = world(1, NOON);
    sweeps.tick(NOON + YEAR, false);
    sweeps.tick(NOON + YEAR + 2 * MINUTE, false);
    expect(swept()).toEqual([]);
    expect([metrics.sweepHeld, warned.length, sweeps.next]).toEqual([1, 1, NOON + YEAR + DAY]);
    sweeps.tick(NOON + YEAR + DAY, false);
    expect(swept()).toHaveLength(1);
    expect([metrics.sweepHeld, warned.length]).toEqual([0, 1]);
  });
  test("two days are not enough to wait, but what is too old is so by the clock as far as it is believed", () => {
    const { sweeps, swept, metrics } = world(1, NOON);
    sweeps.tick(NOON, false);
    sweeps.tick(NOON + 2 * DAY, false, NOON);
    expect([swept(), metrics.sweepHeld]).toEqual([[[NOON - DAY, [1]]], 0]);
  });
  test("while the server runs; when it is set right, sweeps go on with the right time", () => {
    const { sweeps, swept, metrics } = world(1, NOON);
    sweeps.tick(NOON, false);
    sweeps.tick(NOON + YEAR, false);
    expect([swept(), metrics.sweepHeld]).toEqual([[], 1]);
    sweeps.tick(NOON + DAY, false);
    expect([swept(), metrics.sweepHeld]).toEqual([[[NOON, [1]]], 0]);
  });
  test("a restart does not end the waiting, although something arrived by the wrong clock", () => {
    const until = NOON + YEAR + DAY;
    const { sweeps, swept, note } = world(1, NOON + YEAR + MINUTE, until);
    sweeps.tick(NOON + YEAR + 2 * MINUTE, false);
    sweeps.tick(NOON + YEAR + 9 * MINUTE, false);
    expect([swept(), note.until]).toEqual([[], until]);
    sweeps.tick(until, false);
    expect([swept().length, note.until]).toEqual([1, null]);
  });
  test("a wrong clock that is set right with a restart", () => {
    const { sweeps, swept, note } = world(1, NOON + YEAR + MINUTE, NOON + YEAR + DAY);
    sweeps.tick(NOON, false);
    sweeps.tick(NOON + MINUTE, false);
    expect([swept().length, note.until]).toEqual([1, null]);
  });
  test("a person's word counts more", async () => {
    const { sweeps, swept, note } = world(1, NOON);
    sweeps.tick(NOON + YEAR, false);
    await sweeps.run(NOON + YEAR);
    expect([swept().length, note.until]).toEqual([1, null]);
  });
  test("some days without anything are no leap", () => {
    const { sweeps, swept, warned } = world(1, NOON - 3 * DAY);
    sweeps.tick(NOON, false);
    sweeps.tick(NOON + MINUTE, false);
    expect([swept().length, warned]).toEqual([1, []]);
  });
});

test("the note of the waiting is a file; what is none is not believed", () => {
  const folder = mkdtempSync(join(tmpdir(), "held-"));
  try {
    const note = holdFile(join(folder, "sweep-held"));
    expect(note.read()).toBeNull();
    note.write(NOON);
    expect(holdFile(join(folder, "sweep-held")).read()).toBe(NOON);
    note.write(null);
    note.write(null);
    expect(note.read()).toBeNull();
    for (const wrong of ["", "\n", "soon", "1e400"]) {
      writeFileSync(join(folder, "sweep-held"), wrong);
      expect(note.read()).toBeNull();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
