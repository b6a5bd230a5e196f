import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Batch } from "../ingest/batch.ts";
import { MemoryData } from "../store/memory/data.ts";
import type { TailRecord } from "../store/ports.ts";
import { TAG_EXPLICIT } from "../store/record.ts";
import { Applier, type Manner, SECOND, type Sent, START, TARGETS } from "./appliers.testing.ts";
import { LogRows } from "./log-rows.ts";

type Step =
  | ({ readonly do: "send"; readonly node: number } & Sent)
  | { readonly do: "commit"; readonly node: number }
  | { readonly do: "hear"; readonly node: number; readonly most: number }
  | { readonly do: "wait"; readonly micros: number }
  | { readonly do: "clock"; readonly node: number; readonly micros: number };

const node = fc.nat(2);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant("send" as const),
        node,
        // few, so that they meet
        series: fc.constantFrom(1, 1, 2, 3, 4, 5, 5, 6, 7, 8),
        manner: fc.constantFrom<Manner>("stamped", "stamped", "given", "silent", "history"),
        value: fc.nat(50),
        off: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -3 * SECOND, max: SECOND })),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("commit" as const), node }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("hear" as const), node, most: fc.nat(3) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("wait" as const), micros: fc.constantFrom(0, 1, 3, 1000, SECOND) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("clock" as const),
        node,
        micros: fc.integer({ min: -4 * SECOND, max: 4 * SECOND }),
      }),
    },
  ),
  { minLength: 1, maxLength: 120, size: "max" },
);

/** The one log, and what a store makes of it. */
class Log {
  readonly records: TailRecord[] = [];
  readonly store = new MemoryData();
  private next = 1;
  private readonly told = new Map<Applier, number>();

  constructor() {
    const ops = TARGETS.map(({ device, field, type }, i) => {
      return { op: "series_put" as const, id: i + 1, device: device.row.uid, field: field.row.uid, type: type.name };
    });
    this.store.apply({ blob: null, count: 0, ops });
  }
  /** A node commits what was sent to it. */
  commit(node: Applier): void {
    const batch = node.take();
    if (batch === null) return;
    this.append(node.number, batch);
    node.turns.own(batch);
  }
  /** A node is told of the next records. */
  tell(node: Applier, most: number): void {
    const from = this.told.get(node) ?? 0;
    const some = this.records.slice(from, from + most);
    this.told.set(node, from + some.length);
    for (const record of some) node.turns.record(record.node === node.number ? { ...record, body: null } : record);
  }
  private append(number: number, batch: Batch): void {
    batch.firstSeq = this.next;
    this.next += batch.records;
    if (batch.blob === null) return;
    const body = batch.blob.slice();
    this.records.push({ firstSeq: batch.firstSeq, count: batch.records, node: number, body });
    this.store.apply({ blob: body, count: batch.records, ops: [] });
  }
}

function live(life: readonly Step[]): { log: Log; nodes: Applier[] } {
  const log = new Log();
  const nodes = [1, 2, 3].map((number) => new Applier(number));
  const at = (i: number): Applier => nodes[i] as Applier; // there are three
  let now = START;
  for (const step of life) {
    if (step.do === "wait") now += step.micros;
    else if (step.do === "send") at(step.node).send(step, now);
    else if (step.do === "commit") log.commit(at(step.node));
    else if (step.do === "hear") log.tell(at(step.node), step.most);
    else at(step.node).skew = step.micros;
  }
  for (const one of nodes) log.commit(one);
  for (const one of nodes) log.tell(one, log.records.length);
  return { log, nodes };
}

test("property: three nodes with clocks that differ make the same of one log, and so does the store", () => {
  fc.assert(
    fc.property(steps, (life) => {
      const { log, nodes } = live(life);
      const [first, ...others] = nodes as [Applier, Applier, Applier];
      const last = log.store.nextSeq - 1;
      for (const one of others) {
        expect(one.state).toEqual(first.state);
        expect(one.told).toEqual(first.told);
      }
      for (const one of nodes) {
        expect(one.turns.applied).toBe(last);
        // who reads the log later, with what became of its rows, is told the same
        const logged: unknown[] = [];
        const rows = new LogRows(one.series).open(
          log.records.map(({ firstSeq, body }) => ({ firstSeq, body: body as Uint8Array })),
        );
        while (rows.next()) {
          const { seq, series, time, isPublished, isHistorical } = rows;
          logged.push({ seq, series, time, isPublished, isHistorical, value: rows.value("number") });
        }
        expect(logged).toEqual(first.told);
      }
      for (const { id, time, value, lastArrival, lastSeq } of log.store.series.states()) {
        expect(time === null ? {} : { time, value }).toEqual(first.series.current(id) ?? {});
        expect(lastSeq).toBe(first.series.seq[id] ?? 0);
        for (const { order } of nodes)
          expect([order.isLate(id, lastArrival), order.isLate(id, lastArrival + 1)]).toEqual([true, false]);
      }
    }),
    { numRuns: 400 },
  );
});

