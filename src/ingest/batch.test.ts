import { expect, test } from "bun:test";
import fc from "fast-check";
import { DeviceNode, FieldNode, ProductNode } from "../fleet/directory.ts";
import { newParsed, parseValue, printValue } from "../measure/index.ts";
import { FIELD_TYPES, type FieldType, specOf } from "../measure/types.ts";
import { Kind, RecordReader, TAG_EXPLICIT, TAG_PUBLISHED } from "../store/record.ts";
import { Batch, ROW_CURRENT, ROW_PUBLISHED } from "./batch.ts";
import type { Target } from "./target.ts";
import { simulated } from "../measure/value.testing.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();
const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false } as const;
const product = new ProductNode({ ...row, boolText: "True" }, { uid: 1, slug: "w", name: "" });
const device = new DeviceNode({ uid: 1, product: 1, id: "d", name: "", serial: null, tags: [] }, 0, product);
function targetOf(type: FieldType): Target {
  const series = FIELD_TYPES.indexOf(type) + 1;
  const field = new FieldNode({ uid: series, product: 1, id: type, type, name: "", unit: null }, product);
  return { product, device, field, type: specOf(type), series };
}
const SPELLINGS: Partial<Record<FieldType, fc.Arbitrary<string>>> = {
  NUMERIC: fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom("22.00", "1e3", " -0 "),
  ),
  COUNTER: fc.nat().map(String),
  INT: fc.maxSafeInteger().map(String),
  BOOL: fc.constantFrom("true", "OFF", "1", "on"),
  STRING: fc.stringMatching(/^[a-z ä€😀]{1,300}$/u).filter((s) => s.trim() !== ""),
  GEO: fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -180, max: 180 })).map(([a, b]) => `(${a},${b})`),
};
interface Row {
  readonly type: FieldType;
  readonly payload: string;
  readonly time: number;
  readonly explicit: boolean;
  readonly deadline: number;
  readonly flags: number;
  /** Session operations before it. */
  readonly operations: number;
}
const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.constantFrom(...FIELD_TYPES).chain((type) =>
    fc.record({
      type: fc.constant(type),
      payload: SPELLINGS[type] ?? simulated(type),
      time: fc.integer({ min: 0, max: 4e15 }),
      explicit: fc.boolean(),
      deadline: fc.constantFrom(0, 1, 4_000_000_000),
      flags: fc.constantFrom(0, ROW_PUBLISHED, ROW_PUBLISHED | ROW_CURRENT),
      operations: fc.nat(2),
    }),
  ),
  { minLength: 1, maxLength: 60 },
);

test("property: the record and what is published say what was appended, also when the batch is used again", () => {
  const batch = new Batch();
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 1e12 }), (list, firstSeq) => {
      expect(batch.empty).toBe(true);
      for (const r of list) {
        for (let i = 0; i < r.operations; i++) batch.writer.session(Kind.In2Received, 1, i + 1);
        const p = newParsed();
        const buf = utf8.encode(`junk${r.payload}junk`);
        expect(parseValue(specOf(r.type), buf, 4, buf.length - 4, p)).toBe(true);
        batch.append(targetOf(r.type), r.time, r.explicit, r.deadline, r.flags, p, buf);
        buf.fill(0); // the bytes are only lent
      }
      batch.seal();
      expect(batch.firstSeq).toBe(0);
      const reader = new RecordReader(batch.blob ?? new Uint8Array(0), firstSeq);
      expect(reader.count).toBe(batch.records);
      let i = 0;
      while (reader.next()) {
        if (!reader.isMeasurement) continue;
        const r = list[i] as Row; // as many rows as were appended, checked below
        const type = r.type;
        expect(reader.seq).toBe(firstSeq + (batch.index[i] ?? Number.NaN));
        expect([reader.id, reader.time, reader.deadline]).toEqual([targetOf(type).series, r.time, r.deadline]);
        expect((reader.flags & TAG_EXPLICIT) !== 0).toBe(r.explicit);
        expect((reader.flags & TAG_PUBLISHED) !== 0).toBe((r.flags & ROW_PUBLISHED) !== 0);
        const published = text.decode(batch.text.subarray(batch.textAt[i], batch.textEnd[i]));
        expect(published).toBe(r.flags & ROW_PUBLISHED ? printValue(type, reader.value, "True") : "");
        i++;
      }
      expect(i).toBe(list.length);
      batch.clear();
    }),
  );
});

test("it grows past its first sizes, and waiters hear in the order of registration", () => {
  const batch = new Batch();
  const p = newParsed();
  const heard: number[] = [];
  for (let i = 0; i < 5000; i++) {
    const buf = utf8.encode(`${i}`.padStart(40, "x"));
    parseValue(specOf("STRING"), buf, 0, buf.length, p);
    batch.append(targetOf("STRING"), i, false, 0, ROW_PUBLISHED, p, buf);
    batch.wait({ committed: (what) => heard.push(what), failed: () => {} }, i);
  }
  expect(text.decode(batch.text.subarray(batch.textAt[4999], batch.textEnd[4999]))).toEndWith("x4999");
  for (const [i, waiter] of batch.waiters.entries()) waiter.committed(batch.what[i] ?? -1);
  expect(heard).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  expect(batch.bytes).toBeGreaterThan(5000 * 40);
});
