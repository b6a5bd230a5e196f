import { expect, test } from "bun:test";
import type { Value } from "../../measure/types.ts";
import { batchOf, seriesPut } from "../data.model.ts";
import { ALL, type World } from "./world.contract.ts";

/** SeriesStore: what is written. */
export function writingContract(world: World): void {
  test("every type of value comes back from the log, from blocks, and after a start", async () => {
    const values: Value[] = [
      0,
      -1,
      21.5,
      1e300,
      2 ** 53 - 1,
      -(2 ** 53 - 1),
      true,
      false,
      "",
      "grün 🌡",
      "\uFEFFmark",
      { lat: -1.5, lng: 180 },
    ];
    const rows = values.map((value, i) => ({ series: i + 1, time: 1000 + i, value }));
    await world.store.commit(
      batchOf(
        rows,
        rows.map((r) => seriesPut(r.series)),
      ),
    );
    const check = async (): Promise<void> => {
      for (const r of rows)
        expect(await world.store.read(r.series, ...ALL)).toEqual([{ time: r.time, value: r.value }]);
    };
    await check();
    await world.reopen("crash");
    expect(world.recovered.nextSeq).toBe(rows.length + 1);
    expect(world.recovered.nextSeries).toBe(rows.length + 1);
    expect(world.recovered.series[2]).toEqual({
      id: 3,
      device: 30,
      field: 300,
      type: "NUMERIC",
      time: 1002,
      value: 21.5,
      lastArrival: 1002,
      lastSeq: 3,
    });
    await check();
    await world.seal(rows.length + 1);
    await check();
    await world.reopen("close");
    expect(world.recovered.series.map((s) => s.value)).toEqual(values);
    await check();
  });

  test("backfill of years, backwards and across what is there, reads in the order of time", async () => {
    const day = (d: number): { series: number; time: number; value: number; explicit: boolean }[] =>
      Array.from({ length: 288 }, (_, i) => ({ series: 1, time: (d * 288 + i) * 300, value: d, explicit: true }));
    let seq = 1;
    const put = async (rows: ReturnType<typeof day>): Promise<void> => {
      await world.store.commit(batchOf(rows, seq === 1 ? [seriesPut(1)] : []));
      seq += rows.length;
    };
    for (let d = 400; d < 420; d++) await put(day(d));
    await world.seal(seq++);
    for (let d = 399; d >= 200; d -= 3) {
      await put(day(d));
      if (d % 10 === 0) await world.seal(seq++);
    }
    for (let d = 200; d < 400; d++) if ((399 - d) % 3 !== 0) await put(day(d));
    await put(day(405).map((r) => ({ ...r, time: r.time + 1 })));
    await world.seal(seq++);
    const points = await world.store.read(1, ...ALL);
    expect(points.length).toBe(221 * 288);
    expect(points.every((p, i) => i === 0 || p.time > (points[i - 1]?.time ?? 0))).toBe(true);
    expect(points.every((p) => p.value === Math.floor(p.time / 86_400))).toBe(true);
  }, 30_000);

  test("of equal times the last written stays, in one commit, across commits, across blocks", async () => {
    const put = (value: number) => world.store.commit(batchOf([{ series: 1, time: 5, value, explicit: true }]));
    await world.store.commit(
      batchOf(
        [1, 2, 3].map((value) => ({ series: 1, time: 5, value, explicit: true })),
        [seriesPut(1)],
      ),
    );
    expect(await world.store.read(1, ...ALL)).toEqual([{ time: 5, value: 3 }]);
    await put(4);
    expect(await world.store.read(1, ...ALL)).toEqual([{ time: 5, value: 4 }]);
    await world.seal(5);
    expect(await world.store.read(1, ...ALL)).toEqual([{ time: 5, value: 4 }]);
    // Enough to close the block, so that the next value of the same time lies in another one.
    const many = Array.from({ length: 1100 }, (_, i) => ({ series: 1, time: 10 + i, value: i }));
    await world.store.commit(batchOf(many));
    await put(6);
    expect((await world.store.read(1, 0, 6, 9))[0]).toEqual({ time: 5, value: 6 });
    await world.seal(1107);
    expect(await world.store.read(1, 0, 11, 9)).toEqual([
      { time: 5, value: 6 },
      { time: 10, value: 0 },
    ]);
    await world.reopen("close");
    expect((await world.store.read(1, ...ALL)).length).toBe(1101);
  });

  test("a backfilled value goes to its place and becomes current only when it is not older", async () => {
    await world.store.commit(batchOf([{ series: 1, time: 100, value: 1 }], [seriesPut(1)]));
    await world.store.commit(batchOf([{ series: 1, time: 50, value: 2, explicit: true }]));
    const current = (): unknown => world.recovered.series.map((s) => [s.time, s.value, s.lastArrival]);
    await world.reopen("crash");
    expect(current()).toEqual([[100, 1, 100]]);
    await world.store.commit(batchOf([{ series: 1, time: 100, value: 3, explicit: true }]));
    await world.reopen("crash");
    expect(current()).toEqual([[100, 3, 100]]);
    await world.store.commit(batchOf([{ series: 1, time: 900, value: 4, explicit: true }]));
    await world.seal(5);
    await world.reopen("crash");
    expect(current()).toEqual([[900, 4, 100]]);
    // An arrival stamp wins over a time from the future.
    await world.store.commit(batchOf([{ series: 1, time: 200, value: 5 }]));
    await world.reopen("close");
    expect(current()).toEqual([[200, 5, 200]]);
    await world.seal(7);
    await world.reopen("close");
    expect(current()).toEqual([[200, 5, 200]]);
    expect((await world.store.read(1, ...ALL)).map((p) => p.time)).toEqual([50, 100, 200, 900]);
  });

  test("a historical value is stored at its time and never current, in the log, in blocks and after a restart", async () => {
    const past = { series: 1, explicit: true, historical: true };
    await world.store.commit(batchOf([{ ...past, time: 50, value: 1 }], [seriesPut(1)]));
    const current = (): unknown => world.recovered.series.map((s) => [s.time, s.value]);
    await world.reopen("crash");
    expect(current()).toEqual([[null, null]]);
    await world.store.commit(batchOf([{ series: 1, time: 100, value: 2, explicit: true }]));
    await world.store.commit(batchOf([{ ...past, time: 900, value: 3 }]));
    await world.reopen("crash");
    expect(current()).toEqual([[100, 2]]);
    await world.seal(4);
    await world.reopen("close");
    expect(current()).toEqual([[100, 2]]);
    expect((await world.store.read(1, ...ALL)).map((p) => p.value)).toEqual([1, 2, 3]);
  });
}