test("property: whichever node a row comes by, stamps of a series ascend in the order of the log, and what is published is what is new", () => {
  fc.assert(
    fc.property(steps, (life) => {
      const { log, nodes } = live(life);
      const [first] = nodes as [Applier];
      const stamps = new Map<number, number>();
      const current = new Map<number, number>();
      const reader = new LogRows(first.series).open(
        log.records.map(({ firstSeq, body }) => ({ firstSeq, body: body as Uint8Array })),
      );
      for (const told of first.told as {
        series: number;
        time: number;
        isPublished: boolean;
        isHistorical: boolean;
      }[]) {
        expect(reader.next()).toBe(true);
        const { series, time, isPublished, isHistorical } = told;
        const isStamped = (reader.reader.flags & TAG_EXPLICIT) === 0;
        if (isStamped) {
          expect(time).toBeGreaterThan(stamps.get(series) ?? 0);
          stamps.set(series, time);
        }
        const isCurrent = isStamped || (!isHistorical && time >= (current.get(series) ?? 0));
        if (isCurrent) current.set(series, time);
        const isBackfill = TARGETS[series - 1]?.product.row.publishBackfill === true;
        // an import is told of to nobody; it is stamped here
        if (!isStamped) expect(isPublished).toBe(isCurrent || isBackfill);
      }
      expect(reader.next()).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test("clocks that differ, and rows on their way, make rows other than they were proposed: stamps, currency, publication", () => {
  const send = (node: number, series: number, manner: Manner, off = 0): Step => {
    return { do: "send", node, series, manner, value: 7, off };
  };
  const { log, nodes } = live([
    { do: "clock", node: 1, micros: -SECOND },
    send(0, 1, "stamped"), // row 1
    send(2, 5, "given", 20), // 2
    send(1, 1, "stamped"), // 3: a second behind, and does not know
    send(1, 5, "given", 10), // 4: old by then, which its product tells nobody
    send(1, 1, "given", -10), // 5: old as well, in a product that publishes what comes late
    ...[0, 2, 1].map((node): Step => ({ do: "commit", node })),
  ]);
  const { settled } = log.store.series;
  expect(settled.map(({ seq, time, isPublished }) => [seq, time - START, isPublished])).toEqual([
    [3, 1, true],
    [4, 10, false],
  ]);
  for (const { series, published } of nodes) {
    for (const { seq, time } of settled) expect(series.settled.timeOf({ seq, time: 0 })).toBe(time);
    expect(published).toMatchObject([
      { seq: 1, time: START },
      { seq: 2, time: START + 20 },
      { seq: 3, time: START + 1 },
      { seq: 5, time: START - 10 },
    ]);
  }
});

test("property: a node that was told of everything is right in what it proposes, however its clock differs", () => {
  fc.assert(
    fc.property(steps, (life) => {
      const everywhere = [0, 1, 2].map((node): Step => ({ do: "hear", node, most: 1000 }));
      const told = life.flatMap((step): Step[] =>
        step.do === "send" ? [step, { do: "commit", node: step.node }, ...everywhere] : [step],
      );
      expect(live(told).log.store.series.settled).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("property: one node alone is right in all that it proposes", () => {
  fc.assert(
    fc.property(steps, (life) => {
      const { log, nodes } = live(life.map((step) => ("node" in step ? { ...step, node: 0 } : step)));
      expect(log.store.series.settled).toEqual([]);
      const [first] = nodes as [Applier];
      expect(first.published.length).toBe(
        (first.told as { isPublished: boolean }[]).filter((one) => one.isPublished).length,
      );
    }),
    { numRuns: 200 },
  );
});
