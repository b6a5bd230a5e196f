import { describe, expect, test } from "bun:test";
import { FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { Retention } from "../fleet/types.ts";
import type { FieldType } from "../measure/types.ts";
import { cutOf, goneBefore, retainOps } from "./retain.ts";

const DAY = 86_400_000_000;
const NOW = Date.UTC(2026, 5, 1, 10, 30, 20) * 1000;

function product(retention?: Retention) {
  const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false };
  const all = { ...row, boolText: "true", ...(retention && { retention }) } as const;
  return new ProductNode(all, { uid: 1, slug: "w", name: "" });
}
const field = (of: ProductNode, retention?: Retention, type: FieldType = "INT") =>
  new FieldNode({ uid: 1, product: 1, id: "T", type, name: "", unit: null, ...(retention && { retention }) }, of);

describe("what a sweep does", () => {
  test("series with the same policy go together, those that are kept for ever not at all", () => {
    const p = product({ days: 30, rollups: { "1h": 365, "1d": null } });
    const [plain, same, forever, note] = [
      field(p),
      field(p, { days: 30 }),
      field(p, { days: null }),
      field(p, {}, "STRING"),
    ];
    const series = [plain, forever, same, note, plain].map((one, i) => ({ id: i + 1, field: one }));
    const before = NOW - 30 * DAY;
    expect(retainOps(series, NOW)).toEqual([
      {
        op: "retain",
        series: [1, 3, 5],
        before,
        rollups: [
          { step: 3_600_000_000, before: NOW - 365 * DAY },
          { step: DAY, before: Number.NEGATIVE_INFINITY },
        ],
      },
      { op: "retain", series: [4], before, rollups: [] },
    ]);
    expect(retainOps([{ id: 1, field: field(product()) }], NOW)).toEqual([]);
    expect(retainOps([], NOW)).toEqual([]);
  });

  test("one operation never names more than ten thousand series", () => {
    const one = field(product({ days: 1 }));
    const series = Array.from({ length: 25_000 }, (_, i) => ({ id: i + 1, field: one }));
    const ops = retainOps(series, NOW);
    expect(ops.map((op) => (op.op === "retain" ? op.series.length : 0))).toEqual([10_000, 10_000, 5_000]);
    expect(ops.flatMap((op) => (op.op === "retain" ? op.series : []))).toEqual(series.map(({ id }) => id));
  });

  test("measurements go by whole buckets of the longest rollup", () => {
    const cut = (steps: ("1m" | "1h" | "1d")[]) =>
      goneBefore(
        cutOf({ days: 1, rollups: steps.map((step) => ({ step, days: null })) }, NOW) ?? { before: 0, rollups: [] },
      );
    expect(cut([])).toBe(NOW - DAY);
    expect(cut(["1m"])).toBe(Date.UTC(2026, 4, 31, 10, 30) * 1000);
    expect(cut(["1m", "1d"])).toBe(Date.UTC(2026, 4, 31) * 1000);
  });
});
