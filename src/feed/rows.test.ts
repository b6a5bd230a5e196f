import { expect, test } from "bun:test";
import fc from "fast-check";
import { createFrame, createPublishView, encode, type Qos, readFrame, readPublish } from "../codec/index.ts";
import { DeviceNode, FieldNode, ProductNode } from "../fleet/directory.ts";
import { Batch, type Publisher, ROW_CURRENT, ROW_PUBLISHED, ROW_RETAIN } from "../ingest/batch.ts";
import { FreeTopicCache } from "../ingest/free-topic.ts";
import type { Target } from "../ingest/target.ts";
import { newParsed, parseValue } from "../measure/index.ts";
import { FIELD_TYPES, type FieldType, specOf } from "../measure/types.ts";
import { simulated } from "../measure/value.testing.ts";
import { Kind } from "../store/record.ts";
import { BatchRows } from "./batch-rows.ts";
import { LogRows } from "./log-rows.ts";
import type { CommittedRow, Cursor } from "./row.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();
const row = { uid: 1, workspace: 1, slug: "p", name: "", retainLastValues: false, publishBackfill: false } as const;
const product = new ProductNode({ ...row, boolText: "True" }, { uid: 1, slug: "w", name: "" });
const device = new DeviceNode({ uid: 1, product: 1, id: "d", name: "", serial: null, tags: [] }, 0, product);
const fields = FIELD_TYPES.map(
  (type, i) => new FieldNode({ uid: i + 1, product: 1, id: type, type, name: "", unit: null }, product),
);
const names = {
  device: (series: number) => (fields[series - 1] === undefined ? null : device),
  field: (series: number) => fields[series - 1] ?? null,
};
const cache = new FreeTopicCache();

type Step =
  | { readonly what: "session" }
  | {
      readonly what: "measurement";
      readonly type: FieldType;
      readonly payload: string;
      readonly flags: number;
      readonly deadline: number;
    }
  | {
      readonly what: "message";
      readonly topic: string;
      readonly payload: string;
      readonly qos: Qos;
      readonly retain: boolean;
      readonly session: number;
      readonly deadline: number;
      readonly contentType: string;
    };
const deadline = fc.constantFrom(0, 4_000_000_000);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ what: fc.constant("session" as const) }),
  fc.constantFrom(...FIELD_TYPES).chain((type) =>
    fc.record({
      what: fc.constant("measurement" as const),
      type: fc.constant(type),
      payload: simulated(type),
      flags: fc.constantFrom(0, ROW_PUBLISHED, ROW_PUBLISHED | ROW_CURRENT),
      deadline,
    }),
  ),
  fc.record({
    what: fc.constant("message" as const),
    topic: fc.constantFrom("a", "a/b", "long/".repeat(20)),
    payload: fc.string({ maxLength: 300 }),
    qos: fc.constantFrom<Qos>(0, 1, 2),
    retain: fc.boolean(),
    session: fc.nat(3),
    deadline,
    contentType: fc.constantFrom("", "text/plain"),
  }),
);

function append(batch: Batch, one: Step, n: number): void {
  if (one.what === "session") return batch.writer.session(Kind.OutDone, 3, n);
  if (one.what === "measurement") {
    const series = FIELD_TYPES.indexOf(one.type) + 1;
    const field = fields[series - 1] as FieldNode;
    const target: Target = { product, device, field, type: specOf(one.type), series };
    const buf = utf8.encode(one.payload);
    const p = newParsed();
    expect(parseValue(specOf(one.type), buf, 0, buf.length, p)).toBe(true);
    return batch.append(target, 1e15 + n * 7, false, one.deadline, one.flags, p, buf);
  }
  const { topic, qos, retain, contentType } = one;
  const properties = contentType === "" ? {} : { properties: { contentType } };
  const packetId = qos === 0 ? {} : { packetId: 1 };
  const payload = utf8.encode(one.payload);
  const buf = encode(5, { type: "publish", dup: false, topic, qos, retain, payload, ...packetId, ...properties });
  const frame = createFrame();
  readFrame(buf, 0, buf.length, 1e6, frame);
  const view = createPublishView();
  readPublish(5, buf, frame, view);
  const bytes = utf8.encode(topic);
  const sender: Publisher = { key: "u:1\0c", stored: one.session };
  batch.message(cache.of(9, bytes, 0, bytes.length), sender, view, one.deadline, retain ? ROW_RETAIN : 0, buf);
}

