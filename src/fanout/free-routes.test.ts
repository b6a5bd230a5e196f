import { describe, expect, test } from "bun:test";
import type { FreeTopic } from "../ingest/free-topic.ts";
import { FilterTrie } from "../topic/trie.ts";
import { FreeRoutes } from "./free-routes.ts";
import type { Outlet } from "./outlet.ts";
import type { Subscription } from "./subscription.ts";

const topic = (name: string): FreeTopic => ({ workspace: 1, bytes: new Uint8Array(0), name, route: null });

function make(subscribers: number, mostWeight?: number) {
  const trie = new FilterTrie<Subscription, string>();
  const routes = new FreeRoutes(trie, () => [], mostWeight);
  const all: Subscription[] = [];
  for (let i = 0; i < subscribers; i++) {
    const principal = { mayReceive: () => true };
    const outlet = { key: `a:1\0${i}`, version: 5, principal } as unknown as Outlet; // the rest is never touched here
    const s = { outlet, canonical: "#", filter: "#", qos: 0, identifier: 0, sinceSeq: 0, noLocal: false };
    const one = { ...s, retainAsPublished: false } as unknown as Subscription; // as above
    trie.add("#", `${i}`, one);
    all.push(one);
  }
  routes.changed();
  const leave = (): void => {
    for (let i = 0; i < all.length; i++) trie.remove("#", `${i}`);
    routes.concerned("#");
  };
  return { routes, leave };
}

describe("routes of free topics take bounded memory", () => {
  test("300 subscribers and 30,000 topics that are used once: nothing is kept", () => {
    const { routes } = make(300);
    const topics = Array.from({ length: 30_000 }, (_, i) => topic(`once/${i}`));
    for (const one of topics) expect(routes.of(one).targets.length).toBe(300);
    expect([routes.weight, routes.dropped]).toEqual([0, 0]);
    expect(topics.every(({ route }) => typeof route !== "object")).toBe(true);
  });
  test("used twice they are kept up to the weight, and those in use stay", () => {
    const { routes } = make(300, 30_000);
    const busy = topic("busy");
    routes.of(busy);
    const kept = routes.of(busy);
    const topics = Array.from({ length: 3000 }, (_, i) => topic(`twice/${i}`));
    for (const one of topics) {
      for (let use = 0; use < 3; use++) routes.of(one);
      expect(routes.of(busy)).toBe(kept);
      expect(routes.weight).toBeLessThanOrEqual(30_000);
    }
    const held = topics.filter(({ route }) => typeof route === "object" && route !== null).length;
    expect(held).toBeLessThanOrEqual(100);
    expect(routes.dropped).toBeGreaterThan(2800);
  });
  test("what is old is let go within a second, so nothing stays of who has left", () => {
    const { routes, leave } = make(100);
    const topics = Array.from({ length: 200 }, (_, i) => topic(`a/${i}`));
    for (const one of [...topics, ...topics]) routes.of(one);
    expect(routes.weight).toBe(200 * 104);
    routes.sweep();
    expect(routes.weight).toBe(200 * 104);
    leave();
    routes.sweep();
    expect(routes.weight).toBe(0);
    expect(topics.every(({ route }) => typeof route !== "object")).toBe(true);
    expect(routes.of(topics[0] as FreeTopic).targets).toEqual([]);
  });
  test("what goes to more than that is kept all the same, one or two of them", () => {
    const { routes } = make(50, 10);
    const some = ["x", "y"].map(topic);
    const kept = some.map((one) => [routes.of(one), routes.of(one)][1]);
    for (let i = 0; i < 5; i++) expect(some.map((one) => routes.of(one))).toEqual(kept as never);
    expect(routes.weight).toBe(2 * 54);
  });
  test("long levels share a stamp, and are never too old", () => {
    const { routes } = make(1);
    const names = ["a", "b"].map((end) => topic(`${"x".repeat(60_000)}${end}/y`));
    for (const one of [...names, ...names]) routes.of(one);
    routes.concerned(`${"x".repeat(60_000)}a/y`);
    routes.sweep();
    expect(routes.weight).toBe(0);
  });
});
