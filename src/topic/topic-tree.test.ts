import { expect, test } from "bun:test";
import fc from "fast-check";
import { matches } from "./names.ts";
import { TopicTree } from "./topic-tree.ts";

const utf8 = new TextEncoder();

/** Everything a walk gives, in steps of one node. */
function all(tree: TopicTree, filter: string): number[] {
  const walk = tree.walk(filter);
  const found: number[] = [];
  for (;;) {
    const value = walk.next(1);
    if (value < 0) return found.sort((a, b) => a - b);
    if (value > 0) found.push(value);
  }
}

const level = fc.constantFrom("", "a", "b", "$x", "$SYS", "ä", "abc", "*");
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 0, maxLength: 4 }), fc.boolean())
  .map(([levels, hash]) => (hash || levels.length === 0 ? [...levels, "#"] : levels).join("/"));

test("[MQTT-4.7.2-1] [MQTT-4.7.3-4]: a walk finds exactly the topics that the matcher matches", () => {
  fc.assert(
    fc.property(fc.uniqueArray(topic, { maxLength: 30 }), filter, (topics, f) => {
      const tree = new TopicTree();
      topics.forEach((t, i) => void tree.set(utf8.encode(t), i + 1));
      const wanted = topics.flatMap((t, i) => (t !== "" && matches(f, t) ? [i + 1] : []));
      const empty = topics.indexOf("") + 1;
      expect(all(tree, f).filter((value) => value !== empty)).toEqual(wanted);
    }),
  );
});

test("values are those of a map, whatever is put and removed; an empty tree has no nodes", () => {
  const step = fc.record({ topic, put: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const tree = new TopicTree();
      const map = new Map<string, number>();
      let n = 0;
      for (const { topic: t, put } of steps) {
        const before = map.get(t) ?? 0;
        if (put) {
          map.set(t, ++n);
          expect(tree.set(utf8.encode(t), n)).toBe(before);
        } else {
          map.delete(t);
          expect(tree.remove(utf8.encode(t))).toBe(before);
        }
        expect(tree.size).toBe(map.size);
      }
      for (const { topic: t } of steps) expect(tree.get(utf8.encode(t))).toBe(map.get(t) ?? 0);
      for (const t of [...map.keys()]) tree.remove(utf8.encode(t));
      expect([tree.size, tree.nodeCount]).toEqual([0, 0]);
    }),
  );
});

test("a walk that stands still while the tree changes meets once what stays, and leaves nothing behind", () => {
  const change = fc.record({ topic, put: fc.boolean() });
  const turns = fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.uniqueArray(topic, { maxLength: 25 }), filter, turns, fc.nat(5), (topics, f, changes, closeAt) => {
      const tree = new TopicTree();
      const stays = new Set(topics);
      topics.forEach((t, i) => void tree.set(utf8.encode(t), i + 1));
      const walk = tree.walk(f);
      const met: number[] = [];
      let closed = false;
      for (const some of changes) {
        const value = walk.next(1);
        if (value > 0) met.push(value);
        if (some.length === closeAt) {
          closed = true;
          walk.close();
          break;
        }
        for (const { topic: t, put } of some) {
          if (put && stays.has(t)) continue;
          if (put) tree.set(utf8.encode(t), 1000);
          else {
            stays.delete(t);
            tree.remove(utf8.encode(t));
          }
        }
      }
      for (let value = 0; !closed && value >= 0; value = walk.next(3)) if (value > 0) met.push(value);
      for (const [i, t] of topics.entries()) {
        if (t === "" || !stays.has(t)) continue;
        const times = met.filter((value) => value === i + 1).length;
        if (!closed) expect(times).toBe(matches(f, t) ? 1 : 0);
        else expect(times).toBeLessThanOrEqual(1);
      }
      for (const t of [...topics, ...changes.flat().map((c) => c.topic)]) tree.remove(utf8.encode(t));
      expect([tree.size, tree.nodeCount]).toEqual([0, 0]);
    }),
  );
});

test("a hundred thousand topics of few and of many levels come back, and go", () => {
  const tree = new TopicTree();
  const name = (i: number): Uint8Array => utf8.encode(`t/${i % 100}/${i}/${"x".repeat(i % 40)}`);
  for (let i = 1; i <= 100_000; i++) tree.set(name(i), i);
  expect(all(tree, "t/7/#").length).toBe(1000);
  expect(all(tree, "#").length).toBe(100_000);
  for (let i = 1; i <= 100_000; i += 2) expect(tree.remove(name(i))).toBe(i);
  for (let i = 2; i <= 100_000; i += 2) expect(tree.get(name(i))).toBe(i);
  expect(all(tree, "t/+/+/#").length).toBe(50_000);
});
