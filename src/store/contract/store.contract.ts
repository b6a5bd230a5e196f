import { expect, test } from "bun:test";
import { batchOf, seriesPut } from "../data.model.ts";
import { failureOf, type World } from "./world.contract.ts";

/** of an engine as a whole. */
export function storeContract(world: World): void {
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
