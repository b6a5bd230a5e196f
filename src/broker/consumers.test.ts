import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Qos } from "../codec/index.ts";
import type { FeedLimits } from "../feed/needs.ts";
import type { Cursor } from "../feed/row.ts";
import { Peer } from "./peer.testing.ts";
import { Disk, FIELDS, FREE, Life, PREFIX } from "./simulation.testing.ts";

/** docs/engine.md section 4, "The feed": random crash schedules against what a durable consumer was given and said that it handled. */
type Step =
  | { readonly do: "publish"; readonly count: number; readonly qos: Qos; readonly size: number; readonly free: boolean }
  | { readonly do: "land" | "refuse" | "trim" | "finish" | "flow" | "outage" }
  /** Whether the consumer handles what it is given at once, later, or fails. */
  | { readonly do: "turn"; readonly to: Mood }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "crash"; readonly landed: boolean }
  | { readonly do: "close" | "open" }
  /** How many turns the server has after a step. */
  | { readonly do: "pace"; readonly turns: number };
type Mood = "quick" | "slow" | "broken";

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("publish"),
      count: fc.constantFrom(1, 3, 40, 700),
      qos: fc.constantFrom(0, 1, 2),
      size: fc.constantFrom(0, 300),
      free: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("land", "finish") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("trim", "flow") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("refuse", "outage", "close", "open") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("turn"), to: fc.constantFrom("quick", "slow", "broken") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait"), ms: fc.constantFrom(1, 300, 1500, 20_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash"), landed: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pace"), turns: fc.constantFrom(1, 2, 1000) }) },
) as fc.Arbitrary<Step>; // constant() widens `do` to string

const NAME = "rules";
const WIDE: FeedLimits = { maxLagBytes: 1e9, maxLagAge: 1e15 };

class Run {
  readonly disk = new Disk();
  readonly time = { now: 1_772_366_400_000_000, drift: 0 };
  readonly publisher = new Peer("publisher", [{ filter: "dtck/p/none/+", qos: 0 }]);
  life: Life;
  mood: Mood = "quick";
  /** The rows that were said to be handled, and those that were told to be left out. */
  readonly handled = new Set<number>();
  readonly toldLost = new Set<number>();
  /** The last row that it was given in this life, or since it failed or was closed. */
  private last = 0;
  /** The rows that it has and did not handle yet. */
  private pending: { rows: number[]; lost: number[]; done: () => void } | null = null;
  private isOpen = false;
  private handle: { close(): void } | null = null;
  private count = 0;
  private turns = 1000;

