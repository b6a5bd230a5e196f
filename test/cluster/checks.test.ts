import { describe, expect, test } from "bun:test";
import { have } from "../run/have.ts";
import { hears, stores } from "./checks.ts";
import { runCluster } from "./run.ts";

describe("what the histories of clients do not allow is found", () => {
  const speaker = { id: "s", device: "d", qos: 2 as const, acknowledged: [1, 2, 3], again: new Set<number>(), sent: 4 };
  const listener = (...heard: number[]) => ({ id: "l", qos: 2 as const, heard: new Map([["d", heard]]) });

  test.each([
    ["nothing", [1, 2, 3], []],
    ["one without an answer may be stored", [1, 2, 3, 4], []],
    ["lost", [1, 3], ["s: acknowledged and not stored: 1, as 2"]],
    ["never said", [1, 2, 3, 5], ["s: stored and never said: 1, as 5"]],
    ["twice", [1, 2, 2, 3], ["s: stored more than once: 1, as 2"]],
    ["out of order", [1, 3, 2], ["s: stored out of order: 1, as 2"]],
  ])("stored: %s", (_, stored, wrong) => {
    expect(stores(speaker, stored)).toEqual(wrong);
  });
  test("stored twice after it was sent again at QoS 1 is allowed", () => {
    expect(stores({ ...speaker, qos: 1, again: new Set([2]) }, [1, 2, 2, 3])).toEqual([]);
  });
  test.each([
    ["everything", [1, 2, 3], []],
    ["not all", [1, 3], ["l of s: not heard: 1, as 2"]],
    ["what is not stored", [1, 2, 3, 9], ["l of s: heard and not stored: 1, as 9"]],
    ["twice", [1, 2, 3, 2], ["l of s: heard more than once: 1, as 2"]],
    ["out of order", [2, 1, 3], ["l of s: heard out of order: 1, as 1"]],
  ])("heard: %s", (_, heard, wrong) => {
    expect(hears(listener(...heard), speaker, [1, 2, 3])).toEqual(wrong);
  });
});

test.skipIf(!have("postgresql"))(
  "three active servers and their PostgreSQL in an order that a seed chooses (npm run cluster-check -- --nodes 3)",
  async () => {
    const { wrong, blows, acknowledged } = await runCluster({ seconds: 1, seed: 7, shape: 3, say: () => {} });
    expect(wrong).toEqual([]);
    expect([blows > 0, acknowledged > 50]).toEqual([true, true]);
  },
  180_000,
);
test.skipIf(!have("postgresql"))(
  "servers and their PostgreSQL in an order that a seed chooses (npm run cluster-check goes on for longer)",
  async () => {
    const { wrong, blows, acknowledged } = await runCluster({ seconds: 8, seed: 5, shape: null, say: () => {} });
    expect(wrong).toEqual([]);
    expect([blows > 0, acknowledged > 50]).toEqual([true, true]);
  },
  180_000,
);
