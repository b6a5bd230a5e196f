import { expect, test } from "bun:test";
import type { Directory } from "../fleet/directory.ts";
import { type Target, TopicCache } from "./target.ts";

const utf8 = new TextEncoder();
// opaque to the cache
const target = (name: string) => ({ name }) as unknown as Target;

test("finds what it was given, for one epoch of the fleet", () => {
  const directory = { epoch: 1 };
  const cache = new TopicCache(directory as Directory); // only its epoch is used
  const bytes = utf8.encode("xx a/b yy");
  expect(cache.find(bytes, 3, 6)).toBeNull();
  const t = target("t");
  cache.add(bytes, 3, 6, t);
  expect(cache.find(utf8.encode("a/b"), 0, 3)?.target).toBe(t);
  expect(cache.find(utf8.encode("a/c"), 0, 3)).toBeNull();
  directory.epoch = 2;
  expect(cache.find(utf8.encode("a/b"), 0, 3)).toBeNull();
});

test("what has the same hash pushes each other out instead of making a long list", () => {
  const cache = new TopicCache({ epoch: 1 } as Directory); // only its epoch is used
  const bytes = utf8.encode("a/b");
  cache.find(bytes, 0, 3);
  // the same bytes have the same hash, like those that are made to
  const targets = Array.from({ length: 100 }, (_, i) => target(`${i}`));
  for (const t of targets) cache.add(bytes, 0, 3, t);
  // the oldest that is left
  expect(cache.find(bytes, 0, 3)?.target).toBe(targets[92] as Target);
});
