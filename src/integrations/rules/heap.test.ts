import { expect, test } from "bun:test";
import fc from "fast-check";
import { DueHeap } from "./heap.ts";

test("gives what is due, the earliest first, and nothing before its time", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 0, max: 60 }), (times, now) => {
      const heap = new DueHeap<{ readonly at: number }>();
      for (const at of times) heap.add({ at });
      const taken: number[] = [];
      for (let one = heap.take(now); one !== undefined; one = heap.take(now)) taken.push(one.at);
      expect(taken).toEqual(times.filter((at) => at <= now).sort((a, b) => a - b));
      expect(heap.size).toBe(times.length - taken.length);
    }),
  );
});
