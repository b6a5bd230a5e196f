import { expect, test } from "bun:test";
import fc from "fast-check";
import { createDelivery, type Delivery } from "../session/delivery.ts";
import { MessageQueue } from "../session/queue.ts";
import type { StoredBody } from "./ledger.ts";
import { type Tail, Tails } from "./tails.ts";

const bodyOf = (bytes: Uint8Array): StoredBody => ({
  bytes: bytes.slice(),
  length: bytes.length,
  holders: new Map(),
  hash: 0,
  waiting: 1,
});
function message(seq: number, qos = 1, ids: readonly number[] | null = null): Delivery {
  const src = new TextEncoder().encode(`message ${seq}`);
  return { ...createDelivery(), qos, seq, series: 1, ids, src, to: src.length };
}

test("sessions that wait for the same share a tail and its body; another commit makes the body anew", () => {
  const tails = new Tails();
  const one = tails.begin(message(5));
  expect(tails.begin(message(5))).toBe(one);
  const end = one.extend(one.firstEnd, message(6));
  expect(one.extend(one.firstEnd, message(6))).toBe(end);
  expect(one.extend(one.firstEnd, message(7))).toBe(-1);
  expect(one.extend(one.firstEnd, message(6, 2))).toBe(-1);
  const body = one.bodyOf(0, end, bodyOf);
  expect(one.bodyOf(0, end, bodyOf)).toBe(body);
  // it is durable: nobody has its bytes any more
  body.bytes = null;
  const again = one.bodyOf(0, end, bodyOf);
  expect(again).not.toBe(body);
  expect(one.bodyOf(0, one.firstEnd, bodyOf)).not.toBe(again);
  tails.sealed();
  expect(one.bodyOf(0, one.firstEnd, bodyOf).length).toBe(one.firstEnd);
  expect(tails.begin(message(5))).not.toBe(one);
});

test("another QoS, other identifiers, or no number: a tail of its own", () => {
  const tails = new Tails();
  const one = tails.begin(message(5));
  for (const other of [message(5, 2), message(5, 1, [3]), message(6), message(0)])
    expect(tails.begin(other)).not.toBe(one);
  const plain = tails.begin(message(0));
  expect(tails.begin(message(0))).not.toBe(plain);
  expect(plain.extend(plain.firstEnd, message(1))).toBeGreaterThan(plain.firstEnd);
  expect(plain.extend(0, message(0))).toBe(-1);
});

test("property: whatever several sessions skip, each has its own messages in its stretch", () => {
  const hears = fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(hears, (rows) => {
      const tails = new Tails();
      const stretches: ({ tail: Tail; from: number; to: number } | null)[] = [null, null, null];
      const lists = [0, 1, 2].map(() => new MessageQueue());
      for (const [i, who] of rows.entries())
        for (const [k, hears] of who.entries()) {
          if (!hears) continue;
          const d = message(i + 1, 1 + (k >> 1));
          lists[k]?.push(d);
          const mine = stretches[k];
          if (!mine) {
            const tail = tails.begin(d);
            stretches[k] = { tail, from: tail.queue.head, to: tail.firstEnd };
            continue;
          }
          const to = mine.tail.extend(mine.to, d);
          if (to >= 0) {
            mine.to = to;
            continue;
          }
          mine.tail = mine.tail.fork(mine.from, mine.to);
          mine.to = mine.tail.extend(mine.tail.queue.tail, d);
          mine.from = mine.tail.queue.head;
        }
      for (const [k, list] of lists.entries()) {
        const mine = stretches[k];
        const bytes = mine ? mine.tail.queue.bytesOf(mine.from, mine.to) : new Uint8Array(0);
        expect(Buffer.from(bytes)).toEqual(Buffer.from(list.bytesFrom(list.head)));
      }
    }),
  );
});
