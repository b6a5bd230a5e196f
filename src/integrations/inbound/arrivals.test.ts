import { expect, test } from "bun:test";
import type { StoreOp } from "../../store/ports.ts";
import { Arrivals, arrivalKey } from "./arrivals.ts";

const DAY = 24 * 3600e6;
const stored = async () => ({ result: "done", stored: true });

test("known for a day, the newest so many; a key of another product is another", async () => {
  const arrivals = new Arrivals(3);
  expect(arrivalKey(1, "a")).not.toBe(arrivalKey(2, "a"));
  expect(arrivalKey(1, "a".repeat(10_000))).toHaveLength(24);
  for (const [i, key] of ["a", "b", "c", "d"].entries()) expect(await arrivals.once([key], i, stored)).toBe("done");
  expect(arrivals.count).toBe(3);
  expect(await arrivals.once(["d"], 9, stored)).toBeNull();
  expect(await arrivals.once(["a"], 9, stored)).toBe("done");
  expect(await arrivals.once(["d"], DAY + 3, stored)).toBeNull();
  expect(await arrivals.once(["d"], DAY + 4, stored)).toBe("done");
});

test("without a key everything is done; work that throws or stores nothing leaves no key", async () => {
  const arrivals = new Arrivals();
  for (const _ of [1, 2]) expect(await arrivals.once([], 0, stored)).toBe("done");
  const fails = arrivals.once(["a"], 0, () => Promise.reject(new Error("no")));
  const waits = arrivals.once(["x", "a"], 0, stored);
  await expect(fails).rejects.toThrow("no");
  expect(await waits).toBe("done");
  await arrivals.once(["n"], 0, async () => ({ result: 0, stored: false }));
  expect(await arrivals.once(["n"], 0, stored)).toBe("done");
});

test("what a start finds is known; the store is told to forget from time to time", async () => {
  const arrivals = new Arrivals(5);
  arrivals.load([{ key: "a", time: 1 }]);
  expect(await arrivals.once(["a"], 2, stored)).toBeNull();
  const ops: StoreOp[] = [];
  for (let n = 0; n < 200; n++)
    await arrivals.once([`k${n}`], DAY + n, async (own) => {
      ops.push(...own);
      return { result: n, stored: true };
    });
  const bounds = ops.flatMap((op) => (op.op === "arrivals_put" && op.bound ? [op.bound] : []));
  expect(bounds.length).toBe(3);
  expect(bounds[0]).toEqual({ before: 63, most: 5 });
});
