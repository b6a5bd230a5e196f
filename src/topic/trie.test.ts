import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { levels, matches } from "./names.ts";
import { FilterTrie } from "./trie.ts";

const HOSTILE = Object.getOwnPropertyNames(Object.prototype);
const level = fc.constantFrom("a", "b", "", "$x", "*", "__proto__", "constructor");
const topic = fc
  .array(level, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join("/"))
  .filter((t) => t !== "");
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 5 }), fc.boolean())
  .map(([parts, hash]) => (hash ? [...parts, "#"] : parts).join("/"))
  .filter((f) => f !== "");

function found(trie: FilterTrie<string>, name: string): string[] {
  const seen: string[] = [];
  trie.match(levels(name), (value) => seen.push(value));
  return seen.sort();
}

describe("FilterTrie", () => {
  test("finds exactly what the pairwise matcher says, through adding and removing, and prunes [MQTT-4.7.2-1]", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(filter, fc.nat(2), fc.boolean()), { maxLength: 40 }),
        fc.array(topic, { maxLength: 8 }),
        (steps, names) => {
          const trie = new FilterTrie<string>();
          const model = new Map<string, [string, number]>();
          for (const [f, key, add] of steps) {
            const id = `${f} ${key}`;
            if (add) expect(trie.add(f, key, id)).toBe(!model.has(id));
            else expect(trie.remove(f, key)).toBe(model.has(id));
            if (add) model.set(id, [f, key]);
            else model.delete(id);
            expect(trie.size).toBe(model.size);
            expect(trie.get(f, key)).toBe(add ? id : undefined);
          }
          for (const name of names)
            expect(found(trie, name)).toEqual(
              [...model]
                .filter(([, [f]]) => matches(f, name))
                .map(([id]) => id)
                .sort(),
            );
          for (const [f, key] of model.values()) trie.remove(f, key);
          expect(trie.size).toBe(0);
          expect(trie.pruned).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("names of Object.prototype are ordinary levels", () => {
    const trie = new FilterTrie<string>();
    for (const name of HOSTILE) expect(found(trie, `${name}/${name}`)).toEqual([]);
    for (const name of HOSTILE) expect(trie.remove(`${name}/${name}`, 1)).toBe(false);
    for (const name of HOSTILE) trie.add(`${name}/${name}`, name, name);
    for (const name of HOSTILE) trie.add(`${name}/#`, name, `# ${name}`);
    for (const name of HOSTILE) expect(found(trie, `${name}/${name}`)).toEqual([`# ${name}`, name].sort());
    for (const name of HOSTILE)
      expect(trie.remove(`${name}/${name}`, name) && trie.remove(`${name}/#`, name)).toBe(true);
    expect(trie.pruned).toBe(true);
  });

  test("a key added again replaces its value", () => {
    const trie = new FilterTrie<string>();
    expect(trie.add("a/+", 1, "old")).toBe(true);
    expect(trie.add("a/+", 1, "new")).toBe(false);
    expect(trie.size).toBe(1);
    expect(found(trie, "a/b")).toEqual(["new"]);
  });

  test("every literal filter is found among 100,000", () => {
    const trie = new FilterTrie<number>();
    for (let i = 0; i < 100_000; i++) trie.add(`dtck/p${i % 100}/d${i}/T`, 0, i);
    expect(trie.size).toBe(100_000);
    let sum = 0;
    for (let i = 0; i < 100_000; i += 997)
      trie.match(["dtck", `p${i % 100}`, `d${i}`, "T"], (n) => (sum += n === i ? 1 : 1000));
    expect(sum).toBe(Math.ceil(100_000 / 997));
  });

  test("an empty topic matches nothing", () => {
    const trie = new FilterTrie<string>();
    trie.add("#", 1, "all");
    trie.match([], () => expect.unreachable());
    expect(found(trie, "x")).toEqual(["all"]);
  });
});
