import { describe, expect, test } from "bun:test";
import { DeviceNode, FieldNode, ProductNode } from "../fleet/nodes.ts";
import type { Retention } from "../fleet/types.ts";
import type { SeriesStats, SeriesStatsRequest } from "../store/ports.ts";
import { type SeriesRef, usageOf } from "./usage.ts";

const DAY = 86_400_000_000;
const NOW = Date.UTC(2026, 5, 1) * 1000;

const product = (slug: string, retention?: Retention) => {
  const row = { uid: 1, workspace: 1, slug, name: "", retainLastValues: false, publishBackfill: false };
  const all = { ...row, boolText: "true", ...(retention && { retention }) } as const;
  return new ProductNode(all, { uid: 1, slug: "w", name: "" });
};
const field = (of: ProductNode, id: string, retention?: Retention) =>
  new FieldNode({ uid: 1, product: 1, id, type: "INT", name: "", unit: null, ...(retention && { retention }) }, of);
const device = (of: ProductNode, id: string) =>
  new DeviceNode({ uid: 1, product: 1, id, name: "", serial: null, tags: [] }, 0, of);

/** A store in which series n has n points of ten bytes, one a day until now. */
function store() {
  const asked: SeriesStatsRequest[] = [];
  const seriesStats = async (request: SeriesStatsRequest): Promise<SeriesStats> => {
    asked.push(request);
    const column = (of: (n: number, i: number) => number) => Float64Array.from(request.series, of);
    const gone = (n: number, i: number) => {
      const cut = request.before?.[i] ?? Number.NEGATIVE_INFINITY;
      return Array.from({ length: n }, (_, day) => NOW - day * DAY).filter((time) => time < cut).length;
    };
    return {
      points: column((n) => n),
      bytes: column((n) => n * 10),
      oldest: column((n) => (n === 0 ? Number.NaN : NOW - (n - 1) * DAY)),
      newest: column((n) => (n === 0 ? Number.NaN : NOW)),
      buckets: column(() => 2),
      rollupBytes: column(() => 5),
      pointsBefore: column(gone),
      bytesBefore: column((n, i) => gone(n, i) * 10),
    };
  };
  return { asked, seriesStats };
}

describe("what is stored", () => {
  const [p, q] = [product("p", { days: 10, rollups: { "1d": null } }), product("q")];
  const [t, u, v] = [field(p, "T"), field(p, "U", { days: 5 }), field(q, "V")];
  const [a, b, c] = [device(p, "a"), device(p, "b"), device(q, "a")];
  const refs: SeriesRef[] = [
    { id: 20, device: a, field: t },
    { id: 4, device: b, field: t },
    { id: 30, device: a, field: u },
    { id: 7, device: c, field: v },
  ];

  test("is told in all and by product, field and device, the largest first, with what goes next", async () => {
    const report = await usageOf(refs, store(), NOW, 10);
    const base = { buckets: 8, rollupBytes: 20, newest: NOW };
    expect(report.all).toEqual({
      ...base,
      series: 4,
      measurements: 61,
      bytes: 610,
      oldest: NOW - 29 * DAY,
      // of 20 and 4 those before the tenth day, of 30 those before the fifth
      going: { measurements: 9 + 0 + 24, bytes: 330 },
    });
    const brief = (list: readonly { name: string; measurements: number; going: { measurements: number } }[]) =>
      list.map(({ name, measurements, going }) => [name, measurements, going.measurements]);
    expect(brief(report.products)).toEqual([
      ["p", 54, 33],
      ["q", 7, 0],
    ]);
    expect(brief(report.fields)).toEqual([
      ["p/U", 30, 24],
      ["p/T", 24, 9],
      ["q/V", 7, 0],
    ]);
    expect(brief(report.devices)).toEqual([
      ["p/a", 50, 33],
      ["q/a", 7, 0],
      ["p/b", 4, 0],
    ]);
    expect(report.fields.map(({ retention, rollups }) => [retention, rollups])).toEqual([
      ["5d", "1d forever"],
      ["10d", "1d forever"],
      ["forever", "none"],
    ]);
  });

  test("the lists are cut, the sums are not; nothing measured is told as nothing", async () => {
    const cut = await usageOf(refs, store(), NOW, 1);
    expect([cut.products, cut.fields, cut.devices].map((list) => list.length)).toEqual([1, 1, 1]);
    expect(cut.all.measurements).toBe(61);
    const none = await usageOf([{ id: 0, device: a, field: t }], store(), NOW, 1);
    expect(none.all).toMatchObject({ series: 1, measurements: 0, oldest: null, newest: null });
    expect((await usageOf([], store(), NOW, 1)).all).toMatchObject({ series: 0, oldest: null });
  });

  test("the store is asked by pages", async () => {
    const many = Array.from({ length: 5_000 }, () => ({ id: 1, device: a, field: t }));
    const here = store();
    expect((await usageOf(many, here, NOW, 1)).all.measurements).toBe(5_000);
    expect(here.asked.map(({ series }) => series.length)).toEqual([2_000, 2_000, 1_000]);
  });
});
