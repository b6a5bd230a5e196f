import { expect, test } from "bun:test";
import { batchOf, seriesPut } from "../data.model.ts";
import type { PassList, PassPut, StoredSuggestion, StoreOp } from "../ports.ts";
import { failureOf, type World } from "./world.contract.ts";

const row = (time: number) => ({ series: 1, time, value: time });
const arrived = (keys: readonly string[], time: number, before?: number, most = 1000): StoreOp => ({
  op: "arrivals_put",
  rows: keys.map((key) => ({ key, time })),
  ...(before !== undefined && { bound: { before, most } }),
});
const pass = (time: number, more: Partial<PassPut> = {}): PassPut => ({
  time,
  workspace: 1,
  product: 2,
  devices: [],
  body: `{"n":${time}}`,
  ...more,
});
const passes = (rows: readonly PassPut[], listed = 100, bound?: { most: number; bytes: number }): StoreOp => ({
  op: "passes_put",
  rows,
  listed,
  ...(bound && { bound }),
});
const named = (name: string, body: string, product = 2): StoredSuggestion => ({
  workspace: 1,
  product,
  kind: "field",
  name,
  body,
});

/** InboundStore. */
export function inboundContract(world: World): void {
  const keys = async (how: "close" | "crash") => {
    await world.reopen(how);
    return world.recovered.arrivals;
  };
  const times = async (list: PassList, owner: number, limit = 100, before?: number) =>
    (await world.store.readPasses({ list, owner, limit, before })).map(({ time }) => time);

  test("keys come back with the rows of their commit, in their order; one that is there stays as it is", async () => {
    await world.store.commit(batchOf([row(1)], [seriesPut(1), arrived(["b", "a"], 5)]));
    await world.store.commit(batchOf([row(2)], [arrived(["b", "ü"], 6)]));
    const expected = [
      { key: "b", time: 5 },
      { key: "a", time: 5 },
      { key: "ü", time: 6 },
    ];
    expect(await keys("crash")).toEqual(expected);
    expect(await keys("close")).toEqual(expected);
  });

  test("keys and suggestions are read as they are, however many there are", async () => {
    const many = Array.from({ length: 20_001 }, (_, i) => `k${i}`);
    await world.store.commit(batchOf([], [arrived(many, 5), { op: "suggestions_put", rows: [named("F", "{}")] }]));
    const found = (await Array.fromAsync(world.store.arrivals())).flat();
    expect(found.map(({ key }) => key)).toEqual(many);
    expect((await Array.fromAsync(world.store.suggestions())).flat()).toEqual([named("F", "{}")]);
  });

  test("a commit that is refused keeps no key", async () => {
    const wrong = { ...batchOf([row(1)], [arrived(["a"], 5)]), count: 9 };
    expect(await failureOf(world.store.commit(wrong))).toBeInstanceOf(RangeError);
    expect(await keys("crash")).toEqual([]);
  });

  test("keys are forgotten by age and by number", async () => {
    await world.store.commit(batchOf([], [arrived(["a", "b"], 1), arrived(["c", "d", "e"], 9, 5)]));
    expect((await keys("crash")).map(({ key }) => key)).toEqual(["c", "d", "e"]);
    await world.store.commit(batchOf([], [arrived(["f"], 9, 0, 2)]));
    expect((await keys("crash")).map(({ key }) => key)).toEqual(["e", "f"]);
    // a key that was forgotten is new
    await world.store.commit(batchOf([], [arrived(["a"], 10)]));
    expect((await keys("close")).map(({ key }) => key)).toEqual(["e", "f", "a"]);
  });

  test("passes stand in the lists of their product and their devices, newest first, and survive a crash", async () => {
    const rows = [
      pass(1, { devices: [7, 8] }),
      pass(2, { devices: [7] }),
      pass(3, { product: 0 }),
      pass(4, { product: 3 }),
    ];
    await world.store.commit(batchOf([], [passes(rows)]));
    await world.reopen("crash");
    const [second, first] = await world.store.readPasses({ list: "product", owner: 2, limit: 9 });
    expect([first, second]).toEqual([
      { id: 1, time: 1, workspace: 1, product: 2, body: '{"n":1}' },
      { id: 2, time: 2, workspace: 1, product: 2, body: '{"n":2}' },
    ]);
    expect(await times("device", 7)).toEqual([2, 1]);
    expect(await times("device", 8)).toEqual([1]);
    expect(await times("device", 9)).toEqual([]);
    expect(await times("workspace", 1)).toEqual([3]);
    expect(await times("product", 3)).toEqual([4]);
    expect(await times("device", 7, 1)).toEqual([2]);
    expect(await times("device", 7, 9, 2)).toEqual([1]);
  });

  test("a list keeps its newest; a pass goes when no list has it", async () => {
    await world.store.commit(batchOf([], [passes([pass(1, { devices: [7] }), pass(2), pass(3)], 2)]));
    expect(await times("product", 2)).toEqual([3, 2]);
    expect(await times("device", 7)).toEqual([1]);
    await world.store.commit(batchOf([], [passes([pass(4, { devices: [7] }), pass(5, { devices: [7] })], 2)]));
    expect(await times("product", 2)).toEqual([5, 4]);
    expect(await times("device", 7)).toEqual([5, 4]);
    await world.store.commit(batchOf([], [{ op: "passes_drop", list: "product", owners: [2, 77] }]));
    expect(await times("product", 2)).toEqual([]);
    expect(await times("device", 7)).toEqual([5, 4]);
    await world.store.commit(batchOf([], [{ op: "passes_drop", list: "device", owners: [7] }]));
    await world.reopen("crash");
    expect(await times("device", 7)).toEqual([]);
  });

  test("all passes together are bounded in number and in bytes", async () => {
    const rows = [1, 2, 3, 4].map((n) => pass(n, { product: n, devices: [7], body: "x".repeat(10) }));
    await world.store.commit(batchOf([], [passes(rows, 100, { most: 3, bytes: 1000 })]));
    expect(await times("device", 7)).toEqual([4, 3, 2]);
    expect(await times("product", 1)).toEqual([]);
    await world.store.commit(batchOf([], [passes([pass(5, { body: "ü" })], 100, { most: 99, bytes: 15 })]));
    expect(await times("device", 7)).toEqual([4]);
    expect(await times("product", 2)).toEqual([5]);
  });

  test("suggestions: the last of each name, in the order in which they came first, until they are deleted", async () => {
    const put = (rows: readonly StoredSuggestion[]): StoreOp => ({ op: "suggestions_put", rows });
    const device = { ...named("CO2", "{}"), kind: "device" } as const;
    await world.store.commit(batchOf([], [put([named("CO2", '{"n":1}'), named("CO2", "{}", 3), device])]));
    await world.store.commit(batchOf([], [put([named("CO2", '{"n":2}'), named("ü", "{}")])]));
    await world.reopen("crash");
    expect(world.recovered.suggestions).toEqual([
      named("CO2", '{"n":2}'),
      named("CO2", "{}", 3),
      device,
      named("ü", "{}"),
    ]);
    const gone = [named("CO2", ""), named("nobody", "")];
    await world.store.commit(batchOf([], [{ op: "suggestions_delete", rows: gone }]));
    await world.reopen("close");
    expect(world.recovered.suggestions).toEqual([named("CO2", "{}", 3), device, named("ü", "{}")]);
  });
}
