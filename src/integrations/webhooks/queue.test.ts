import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { DeviceNode } from "../../fleet/nodes.ts";
import type { Item } from "./items.ts";
import { Queue, type Request } from "./queue.ts";

const DEVICES = [{}, {}, {}] as DeviceNode[]; // told apart by what they are, and nothing of them is read
interface Made extends Item {
  readonly n: number;
  isOver: boolean;
}
function item(n: number, device: number | null = 0, seq: number | null = n): Made {
  return {
    n,
    seq,
    device: device === null ? null : (DEVICES[device] ?? null),
    bytes: 100,
    isOver: false,
    isDue: () => true,
    sent() {
      throw new Error("nobody sends it");
    },
    over() {
      expect(this.isOver).toBe(false);
      this.isOver = true;
    },
  };
}
const numbersOf = (request: Request | number | null) =>
  request === null || typeof request === "number" ? request : request.items.map((one) => (one as Made).n);
const S = 1_000_000;

describe("single events", () => {
  test("of other devices go at the same time, of one device one after the other", () => {
    const queue = new Queue({ batchMax: 1, batchWait: 0 });
    queue.add([item(1, 0), item(2, 0), item(3, 1), item(4, null)], 0);
    const first = queue.next(0);
    expect(numbersOf(first)).toEqual([1]);
    expect(numbersOf(queue.next(0))).toEqual([3]);
    expect(numbersOf(queue.next(0))).toEqual([4]);
    expect(queue.next(0)).toBeNull();
    queue.over(first as Request);
    expect(numbersOf(queue.next(0))).toEqual([2]);
    expect(queue.size).toBe(3);
  });
  test("that failed come first again, as the same request", () => {
    const queue = new Queue({ batchMax: 1, batchWait: 0 });
    queue.add([item(1, 0), item(2, 1)], 0);
    const first = queue.next(0) as Request;
    first.tries++;
    queue.back(first);
    expect(queue.tried()).toEqual({ first: 1, last: 1, tries: 1 });
    expect(queue.next(0)).toBe(first);
  });
  test("that wait hold up their device alone; whether an endpoint works is asked by one that was tried least", () => {
    const queue = new Queue({ batchMax: 1, batchWait: 0 });
    queue.add([item(1, 0), item(2, 0), item(3, 1)], 0);
    const first = queue.next(0) as Request;
    first.tries++;
    queue.back(first, 5 * S);
    const other = queue.next(0) as Request;
    expect(numbersOf(other)).toEqual([3]);
    expect(queue.next(0)).toBe(5 * S);
    queue.back(other);
    expect(queue.next(5 * S, true)).toBe(other);
    expect(queue.next(5 * S, true)).toBe(first);
  });
  test("whatever happens, no device's events overtake each other, and each is over once", () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 2 }) }),
      fc.constant("next" as const),
      fc.record({ end: fc.nat(7), works: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new Queue({ batchMax: 1, batchWait: 0 });
        const all: Made[] = [];
        const done: Made[] = [];
        let flying: Request[] = [];
        for (const one of steps) {
          if (one === "next") {
            const request = queue.next(0);
            if (request !== null && typeof request !== "number") flying.push(request);
          } else if ("add" in one) {
            all.push(item(all.length + 1, one.add));
            queue.add(all.slice(-1), 0);
          } else if (flying.length > 0) {
            const [request] = flying.splice(one.end % flying.length, 1);
            if (request === undefined) continue;
            if (one.works) {
              queue.over(request);
              done.push(...(request.items as Made[]));
            } else queue.back(request);
          }
          const busy = flying.flatMap(({ items }) => items.map(({ device }) => device));
          expect(new Set(busy).size).toBe(busy.length);
        }
        flying = [];
        for (const device of DEVICES) {
          const order = done.filter((one) => one.device === device).map(({ n }) => n);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        expect(all.filter(({ isOver }) => isOver)).toHaveLength(done.length);
        expect(queue.size).toBe(all.length - done.length);
      }),
    );
  });
});

describe("batches", () => {
  test("are full, or have waited; the oldest says how long", () => {
    const queue = new Queue({ batchMax: 3, batchWait: 10 });
    queue.add([item(1), item(2)], 0);
    queue.add([item(3)], 5 * S);
    queue.add([item(4)], 5 * S);
    expect(numbersOf(queue.next(5 * S))).toEqual([1, 2, 3]);
    expect(queue.next(5 * S)).not.toBeNull();
    const other = new Queue({ batchMax: 3, batchWait: 10 });
    other.add([item(1)], 2 * S);
    other.add([item(2)], 5 * S);
    expect(other.next(5 * S)).toBe(12 * S);
    expect(numbersOf(other.next(12 * S))).toEqual([1, 2]);
  });
  test("have rows of the feed, or other events; and are bounded in bytes", () => {
    const queue = new Queue({ batchMax: 100, batchWait: 0 });
    queue.add([item(1), item(2), item(3, 0, null), item(4)], 0);
    expect(numbersOf(queue.next(0))).toEqual([1, 2]);
    const large = new Queue({ batchMax: 100, batchWait: 1000 });
    large.add(
      Array.from({ length: 10 }, (_, i) => ({ ...item(i + 1), bytes: 200 * 1024 })),
      0,
    );
    expect(numbersOf(large.next(0))).toEqual([1, 2, 3]);
  });
  test("are put together after a restart as they were tried before it", () => {
    const queue = new Queue({ batchMax: 100, batchWait: 0 });
    queue.expect({ first: 5, last: 7, tries: 4 });
    queue.add(
      [5, 6, 7, 8, 9].map((n) => item(n)),
      0,
    );
    const request = queue.next(0) as Request;
    expect([numbersOf(request), request.tries]).toEqual([[5, 6, 7], 4]);
    queue.over(request);
    expect(numbersOf(queue.next(0))).toEqual([8, 9]);
  });
});
