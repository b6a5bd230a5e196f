import { expect, test } from "bun:test";
import { batchOf, seriesPut } from "../data.model.ts";
import { SeriesTaken } from "../taken.ts";
import { failureOf, type World } from "./world.contract.ts";

/** Of an engine as a whole. @param isShared several nodes may share the store */
export function storeContract(world: World, isShared = false): void {
  if (isShared)
    test("a series of a device's field that has another one is refused with that, and nothing of the commit is stored", async () => {
      const other = { op: "series_put", id: 9, device: 10, field: 100, type: "NUMERIC" } as const;
      await world.store.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
      const refused = await failureOf(
        world.store.commit(batchOf([{ series: 9, time: 2, value: 2 }], [seriesPut(2), other])),
      );
      expect(refused).toEqual(new SeriesTaken([[9, 1]]));
      expect((refused as SeriesTaken).ids).toEqual([[9, 1]]);
      // the same one may be put again
      await world.store.commit(batchOf([{ series: 1, time: 3, value: 3 }], [seriesPut(1)]));
      await world.reopen("close");
      expect(world.recovered.series.map(({ id, value }) => [id, value])).toEqual([[1, 3]]);
      expect(world.recovered.nextSeq).toBe(3);
    });
  test("a new store is empty", () => {
    const nothing = {
      series: [],
      sessions: [],
      presence: [],
      seenFloor: 0,
      settled: [],
      gone: [],
      consumers: [],
      arrivals: [],
      suggestions: [],
      retained: [],
      records: [],
    };
    expect(world.recovered).toEqual({ nextSeq: 1, nextSeries: 1, nextSession: 1, ...nothing });
  });

  test("figures of the store", async () => {
    await world.store.commit(
      batchOf(
        [
          { series: 1, time: 1, value: 1 },
          { series: 1, time: 2, value: 1 },
        ],
        [seriesPut(1)],
      ),
    );
    const stats = await world.store.stats();
    expect([stats.logRows, stats.blocks, stats.rollups]).toEqual([2, 0, 0]);
    expect(stats.logBytes).toBeGreaterThan(28);
    expect(stats.fileBytes).toBeGreaterThan(0);
  });

  test("before open and after close every call is refused", async () => {
    await world.store.close();
    const calls = [
      () => world.store.commit(batchOf([])),
      () => world.store.read(1, 0, 1, 1),
      () => world.store.stats(),
      () => world.store.readChunk(1, 1),
    ];
    for (const call of calls) expect(await failureOf(call())).toMatchObject({ code: "storage_unavailable" });
  });
}
