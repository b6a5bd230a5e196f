import { expect, test } from "bun:test";
import { FreeTopicCache } from "./free-topic.ts";

const utf8 = new TextEncoder();
const of = (cache: FreeTopicCache, workspace: number, name: string) =>
  cache.of(workspace, utf8.encode(`x${name}x`), 1, 1 + utf8.encode(name).length);

test("a topic in use stays one object; each workspace has its own", () => {
  const cache = new FreeTopicCache(4);
  const a = of(cache, 1, "a/ä");
  expect(a).toMatchObject({ workspace: 1, name: "a/ä", bytes: utf8.encode("a/ä"), route: null });
  expect(of(cache, 2, "a/ä")).not.toBe(a);
  for (let i = 0; i < 50; i++) {
    of(cache, 1, `other/${i}`);
    expect(of(cache, 1, "a/ä")).toBe(a);
  }
  // one that was not asked for through two generations is made anew
  for (let i = 0; i < 20; i++) of(cache, 1, `more/${i}`);
  expect(of(cache, 1, "a/ä")).not.toBe(a);
});
