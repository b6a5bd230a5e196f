import { expect, test } from "bun:test";
import fc from "fast-check";
import { digestOf } from "./digest.ts";
import { Owners } from "./owners.ts";

const digests = Array.from({ length: 40 }, (_, i) => digestOf(`a:1\0c${i}`));

test("property: the table says of any life what a plain map says", () => {
  const key = fc.nat(digests.length - 1);
  const node = fc.integer({ min: 1, max: 4 });
  const step = fc.oneof(
    fc.record({ do: fc.constant("put" as const), key, node, isNew: fc.boolean() }),
    fc.record({ do: fc.constant("end" as const), key }),
    fc.record({ do: fc.constant("supersede" as const), key }),
    fc.record({ do: fc.constant("adopt" as const), from: node, to: node, of: fc.integer({ min: 1, max: 3 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: "max" }), (life) => {
      const owners = new Owners();
      const model = new Map<number, { id: number; node: number; isOver: boolean }>();
      const replaced = new Map<number, number>();
      let ids = 0;
      for (const s of life) {
        if (s.do === "adopt") {
          const moved: number[] = [];
          owners.adopt(s.from, s.to, s.of, 0, ({ id }) => moved.push(id));
          const expected: number[] = [];
          for (const one of model.values()) if (one.node === s.from && one.id % s.of === 0) expected.push(one.id);
          for (const [id, at] of replaced) if (at === s.from && id % s.of === 0) expected.push(id);
          for (const one of model.values()) if (expected.includes(one.id)) one.node = s.to;
          for (const id of replaced.keys()) if (expected.includes(id)) replaced.set(id, s.to);
          expect(moved.sort()).toEqual(expected.sort());
          continue;
        }
        const digest = digests[s.key] as (typeof digests)[number];
        const before = model.get(s.key);
        if (s.do === "put") {
          const id = s.isNew || before === undefined ? ++ids : before.id;
          const other = before !== undefined && before.id !== id ? before : null;
          if (other !== null) replaced.set(other.id, other.node);
          expect(owners.put(digest, id, s.node)).toEqual(other);
          model.set(s.key, { id, node: s.node, isOver: false });
        } else if (s.do === "end") {
          owners.end(digest, before?.id ?? 0);
          model.delete(s.key);
        } else {
          owners.supersede(digest);
          if (before !== undefined) before.isOver = true;
        }
      }
      expect(digests.map((digest) => owners.of(digest))).toEqual(digests.map((_, i) => model.get(i) ?? null));
      const counts = new Map<number, number>();
      for (const at of [...replaced.values(), ...[...model.values()].map((one) => one.node)])
        counts.set(at, (counts.get(at) ?? 0) + 1);
      expect(new Map([...owners.counts()].sort())).toEqual(new Map([...counts].sort()));
      expect(owners.size).toBe(model.size);
    }),
  );
});

test("a hundred thousand sessions are found again, and leave their places to others", () => {
  const owners = new Owners();
  const many = Array.from({ length: 100_000 }, (_, i) => digestOf(`${i}`));
  for (const [i, digest] of many.entries()) owners.put(digest, i + 1, 1 + (i % 3));
  for (const [i, digest] of many.entries()) if (i % 2 === 0) owners.end(digest, i + 1);
  for (const [i, digest] of many.entries()) if (i % 4 === 0) owners.put(digest, i + 200_000, 9);
  expect(owners.size).toBe(75_000);
  expect([owners.of(many[0] ?? [0, 0])?.id, owners.of(many[1] ?? [0, 0])?.id, owners.of(many[2] ?? [0, 0])]).toEqual([
    200_000,
    2,
    null,
  ]);
});
