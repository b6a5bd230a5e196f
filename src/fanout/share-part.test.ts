import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { heirOf, NOBODY, type Part, partOf, withoutNode, withPart } from "./share-part.ts";

const members = fc.array(
  fc.record({
    account: fc.constantFrom("a:1", "a:2", "u:1"),
    connected: fc.nat(4),
    queueing: fc.nat(4),
    leaving: fc.constant(0),
  }),
  { maxLength: 3 },
);
const part: fc.Arbitrary<Part> = fc.record({
  epoch: fc.integer({ min: 1, max: 5 }),
  stored: fc.nat(3),
  isDead: fc.boolean(),
  members,
});
const some = fc.array(part, { maxLength: 6 }).map((all) => all.reduce<readonly Part[]>(withPart, []));
const all = (): boolean => true;

describe("which part gets a message", () => {
  test("property: one with members that may have it, and it is the same in whatever order the parts became known", () => {
    fc.assert(
      fc.property(some, fc.nat(), fc.array(fc.constantFrom<string>("a:1", "a:2", "u:1")), (parts, seq, readers) => {
        const may = (account: string): boolean => readers.includes(account);
        const got = partOf(seq, parts, may);
        const again = parts.toReversed().reduce<readonly Part[]>(withPart, []);
        expect(partOf(seq, again, may)).toBe(got);
        const weigh = (of: (m: Part["members"][number]) => number): Map<number, number> =>
          new Map(
            parts.map(({ epoch, members }) => [
              epoch,
              members.filter(({ account }) => may(account)).reduce((sum, m) => sum + of(m), 0),
            ]),
          );
        const connected = weigh((m) => m.connected);
        const weights = [...connected.values()].some((n) => n > 0) ? connected : weigh((m) => m.queueing);
        if ([...weights.values()].every((n) => n === 0)) expect(got).toBe(NOBODY);
        else expect(weights.get(got)).toBeGreaterThan(0);
      }),
    );
  });
  test("property: the spread follows the members, whatever the stride of the numbers", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        weights,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 2 ** 40 }),
        (ws, stride, from) => {
          const total = ws.reduce((sum, n) => sum + n, 0);
          if (total === 0) return;
          const parts = ws.map((connected, i) => ({
            epoch: i + 1,
            stored: 1,
            isDead: false,
            members: [{ account: "a:1", connected, queueing: 1, leaving: 0 }],
          }));
          const got = ws.map(() => 0);
          const rounds = 2000;
          for (let i = 0; i < rounds; i++) {
            const at = partOf(from + i * stride, parts, all) - 1;
            got[at] = (got[at] ?? 0) + 1;
          }
          for (const [i, n] of got.entries()) {
            const share = (rounds * (ws[i] ?? 0)) / total;
            // six standard deviations
            expect(Math.abs(n - share)).toBeLessThanOrEqual(6 * Math.sqrt(share + 1));
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("what becomes of parts", () => {
  const of = (epoch: number, connected: number, queueing: number, more: Partial<Part> = {}): Part => ({
    epoch,
    stored: epoch,
    isDead: false,
    members: [{ account: "a:1", connected, queueing, leaving: 0 }],
    ...more,
  });
  test("who takes over what waits", () => {
    expect(heirOf([of(1, 0, 3), of(2, 1, 1), of(3, 1, 2)])).toBe(3);
    expect(heirOf([of(1, 0, 3), of(2, 0, 1)])).toBe(1);
    expect(heirOf([of(1, 0, 3), of(2, 0, 1)], all, true)).toBe(NOBODY);
    expect(heirOf([of(1, 5, 0), of(2, 5, 5, { isDead: true }), of(3, 5, 5, { stored: 0 })])).toBe(NOBODY);
    expect(heirOf([of(1, 1, 1)], (account) => account === "a:2")).toBe(NOBODY);
  });
  test("a node that is gone has nobody connected, and what waits there stays", () => {
    const parts = [of(1, 2, 1), of(2, 1, 0, { stored: 0 })];
    expect(withoutNode(parts, 1)).toEqual([of(1, 0, 1, { isDead: true }), parts[1] as Part]);
    expect(withoutNode(parts, 2)).toEqual([parts[0] as Part]);
    expect(withoutNode(parts, 3)).toBe(parts);
    expect(withPart(parts, of(1, 0, 0, { stored: 0, members: [] }))).toEqual([parts[1] as Part]);
  });
});
