import { expect, test } from "bun:test";
import { LiveStore } from "./store.ts";

function setUp() {
  let flush = () => {};
  const store = new LiveStore((run) => {
    flush = run;
  });
  const hear = (device: string, field: string, value: unknown, time: string) =>
    store.apply({ product: "p", device, field, value, time });
  return { store, hear, frame: () => flush() };
}

test("who looks at a device is told once per frame, and nobody else", () => {
  const { store, hear, frame } = setUp();
  const told: string[] = [];
  store.watch("p/a", () => told.push("a"));
  const leave = store.watch("p/b", () => told.push("b"));
  store.watchAll((changed) => told.push([...changed].join(" ")));
  hear("a", "T", 1, "2026-03-01T00:00:01Z");
  hear("a", "T", 2, "2026-03-01T00:00:02Z");
  expect(told).toEqual([]);
  frame();
  expect(told).toEqual(["a", "p/a"]);
  leave();
  hear("b", "T", 1, "2026-03-01T00:00:03Z");
  frame();
  expect(told).toEqual(["a", "p/a", "p/b"]);
  expect(store.count).toBe(3);
});

test("who looks at several is told of these alone, and nothing else is followed for it", () => {
  const { store, hear, frame } = setUp();
  const told: string[] = [];
  const leave = store.watchEach(["p/a", "p/b", "p/a"], () => told.push("x"));
  expect([[...store.watched].sort(), store.watchedAll]).toEqual([["p/a", "p/b"], false]);
  hear("c", "T", 1, "2026-03-01T00:00:01Z");
  frame();
  expect(told).toEqual([]);
  hear("b", "T", 1, "2026-03-01T00:00:02Z");
  frame();
  expect(told).toEqual(["x"]);
  leave();
  expect(store.watched.size).toBe(0);
});

test("a backfill does not replace the newest value; each change makes another map", () => {
  const { store, hear } = setUp();
  hear("a", "T", 1, "2026-03-01T00:00:05Z");
  const before = store.valuesOf("p/a");
  hear("a", "T", 9, "2026-03-01T00:00:01Z");
  expect(store.valuesOf("p/a")).toBe(before);
  expect(store.valuesOf("p/a").get("T")).toEqual({ value: 1, time: "2026-03-01T00:00:05Z", n: 0 });
  hear("a", "H", 2, "2026-03-01T00:00:06Z");
  expect(store.valuesOf("p/a")).not.toBe(before);
  expect(store.heard("p/a")).toBe("2026-03-01T00:00:06Z");
  expect(store.heard("p/b")).toBe(null);
  hear("a", "H", 3, "2026-03-01T00:00:07Z");
  expect([store.heardOf("p/a", "H"), store.heardOf("p/a"), store.heardOf("p/b")]).toEqual([1, 1, 0]);
});

test("its memory is bounded: the device that was silent longest goes first", () => {
  const { store, hear } = setUp();
  for (let n = 0; n < 20_002; n++) {
    if (n === 20_000) hear("0", "T", 1, "2026-03-01T00:00:01Z");
    hear(String(n), "T", n, "2026-03-01T00:00:00Z");
  }
  expect(["0", "1", "2", "20001"].map((device) => store.valuesOf(`p/${device}`).size)).toEqual([1, 0, 0, 1]);
});

test("who signs in afterwards sees nothing of who was here before", () => {
  const { store, hear } = setUp();
  hear("a", "T", 1, "2026-03-01T00:00:01Z");
  store.clear();
  expect(store.heard("p/a")).toBe(null);
});
