import { expect, test } from "bun:test";
import fc from "fast-check";
import { createEntry, MessageQueue } from "./queue.ts";

interface Message {
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly seq: number;
  readonly series: number;
  readonly time: number;
  readonly deadline: number;
  readonly ids: readonly number[] | null;
  readonly topic: Uint8Array | null;
  readonly payload: Uint8Array;
}
const anyMessage: fc.Arbitrary<Message> = fc.record({
  qos: fc.constantFrom(0, 1, 2),
  retain: fc.boolean(),
  seq: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  series: fc.nat(2 ** 32 - 1),
  time: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  deadline: fc.nat(2 ** 32 - 1),
  ids: fc.option(fc.array(fc.integer({ min: 1, max: 268_435_455 }), { minLength: 1, maxLength: 4 })),
  topic: fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 })),
  payload: fc.uint8Array({ maxLength: 300 }),
});
// of a plain one `series` says how much of the payload are properties
const message = anyMessage.map((m) => (m.topic === null ? m : { ...m, series: m.series % (m.payload.length + 1) }));
const push = (queue: MessageQueue, m: Message): void =>
  queue.push({ ...m, src: m.payload, from: 0, to: m.payload.length });
function readAll(queue: MessageQueue): Message[] {
  const e = createEntry();
  const all: Message[] = [];
  for (let at = queue.head; queue.read(at, e); at = e.next) {
    const { qos, retain, seq, series, time, deadline } = e;
    const ids = e.subscriptionIds.length > 0 ? [...e.subscriptionIds] : null;
    const topic = e.plain ? e.buf.slice(e.topicStart, e.topicEnd) : null;
    if (e.plain) expect([e.workspace, e.payloadStart - e.topicEnd]).toEqual([time, series]);
    const payload = e.buf.slice(e.topicEnd, e.payloadEnd);
    all.push({ qos, retain, seq, series, time, deadline, ids, topic, payload });
  }
  return all;
}
/** Position of the i-th entry, or the tail. */
function position(queue: MessageQueue, i: number): number {
  const e = createEntry();
  let at = queue.head;
  for (let k = 0; k < i && queue.read(at, e); k++) at = e.next;
  return at;
}

type Step =
  | { readonly do: "push"; readonly messages: readonly Message[] }
  | { readonly do: "drop"; readonly n: number }
  | { readonly do: "cut"; readonly from: number; readonly n: number }
  | { readonly do: "append"; readonly messages: readonly Message[] }
  | { readonly do: "insert"; readonly messages: readonly Message[]; readonly at: number };
const messages = fc.array(message, { maxLength: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("push" as const), messages }),
  fc.record({ do: fc.constant("drop" as const), n: fc.nat(15) }),
  fc.record({ do: fc.constant("cut" as const), from: fc.nat(10), n: fc.nat(10) }),
  fc.record({ do: fc.constant("append" as const), messages }),
  fc.record({ do: fc.constant("insert" as const), messages, at: fc.nat(15) }),
);

test("property: a queue is a list, and positions stay right while its front goes", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const queue = new MessageQueue();
      let list: Message[] = [];
      for (const s of steps) {
        if (s.do === "push") {
          for (const m of s.messages) push(queue, m);
          list.push(...s.messages);
        } else if (s.do === "append") {
          const other = new MessageQueue();
          for (const m of s.messages) push(other, m);
          expect(queue.append(other.bytesFrom(other.head).slice())).toBe(s.messages.length);
          list.push(...s.messages);
        } else if (s.do === "insert") {
          const other = new MessageQueue();
          for (const m of s.messages) push(other, m);
          const place = Math.min(s.at, list.length);
          const at = position(queue, place);
          queue.insert(at, other.bytesFrom(other.head).slice());
          list.splice(place, 0, ...s.messages);
          expect(position(queue, place)).toBe(at);
        } else if (s.do === "drop") {
          queue.dropTo(position(queue, s.n));
          list = list.slice(s.n);
        } else {
          const from = position(queue, s.from);
          const to = position(queue, s.from + s.n);
          const { tail } = queue;
          queue.cut(from, to);
          list.splice(s.from, s.n);
          // what is behind keeps its place, what is before moves up to it
          expect(queue.tail).toBe(tail);
          expect(position(queue, Math.min(s.from, list.length))).toBe(to);
        }
        expect(queue.count).toBe(list.length);
        expect(readAll(queue)).toEqual(list);
        expect(queue.bytes === 0).toBe(list.length === 0);
      }
    }),
    { numRuns: 200 },
  );
});

test("a queue that was emptied gives its memory back, and takes more", () => {
  const queue = new MessageQueue();
  const big: Message = {
    qos: 1,
    retain: false,
    seq: 1,
    series: 1,
    time: 1,
    deadline: 0,
    ids: null,
    topic: null,
    payload: new Uint8Array(50_000),
  };
  for (let i = 0; i < 10; i++) push(queue, big);
  queue.dropTo(queue.tail);
  expect(queue.bytesFrom(queue.head).buffer.byteLength).toBeLessThan(1000);
  push(queue, { ...big, seq: 2 });
  expect(readAll(queue).map((m) => m.seq)).toEqual([2]);
});
