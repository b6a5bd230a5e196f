import { expect, test } from "bun:test";
import fc from "fast-check";
import type { StoreOp } from "../../ports.ts";
import { inOrder } from "./op-order.ts";

const op = (name: StoreOp["op"], more: object = {}): StoreOp => ({ op: name, ...more }) as StoreOp; // what the order looks at
const named = (ops: readonly StoreOp[]) => ops.map(({ op: name }) => name);

test("new series come first, by what they are of, and what locks the store's own row last", () => {
  const put = (device: number, field: number) => op("series_put", { device, field });
  const ops = [
    op("trim"),
    op("retained"),
    put(2, 1),
    op("session_put"),
    put(1, 9),
    op("seen_floor"),
    op("checkpoint"),
    put(1, 2),
  ];
  const sorted = inOrder(ops);
  expect(named(sorted)).toEqual([
    "series_put",
    "series_put",
    "series_put",
    "session_put",
    "checkpoint",
    "retained",
    "trim",
    "seen_floor",
  ]);
  expect(sorted.slice(0, 3)).toEqual([put(1, 2), put(1, 9), put(2, 1)]);
});

test("property: nothing is lost, what is of one kind stays in its order, and any order of kinds comes to the same", () => {
  const names = [
    "session_put",
    "session_delete",
    "retained",
    "trim",
    "journal_put",
    "seen_put",
    "presence_told",
    "refusals_put",
  ] as const;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...names), { maxLength: 20 }), (all) => {
      const ops = all.map((name, no) => op(name, { no }));
      const sorted = inOrder(ops);
      expect(new Set(sorted)).toEqual(new Set(ops));
      const of = (list: readonly StoreOp[], ...some: string[]) => list.filter(({ op: name }) => some.includes(name));
      for (const some of [["session_put", "session_delete"], ["retained"], ["journal_put"], ["refusals_put"], ["trim"]])
        expect(of(sorted, ...some)).toEqual(of(ops, ...some));
      const [early, late] = [
        sorted.findLastIndex(({ op: name }) => name === "retained"),
        sorted.findIndex(({ op: name }) => name === "trim"),
      ];
      if (early >= 0 && late >= 0) expect(early).toBeLessThan(late);
    }),
  );
});