  constructor(private readonly limits: FeedLimits) {
    this.life = this.born();
  }
  private born(): Life {
    return new Life(this.disk, this.time, { maxQueued: 1000, maxQueuedBytes: 1e6, feed: this.limits });
  }
  async begin(): Promise<void> {
    await this.life.ready;
    this.open();
    await this.flow(3);
    expect(this.disk.consumers.get(NAME)).toEqual({ name: NAME, position: 0, lost: null, note: null });
  }
  private open(): void {
    this.isOpen = true;
    this.last = 0;
    this.pending = null;
    this.handle = this.life.consumers.open(NAME, {
      rows: (rows, done) => this.given(rows, done),
      gap: (from, to, done) => {
        expect(this.pending).toBe(null);
        expect([from > this.last, to >= from]).toEqual([true, true]);
        this.last = to;
        const lost = Array.from({ length: to - from + 1 }, (_, i) => from + i);
        this.take([], lost, done);
      },
    });
  }
  private given(cursor: Cursor, done: () => void): void {
    expect(this.pending).toBe(null); // one thing at a time
    if (this.mood === "broken") {
      this.last = 0;
      throw new Error("the consumer is broken");
    }
    const rows: number[] = [];
    while (cursor.next()) {
      if (!cursor.isStored) continue;
      const { seq } = cursor;
      expect(seq).toBeGreaterThan(this.last); // in order, none twice
      this.last = seq;
      rows.push(seq);
      const stored = this.disk.rows.find((r) => r.seq === seq);
      const text = cursor.isMessage ? payloadOf(cursor) : cursor.value("text");
      expect(text).toBe(stored?.text ?? "no such row");
    }
    this.take(rows, [], done);
  }
  private take(rows: number[], lost: number[], done: () => void): void {
    this.pending = { rows, lost, done };
    if (this.mood !== "slow") this.finish();
  }
  private finish(): void {
    const { pending } = this;
    if (pending === null) return;
    this.pending = null;
    for (const seq of pending.rows) this.handled.add(seq);
    for (const seq of pending.lost) this.toldLost.add(seq);
    pending.done();
  }
  private async flow(rounds: number): Promise<void> {
    for (let i = 0; i < rounds; i++) {
      if (this.publisher.line === null) this.publisher.connect(this.life, 100);
      this.publisher.toServer(1000);
      this.time.now += 300_000;
      await this.life.run();
      this.life.store.land(true);
      await this.life.run();
      this.publisher.fromServer();
      this.check();
    }
  }
  async step(s: Step): Promise<void> {
    const { life, time } = this;
    switch (s.do) {
      case "publish":
        for (let i = 0; i < s.count; i++) {
          const topic = `${s.free ? FREE : PREFIX}${FIELDS[i % 2] ?? "A"}`;
          this.publisher.publish(i < s.count - 12 ? 0 : s.qos, topic, `${++this.count}-${"x".repeat(s.size)}`, false);
        }
        if (this.publisher.line === null) this.publisher.connect(life, 100);
        this.publisher.toServer(s.count + 10);
        break;
      case "land":
        life.store.land(true);
        break;
      case "refuse":
        life.store.refuse();
        break;
      case "outage":
        for (let i = 0; i < 4; i++) {
          time.now += 600_000;
          await life.run();
          life.store.refuse();
          await life.run();
        }
        break;
      case "trim":
        life.trim();
        break;
      case "finish":
        this.finish();
        break;
      case "flow":
        await this.flow(2);
        break;
      case "turn":
        this.mood = s.to;
        break;
      case "pace":
        this.turns = s.turns;
        break;
      case "wait":
        time.now += s.ms * 1000;
        break;
      case "close":
        this.handle?.close();
        this.isOpen = false;
        this.pending = null;
        break;
      case "open":
        if (!this.isOpen) this.open();
        break;
      case "crash":
        if (s.landed) life.store.land(false);
        this.publisher.cut(false);
        this.check();
        this.life = this.born();
        await this.life.ready;
        this.open();
        break;
      default:
        s satisfies never;
    }
    time.now += 100;
    this.publisher.toServer(50);
    await this.life.run(this.turns);
    this.publisher.fromServer();
    this.check();
  }
  /** What the store says is handled was; rows that nobody handled or heard of are still in the log. */
  check(): void {
    const { position, lost } = this.disk.consumers.get(NAME) ?? { position: 0, lost: null };
    for (const { seq } of this.disk.rows) {
      const isDone = this.handled.has(seq) || this.toldLost.has(seq);
      const isToBeTold = lost !== null && seq >= lost;
      if (seq <= position && !isDone && !isToBeTold)
        throw new Error(`row ${seq} was not handled, position ${position}`);
    }
    const oldest = this.disk.log[0]?.firstSeq ?? this.disk.nextSeq;
    for (const { seq } of this.disk.rows)
      if (seq > position && seq < oldest) throw new Error(`row ${seq} was trimmed, position ${position}`);
  }
  /** All goes well from now on: it hears of everything. */
  async end(): Promise<void> {
    this.mood = "quick";
    this.finish();
    if (!this.isOpen) this.open();
    const newest = () => this.disk.rows.at(-1)?.seq ?? 0;
    for (let round = 0; round < 200; round++) {
      await this.flow(1);
      const { position = 0, lost } = this.disk.consumers.get(NAME) ?? {};
      if (round > 5 && lost === null && position >= newest()) break;
    }
    for (const { seq } of this.disk.rows) {
      if (!this.handled.has(seq) && !this.toldLost.has(seq)) throw new Error(`row ${seq} was never handled`);
    }
    expect(this.disk.consumers.get(NAME)?.lost).toBe(null);
    expect([...this.life.consumers.lags()].map(([name, { rows }]) => [name, rows])).toEqual([[NAME, 0]]);
  }
}
function payloadOf({ buf, payloadAt, payloadEnd }: Cursor): string {
  return String(Buffer.from(buf.subarray(payloadAt, payloadEnd)));
}