/** All that a row says, as a value of its own. */
function told(r: CommittedRow): unknown {
  const { seq, isMessage, isPublished } = r;
  const payload = text.decode(r.buf.subarray(r.payloadAt, r.payloadEnd));
  const both = { seq, deadline: r.deadline, payload, isPublished, isStored: r.isStored };
  if (!isMessage) {
    const { form } = specOf((fields[r.series - 1] as FieldNode).row.type);
    return { ...both, series: r.series, time: r.time, value: r.value(form) };
  }
  const props = Buffer.from(r.buf.subarray(r.propsAt, r.payloadAt)).toString("hex");
  const { workspace, qos, retain, session } = r;
  return { ...both, workspace, qos, retain, session, props, topic: text.decode(r.topic) };
}
function all(cursor: Cursor): { seq: number; isStored: boolean }[] {
  const found = [];
  while (cursor.next()) found.push(told(cursor) as { seq: number; isStored: boolean });
  return found;
}

test("property: a cursor on the batch tells of each row what one on the log tells of it", () => {
  const batch = new Batch();
  const live = new BatchRows();
  const logged = new LogRows(names);
  fc.assert(
    fc.property(
      fc.array(fc.array(step, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 3 }),
      fc.nat(60),
      fc.nat(60),
      (commits, after, more) => {
        const records = [];
        const told = [];
        let firstSeq = 11;
        for (const steps of commits) {
          for (const [n, one] of steps.entries()) append(batch, one, n);
          batch.seal();
          batch.firstSeq = firstSeq;
          if (batch.blob !== null) records.push({ firstSeq, body: batch.blob.slice() });
          const rows = all(live.open(batch, 0, batch.count));
          expect(rows).toHaveLength(steps.filter(({ what }) => what !== "session").length);
          told.push(...rows);
          firstSeq += batch.records;
          batch.clear();
        }
        const stored = told.filter(({ isStored }) => isStored);
        expect(all(logged.open(records))).toEqual(stored);
        const within = stored.filter(({ seq }) => seq > after && seq <= after + more);
        expect(all(logged.open(records, after, after + more))).toEqual(within);
      },
    ),
  );
});

test("of a series that is gone the log has the value, and nothing to publish", () => {
  const batch = new Batch();
  append(batch, { what: "measurement", type: "NUMERIC", payload: "1.5", flags: ROW_PUBLISHED, deadline: 0 }, 0);
  batch.seal();
  const gone = new LogRows({ device: () => null, field: () => null });
  expect(gone.open([{ firstSeq: 5, body: batch.blob ?? new Uint8Array(0) }]).next()).toBe(true);
  expect([gone.seq, gone.value("number"), gone.payloadEnd - gone.payloadAt]).toEqual([5, 1.5, 0]);
  expect(gone.next()).toBe(false);
});

test("a damaged record is no row", () => {
  const batch = new Batch();
  append(batch, { what: "measurement", type: "NUMERIC", payload: "1.5", flags: ROW_PUBLISHED, deadline: 0 }, 0);
  batch.seal();
  const body = batch.blob ?? new Uint8Array(0);
  expect(body.length).toBeGreaterThan(20);
  body[20] = (body[20] ?? 0) ^ 1;
  const rows = new LogRows(names).open([{ firstSeq: 5, body }]);
  expect(() => rows.next()).toThrow(RangeError);
});
