import { expect, test } from "bun:test";
import { bytesOf, FreeStore, MOST_TOPICS, type ToldTopic } from "./free-store.ts";

const told = (topic: string, more: Partial<ToldTopic> = {}): ToldTopic => ({
  ...{ topic, payload: "on", base64: false, bytes: 2, qos: 0, retained: false, time: null, count: 1 },
  ...more,
});

test("topics in their order, with the last message and the rate of ten seconds", () => {
  const store = new FreeStore();
  store.hear([told("b", { count: 5 }), told("a", { count: 0, retained: true })], 0);
  store.hear([told("b", { payload: "off", count: 15 })], 5000);
  expect(store.list.map(({ topic, payload, rate, retained }) => [topic, payload, rate, retained])).toEqual([
    ["a", "on", 0, true],
    ["b", "off", 2, false],
  ]);
  const before = store.list;
  expect([store.tick(9000), store.list === before]).toEqual([false, true]);
  expect([store.tick(10_000), store.list[1]?.rate]).toEqual([true, 1.5]);
  expect([store.tick(15_000), store.list[1]?.rate]).toEqual([true, 0]);
});
test("so many are kept; what is on others is counted", () => {
  const store = new FreeStore();
  store.hear(
    Array.from({ length: MOST_TOPICS + 3 }, (_, n) => told(`t/${n}`, { count: 2 })),
    0,
  );
  store.lose(4);
  expect([store.list.length, store.left]).toEqual([MOST_TOPICS, 10]);
  store.hear([told("t/0", { payload: "new" })], 1);
  expect([store.list[0]?.payload, store.left]).toEqual(["new", 10]);
});
test("bytes of texts and of what is none", () => {
  expect([...bytesOf(told("a", { payload: "é" }))]).toEqual([0xc3, 0xa9]);
  expect([...bytesOf(told("a", { payload: "/wA=", base64: true }))]).toEqual([0xff, 0]);
});