describe("a durable consumer of the feed", () => {
  const life = async (limits: FeedLimits, steps: readonly Step[]): Promise<Run> => {
    const run = new Run(limits);
    await run.begin();
    for (const s of steps) await run.step(s);
    await run.end();
    return run;
  };
  const schedules = fc.array(step, { minLength: 30, maxLength: 120 });

  test("property: whatever crashes, nothing is skipped, the order is kept, and the log is kept for it", async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (steps) => {
        const run = await life(WIDE, steps);
        expect(run.toldLost.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("property: with limits it is told of every row that it does not get", async () => {
    await fc.assert(
      fc.asyncProperty(schedules, fc.constantFrom(0, 5000), fc.constantFrom(1e6, 1e15), async (steps, bytes, age) => {
        await life({ maxLagBytes: bytes, maxLagAge: age }, steps);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("rows that are published between two pieces of the log come after them, from the log", async () => {
    const run = new Run(WIDE);
    await run.begin();
    const publish = { do: "publish", count: 700, qos: 1, size: 0, free: false } as const;
    await run.step({ do: "turn", to: "slow" });
    for (let i = 0; i < 3; i++) for (const s of [publish, { do: "flow" }] as const) await run.step(s);
    await run.step({ do: "turn", to: "quick" });
    await run.step({ do: "pace", turns: 1 });
    await run.step({ do: "finish" });
    for (let i = 0; i < 12; i++) for (const s of [{ ...publish, count: 1 }, { do: "land" }] as const) await run.step(s);
    await run.end();
    expect(run.handled.size).toBe(run.disk.rows.length);
    expect(run.handled.size).toBeGreaterThan(2100);
  });

  test("it gets rows of the batch in place while it is at the end, and reads the log when it is behind", async () => {
    const run = new Run(WIDE);
    await run.begin();
    const { store } = run.life;
    let reads = 0;
    const read = store.readLog.bind(store);
    store.readLog = (...asked) => {
      reads++;
      return read(...asked);
    };
    const publish = { do: "publish", count: 20, qos: 1, size: 0, free: true } as const;
    for (let i = 0; i < 5; i++) for (const s of [publish, { do: "flow" }] as const) await run.step(s);
    expect([reads, run.handled.size]).toEqual([0, run.disk.rows.length]);
    await run.step({ do: "turn", to: "broken" });
    for (const s of [publish, { do: "flow" }] as const) await run.step(s);
    expect(run.handled.size).toBeLessThan(run.disk.rows.length);
    await run.end();
    expect(reads).toBeGreaterThan(0);
    expect(run.handled.size).toBe(run.disk.rows.length);
  });

  test("who never comes to an end is cut off and counted; what it had is told after a crash", async () => {
    const run = new Run({ maxLagBytes: 5000, maxLagAge: 1e15 });
    await run.begin();
    await run.step({ do: "turn", to: "slow" });
    const publish = { do: "publish", count: 200, qos: 1, size: 300, free: true } as const;
    for (let i = 0; i < 6; i++)
      for (const s of [publish, { do: "flow" }, { do: "trim" }, { do: "flow" }] as const) await run.step(s);
    const { consumers } = run.life;
    expect(consumers.gaps).toBeGreaterThan(0);
    const { position = 0, lost } = run.disk.consumers.get("rules") ?? {};
    expect([lost, consumers.left]).toEqual([1, position]);
    expect(run.disk.log[0]?.firstSeq).toBeGreaterThan(1);
    await run.step({ do: "crash", landed: true });
    await run.end();
    expect([...run.toldLost]).toEqual(Array.from({ length: position }, (_, i) => i + 1));
  });

  test("a deleted consumer keeps nothing in the log", async () => {
    const run = new Run(WIDE);
    await run.begin();
    await run.step({ do: "turn", to: "slow" });
    const publish = { do: "publish", count: 20, qos: 1, size: 0, free: true } as const;
    for (const s of [publish, { do: "flow" }, publish, { do: "flow" }] as const) await run.step(s);
    const { consumers, hub } = run.life;
    expect(consumers.floor(hub.fannedSeq)).toBe(0);
    expect(() => consumers.open("rules", { rows() {}, gap() {} })).toThrow("is open already");
    consumers.remove("rules");
    expect(consumers.floor(hub.fannedSeq)).toBe(hub.fannedSeq);
    await run.life.run();
    run.life.store.land(true);
    expect([...run.disk.consumers.keys()]).toEqual([]);
  });
});
