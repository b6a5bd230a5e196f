import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Bitset } from "./bitset.ts";

const index = fc.nat({ max: 300 });
const of = (list: readonly number[]): Bitset => {
  const set = new Bitset();
  for (const i of list) set.add(i);
  return set;
};

describe("Bitset", () => {
  test("property: behaves as a set of numbers", () => {
    const step = fc.record({ op: fc.constantFrom("add", "delete"), i: index });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const set = new Bitset();
        const model = new Set<number>();
        for (const { op, i } of steps) {
          set.put(i, op === "add");
          if (op === "add") model.add(i);
          else model.delete(i);
        }
        expect([...set.values()]).toEqual([...model].sort((a, b) => a - b));
        for (let i = 0; i < 400; i++) expect(set.has(i)).toBe(model.has(i));
      }),
    );
  });
  test("property: union, common members and inclusion", () => {
    fc.assert(
      fc.property(fc.array(index, { maxLength: 20 }), fc.array(index, { maxLength: 20 }), (a, b) => {
        const both = of(a);
        both.or(of(b));
        expect([...both.values()]).toEqual([...new Set([...a, ...b])].sort((x, y) => x - y));
        expect(of(a).meets(of(b))).toBe(a.some((i) => b.includes(i)));
        expect(of(a).within(of(b))).toBe(a.every((i) => b.includes(i)));
        expect(of(a).within(both) && of(b).within(both)).toBe(true);
      }),
    );
  });
  test("a far index costs one word; indexes it never heard of are not in it", () => {
    const set = of([1_000_000]);
    expect([set.has(1_000_000), set.has(0), set.has(2_000_000), set.has(1_000_001)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    set.clear();
    expect([...set.values()]).toEqual([]);
  });
});
