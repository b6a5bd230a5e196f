import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  Kind,
  RecordReader,
  RecordWriter,
  TAG_EXPLICIT,
  TAG_HISTORICAL,
  TAG_LATE,
  TAG_OTHERWISE,
  TAG_PROPOSED,
  TAG_PUBLISHED,
  type TakenRow,
  Told,
} from "./record.ts";
import { renumbered } from "./renumber.ts";

/** The tag of rows that have a deadline, which readers tell apart. */
const DEADLINE = 0x20;
const MAX = Number.MAX_SAFE_INTEGER;

interface Measured {
  readonly is: "decimal" | "double" | "bool" | "geo" | "text";
  readonly flags: number;
  readonly series: number;
  readonly time: number;
  readonly deadline: number;
  readonly a: number;
  readonly b: number;
  readonly s: string;
}
interface Operation {
  readonly is: "session";
  readonly kind: number;
  readonly id: number;
  readonly a: number;
  readonly b: number;
}
type Row = Measured | Operation | Sent | ({ readonly is: "taken" } & Readonly<TakenRow>);

const uint = fc.oneof(fc.nat(300), fc.maxSafeNat());
const measured: fc.Arbitrary<Measured> = fc.record({
  is: fc.constantFrom("decimal", "double", "bool", "geo", "text"),
  flags: fc
    .tuple(
      ...[TAG_PUBLISHED, TAG_EXPLICIT, TAG_HISTORICAL, TAG_OTHERWISE, TAG_LATE].map((tag) => fc.constantFrom(0, tag)),
    )
    .map((tags) => tags.reduce((all, tag) => all | tag)),
  series: uint,
  // The difference of two times must be a safe integer, too.
  time: fc.oneof(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), fc.constant(0)),
  deadline: fc.oneof(fc.constant(0), fc.nat(0xffffffff)),
  a: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(MAX, -MAX, 0, 63, 64, -64)),
  b: fc.nat(17),
  s: fc.string({ unit: "grapheme", maxLength: 40 }),
});
const operation: fc.Arbitrary<Operation> = fc.record({
  is: fc.constant("session"),
  kind: fc.constantFrom(
    Kind.In2Received,
    Kind.In2Released,
    Kind.OutAssigned,
    Kind.Passed,
    Kind.OutReceived,
    Kind.OutDone,
    Kind.Acked,
  ),
  id: uint,
  a: uint,
  b: uint,
});
interface Sent {
  readonly is: "message";
  readonly workspace: number;
  readonly session: number;
  readonly qos: number;
  readonly retain: boolean;
  readonly deadline: number;
  readonly topic: Uint8Array;
  readonly props: Uint8Array;
  readonly payload: Uint8Array;
}
const bytes = fc.uint8Array({ maxLength: 200 });
const sent: fc.Arbitrary<Sent> = fc.record({
  is: fc.constant("message"),
  workspace: uint,
  session: uint,
  qos: fc.constantFrom(0, 1, 2),
  retain: fc.boolean(),
  deadline: fc.nat(0xffffffff),
  topic: bytes,
  props: bytes,
  payload: bytes,
});
const taken = fc.record({
  is: fc.constant("taken" as const),
  session: uint,
  takes: uint,
  group: uint,
  groupTakes: uint,
  seq: uint,
  packetId: fc.nat(65_535),
  form: fc.nat(6),
  entry: fc.uint8Array({ maxLength: 300 }),
});
const rows = fc.array(fc.oneof({ weight: 3, arbitrary: measured }, operation, sent, taken), {
  minLength: 1,
  maxLength: 60,
});

function write(w: RecordWriter, row: Row): void {
  if (row.is === "taken") return w.taken(row);
  if (row.is === "session") {
    if (row.kind === Kind.OutAssigned || row.kind === Kind.Passed) w.session(row.kind, row.id, row.a, row.b);
    else w.session(row.kind, row.id, row.a);
    return;
  }
  if (row.is === "message") {
    const { workspace, session, qos, retain, deadline, topic, props } = row;
    const src = Uint8Array.of(9, ...props, ...row.payload, 9);
    w.message(workspace, session, qos, retain, deadline, topic, src, 1, 1 + props.length, src.length - 1);
    return;
  }
  const { flags, series, time, deadline, a, b, s } = row;
  if (row.is === "decimal") w.decimal(flags, series, time, deadline, b, a);
  else if (row.is === "double") w.double(flags, series, time, deadline, a / 7);
  else if (row.is === "bool") w.bool(flags, series, time, deadline, b % 2 === 1);
  else if (row.is === "geo") w.geo(flags, series, time, deadline, a / 7, b);
  else w.text(flags, series, time, deadline, s);
}

function valueOfRow(row: Measured): unknown {
  switch (row.is) {
    case "decimal":
      return row.a / 10 ** row.b;
    case "double":
      return row.a / 7;
    case "bool":
      return row.b % 2 === 1;
    case "geo":
      return { lat: row.a / 7, lng: row.b };
    case "text":
      return row.s;
  }
}

