import { expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Ids } from "./ids.ts";
import type { IdRange } from "./ports.ts";

/** A store that gives ranges with gaps between them, when it is told to. */
function source() {
  let next = 1;
  let failing = false;
  const asked: number[] = [];
  return {
    asked,
    fail(is: boolean): void {
      failing = is;
    },
    async reserve(_: "series" | "session", count: number): Promise<IdRange> {
      asked.push(count);
      if (failing) throw new Refusal("storage_unavailable", "not now");
      const first = next;
      next += count + 100; // another node took some
      return { first, count };
    },
  };
}

test("ids come from one range after the other, and more are asked for before they are used up", async () => {
  const store = source();
  const ids = await Ids.of(store, "series", 4);
  expect([ids.take(), ids.take()]).toEqual([1, 2]);
  expect(store.asked).toEqual([4]);
  expect(ids.take()).toBe(3);
  expect(store.asked).toEqual([4, 4]);
  await Promise.resolve();
  expect([ids.take(), ids.take(), ids.take()]).toEqual([4, 105, 106]);
});

test("without a store that answers there are none in the end, and there are again when it does", async () => {
  const store = source();
  const ids = await Ids.of(store, "session", 2);
  store.fail(true);
  expect([ids.take(), ids.take()]).toEqual([1, 2]);
  expect(() => ids.take()).toThrow(Refusal);
  await Promise.resolve();
  await Promise.resolve();
  store.fail(false);
  expect(() => ids.take()).toThrow(Refusal);
  await Promise.resolve();
  await Promise.resolve();
  expect(ids.take()).toBe(103);
});

test("without a store ids go on for ever", () => {
  const ids = Ids.from(7);
  expect([ids.take(), ids.take()]).toEqual([7, 8]);
});
