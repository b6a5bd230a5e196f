import { expect, test } from "bun:test";
import { batchOf, seriesPut } from "../data.model.ts";
import type { StoredConsumer, StoreOp } from "../ports.ts";
import { failureOf, trim, type World } from "./world.contract.ts";

const put = (name: string, position: number, lost: number | null = null, note: string | null = null): StoreOp => ({
  op: "consumer_put",
  consumer: { name, position, lost, note },
});
const row = (time: number) => ({ series: 1, time, value: time });

/** FeedStore. */
export function feedContract(world: World): void {
  const after = async (how: "close" | "crash"): Promise<readonly StoredConsumer[]> => {
    await world.reopen(how);
    return world.recovered.consumers;
  };

  test("positions come back as they were committed last, by name, after a stop and after a crash", async () => {
    await world.store.commit(batchOf([row(1)], [seriesPut(1), put("webhook ü", 0), put("rules", 1)]));
    await world.store.commit(batchOf([], [put("rules", 2), put("rules", 7, 3, '{"tries":2}')]));
    const expected = [
      { name: "rules", position: 7, lost: 3, note: '{"tries":2}' },
      { name: "webhook ü", position: 0, lost: null, note: null },
    ];
    expect(await after("crash")).toEqual(expected);
    expect(await after("close")).toEqual(expected);
    await world.store.commit(batchOf([row(2)], [put("rules", 9_000_000_000_000)]));
    expect((await after("crash"))[0]).toEqual({ name: "rules", position: 9_000_000_000_000, lost: null, note: null });
  });

  test("one that is deleted is gone, and may be put again", async () => {
    await world.store.commit(batchOf([], [put("a", 5), put("b", 6)]));
    await world.store.commit(
      batchOf(
        [],
        [
          { op: "consumer_delete", name: "a" },
          { op: "consumer_delete", name: "nobody" },
        ],
      ),
    );
    expect(await after("close")).toEqual([{ name: "b", position: 6, lost: null, note: null }]);
    await world.store.commit(batchOf([], [put("a", 8)]));
    expect((await after("crash")).map(({ name, position }) => [name, position])).toEqual([
      ["a", 8],
      ["b", 6],
    ]);
  });

  test("they are read as they are, again and again: whoever takes them over goes on from there", async () => {
    const places = async () => (await Array.fromAsync(world.store.consumers())).flat().map(({ position }) => position);
    expect(await places()).toEqual([]);
    await world.store.commit(batchOf([], [put("a", 5), put("b", 6)]));
    expect(await places()).toEqual([5, 6]);
    await world.store.commit(batchOf([], [put("b", 7)]));
    expect([await places(), await places()]).toEqual([
      [5, 7],
      [5, 7],
    ]);
  });

  test("a commit that is refused moves nothing", async () => {
    await world.store.commit(batchOf([], [put("a", 5)]));
    const wrong = { ...batchOf([row(1)], [put("a", 6)]), count: 9 };
    expect(await failureOf(world.store.commit(wrong))).toBeInstanceOf(RangeError);
    expect(await after("crash")).toEqual([{ name: "a", position: 5, lost: null, note: null }]);
  });

  test("how much of the log lies behind a number", async () => {
    expect(await world.store.bytesAfter(0)).toBe(0);
    const sizes: number[] = [];
    for (const n of [3, 1, 2]) {
      const batch = batchOf(
        Array.from({ length: n }, (_, i) => row(i)),
        [seriesPut(1)],
      );
      sizes.push(batch.blob?.length ?? 0);
      await world.store.commit(batch);
    }
    const [one = 0, two = 0, three = 0] = sizes;
    const asked = await Promise.all([0, 2, 3, 4, 5, 6, 99].map((seq) => world.store.bytesAfter(seq)));
    expect(asked).toEqual([one + two + three, one + two + three, two + three, three, three, 0, 0]);
    await world.store.commit(batchOf([], [trim(3)]));
    await world.place.settled(world.store);
    expect(await world.store.bytesAfter(0)).toBe(two + three);
  });
}
