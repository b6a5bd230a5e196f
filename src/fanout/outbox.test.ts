import { expect, test } from "bun:test";
import fc from "fast-check";
import { encode } from "../codec/index.ts";
import { BufferPool, Outbox, type Sink } from "./outbox.ts";

/** Takes as many bytes as it was told to, in all, and keeps them. */
class Taker implements Sink {
  readonly taken: number[] = [];
  room = 0;
  isClosed = false;
  write(bytes: Uint8Array): number {
    if (this.isClosed) return -1;
    const n = Math.min(this.room, bytes.length);
    this.taken.push(...bytes.subarray(0, n));
    this.room -= n;
    return n;
  }
}
const packet = (n: number, size: number): Uint8Array =>
  encode(4, {
    type: "publish",
    topic: `t/${n}`,
    payload: new Uint8Array(size).fill(n % 256),
    qos: 0,
    dup: false,
    retain: false,
  });

type Step =
  | { readonly do: "push"; readonly size: number }
  | { readonly do: "flush"; readonly room: number }
  | { readonly do: "filter"; readonly every: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("push" as const),
      size: fc.oneof(fc.nat(60), fc.nat(6000), fc.constant(20_000)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("flush" as const), room: fc.oneof(fc.nat(30), fc.nat(9000)) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("filter" as const), every: fc.integer({ min: 2, max: 4 }) }) },
);

test("property: whole packets leave in order however the sink takes them; what began to leave is not taken out", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pool = new BufferPool();
      const box = new Outbox(pool);
      const sink = new Taker();
      let due: Uint8Array[] = [];
      const left: number[] = [];
      let n = 0;
      for (const s of steps) {
        if (s.do === "push") {
          const bytes = packet(++n, s.size);
          box.push(bytes);
          due.push(bytes);
        } else if (s.do === "flush") {
          box.blocked = false;
          sink.room = s.room;
          const { unsent } = box;
          const taken = box.flush(sink);
          expect(taken).toBe(Math.min(unsent, s.room));
          expect(box.blocked).toBe(taken < unsent);
          expect(box.flush(sink)).toBe(0);
        } else {
          // the model: packets of which a byte has left stay
          let at = left.length;
          const kept: Uint8Array[] = [];
          let index = 0;
          const sent = sink.taken.length;
          const verdict = new Map<number, boolean>();
          for (const bytes of due) {
            const keep = at < sent || index++ % s.every !== 0;
            if (at >= sent) verdict.set(index - 1, keep);
            if (keep) kept.push(bytes);
            at += bytes.length;
          }
          let seen = 0;
          box.filter((buf, start, end) => {
            expect(buf[start]).toBe(0x30);
            expect(end).toBeGreaterThan(start);
            return verdict.get(seen++) ?? true;
          });
          due = kept;
        }
        // packets that left whole are no longer due
        while (due[0] !== undefined && left.length + due[0].length <= sink.taken.length)
          left.push(...(due.shift() ?? []));
        expect(box.unsent).toBe(left.length + due.reduce((sum, b) => sum + b.length, 0) - sink.taken.length);
        expect(sink.taken.slice(left.length)).toEqual([...(due[0] ?? [])].slice(0, sink.taken.length - left.length));
        expect(sink.taken.slice(0, left.length)).toEqual(left);
      }
      box.blocked = false;
      sink.room = 1e9;
      box.flush(sink);
      for (const bytes of due) left.push(...bytes);
      expect(sink.taken).toEqual(left);
      expect([box.unsent, box.buf.length]).toEqual([0, 0]);
    }),
    { numRuns: 60 },
  );
});

test("a sink that is closed makes it forget everything; small buffers come back to the pool", () => {
  const pool = new BufferPool();
  const box = new Outbox(pool);
  box.push(packet(1, 100));
  const { buf } = box;
  const sink = new Taker();
  sink.isClosed = true;
  expect(box.flush(sink)).toBe(0);
  expect(box.unsent).toBe(0);
  expect(pool.take()).toBe(buf);
});