function check(record: Uint8Array, firstSeq: number, expected: readonly Row[]): void {
  const r = new RecordReader(record, firstSeq);
  expect([r.count, r.firstSeq]).toEqual([expected.length, firstSeq]);
  expected.forEach((row, i) => {
    expect(r.next()).toBe(true);
    expect(r.seq).toBe(firstSeq + i);
    if (row.is === "message") {
      const { workspace, session, qos, retain, deadline, topic, props, payload } = row;
      expect([r.isMeasurement, r.isMessage, r.id, r.a, r.b]).toEqual([false, true, workspace, session, qos]);
      expect([r.retain, r.deadline]).toEqual([retain, deadline]);
      const parts = [topic, props, payload];
      const ends = [r.topicAt, r.propsAt, r.payloadAt, r.payloadEnd];
      expect(parts.map((_, part) => [...r.buf.subarray(ends[part], ends[part + 1])])).toEqual(parts.map((p) => [...p]));
      return;
    }
    if (row.is === "taken") {
      const { is: _, ...said } = row;
      expect([r.isMeasurement, r.kind, r.id]).toEqual([false, Kind.Taken, row.session]);
      expect<TakenRow>({ ...r.taken, entry: r.taken.entry.slice() }).toEqual(said);
      return;
    }
    if (row.is === "session") {
      expect([r.isMeasurement, r.kind, r.id, r.a]).toEqual([false, row.kind, row.id, row.a]);
      if (row.kind === Kind.OutAssigned || row.kind === Kind.Passed) expect(r.b).toBe(row.b);
      return;
    }
    expect([r.isMeasurement, r.id, r.time, r.deadline]).toEqual([true, row.series, row.time, row.deadline]);
    const own = r.isProposed ? row.flags | TAG_PROPOSED : row.flags & ~(TAG_OTHERWISE | TAG_LATE);
    expect(r.flags & ~DEADLINE).toBe(own);
    expect(r.value).toEqual(valueOfRow(row) as number);
  });
  expect(r.next()).toBe(false);
}

describe("log record", () => {
  test("gives back the rows that were written, record after record from one writer", () => {
    fc.assert(
      fc.property(
        fc.array(rows, { minLength: 1, maxLength: 4 }),
        uint,
        fc.integer({ min: 64, max: 4096 }),
        fc.boolean(),
        (all, seq, room, isProposal) => {
          const w = new RecordWriter(room, isProposal);
          for (const batch of all) {
            for (const row of batch) write(w, row);
            expect(w.count).toBe(batch.length);
            const firstSeq = Math.min(seq, MAX - 100);
            check(w.finish(), firstSeq, batch);
            expect(w.count).toBe(0);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a record with other ids of series is the same record but for these, of whatever rows", () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (batch, isProposal) => {
        const [one, two] = [new RecordWriter(64, isProposal), new RecordWriter(64, isProposal)];
        const ids = new Map(
          batch.flatMap((row) => ("series" in row ? [[row.series, (row.series % 1000) + 7] as const] : [])),
        );
        for (const row of batch) {
          write(one, row);
          write(two, "series" in row ? { ...row, series: ids.get(row.series) ?? 0 } : row);
        }
        for (const w of [one, two]) w.note(Told.Series, [w === one ? 300 : (ids.get(300) ?? 300), 5, 6]);
        const record = one.finish();
        expect(renumbered(record, new Map())).toEqual(record);
        expect(renumbered(record, ids)).toEqual(two.finish());
      }),
    );
  });

  test("notes of any length, of numbers and of bytes", () => {
    const writer = new RecordWriter();
    const lists = [0, 1, 127, 128, 300].map((n) =>
      Array.from({ length: n }, (_, i) => [0, 127, 128, 2 ** 31, 2 ** 53 - 1][i % 5] ?? 0),
    );
    const bytes = lists.map((list) => new Uint8Array(list.length * 100).fill(200));
    for (const list of lists) writer.note(Told.Up, list);
    for (const some of bytes) writer.note(Told.Handed, some);
    const reader = new RecordReader(writer.finish(), 1);
    for (const list of lists) expect([reader.next(), reader.numbers]).toEqual([true, list]);
    for (const some of bytes) {
      expect(reader.next()).toBe(true);
      expect(reader.buf.subarray(reader.payloadAt, reader.payloadEnd)).toEqual(some);
    }
    expect(reader.next()).toBe(false);
  });
  test("what a node among several proposes costs a byte only where it says more than a plain row", () => {
    const bytesOf = (isProposal: boolean, flags: number): number => {
      const w = new RecordWriter(256, isProposal);
      w.decimal(flags, 1, 1e15, 0, 1, 215);
      return w.finish().length;
    };
    const plain = bytesOf(false, TAG_PUBLISHED);
    expect([0, TAG_LATE, TAG_EXPLICIT | TAG_OTHERWISE].map((more) => bytesOf(true, TAG_PUBLISHED | more))).toEqual([
      plain,
      plain + 1,
      plain + 1,
    ]);
  });

  test("a session operation before the first measurement does not shift the times", () => {
    const w = new RecordWriter();
    w.bool(0, 1, 100, 0, true);
    w.bool(0, 1, 200, 0, true);
    w.finish();
    w.session(Kind.In2Received, 5, 6);
    w.bool(0, 1, 300, 0, true);
    const r = new RecordReader(w.finish(), 3);
    r.next();
    r.next();
    expect(r.time).toBe(300);
  });

  test("any changed byte is found out", () => {
    fc.assert(
      fc.property(rows, fc.nat(), fc.integer({ min: 1, max: 255 }), (batch, where, by) => {
        const w = new RecordWriter();
        for (const row of batch) write(w, row);
        const record = w.finish().slice();
        const at = where % record.length;
        record[at] = (record[at] ?? 0) ^ by;
        expect(() => new RecordReader(record, 1)).toThrow(RangeError);
      }),
    );
  });

  test("a record cut short, or nothing at all, is refused", () => {
    const w = new RecordWriter();
    w.text(0, 1, 1, 0, "hello");
    const record = w.finish();
    for (let n = 0; n < record.length; n++)
      expect(() => new RecordReader(record.subarray(0, n), 1)).toThrow(RangeError);
  });
});
