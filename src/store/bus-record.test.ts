import { expect, test } from "bun:test";
import fc from "fast-check";
import { busMessage, busRecord } from "./bus-record.ts";
import { batchOf } from "./data.model.ts";

const key = new Uint8Array(32).fill(7);
const uint = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const records = fc
  .record({
    firstSeq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    node: uint,
    epoch: uint,
    timeline: uint,
    mark: uint,
    rows: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ rows, ...rest }) => {
    const { blob, count } = batchOf(Array.from({ length: rows }, (_, i) => ({ series: 1, time: i, value: i })));
    return { ...rest, count, body: blob as Uint8Array }; // it has rows
  });

test("a record comes back as it was sent, and any damage or another key makes it none", () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (record, at, flip) => {
      const message = busMessage(record, key, 1 << 20);
      expect(busRecord(message, key)).toEqual(record);
      expect(busRecord(message, new Uint8Array(32).fill(8))).toBeNull();
      const place = at % message.length;
      message[place] = (message[place] as number) ^ flip;
      expect(busRecord(message, key)).toBeNull();
      expect(busRecord(message.subarray(0, place), key)).toBeNull();
    }),
  );
});

test("one that is too large for the bus says only that it is there", () => {
  const { blob, count } = batchOf([{ series: 1, time: 1, value: 1 }]);
  const record = { firstSeq: 5, count, node: 1, epoch: 2, timeline: 3, mark: 4, body: blob as Uint8Array }; // it has rows
  const message = busMessage(record, key, 48 + record.body.length);
  expect(busRecord(message, key)).toEqual(record);
  const small = busMessage(record, key, 47 + record.body.length);
  expect([small.length, busRecord(small, key)]).toEqual([48, { ...record, body: null }]);
});
