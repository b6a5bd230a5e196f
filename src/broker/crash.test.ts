import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Qos } from "../codec/index.ts";
import { Peer } from "./peer.testing.ts";
import { createRetained, readRetained } from "../store/retained.ts";
import { Disk, FIELDS, FREE, Life, PREFIX, type StoredRow } from "./simulation.testing.ts";

/** docs/engine.md section 3: random crash schedules against what real clients sent and saw. */
type Step =
  | {
      readonly do: "publish";
      readonly qos: Qos;
      readonly field: number;
      readonly size: number;
      readonly free: boolean;
      readonly retain: boolean;
    }
  | { readonly do: "up" | "down"; readonly who: number; readonly most: number }
  | { readonly do: "cut"; readonly who: number; readonly heard: boolean }
  | { readonly do: "connect"; readonly who: number; readonly receiveMaximum: number }
  | { readonly do: "again"; readonly who: number; readonly less: boolean }
  | { readonly do: "land" | "refuse" | "trim" | "tick" }
  | { readonly do: "read"; readonly well: boolean }
  /** A client reads and answers nothing; or answers again. */
  | { readonly do: "answer"; readonly who: number; readonly them: boolean }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "crash"; readonly landed: boolean }
  /** Many messages at once; more than are published in one turn. */
  | { readonly do: "bulk"; readonly count: number; readonly qos: Qos; readonly size: number; readonly free: boolean }
  /** A connection that is lost and made again while no commit lands. */
  | { readonly do: "blink"; readonly who: number; readonly heard: boolean; readonly rounds: number }
  /** Storage fails for longer than the grace time. */
  | { readonly do: "outage"; readonly rounds: number }
  /** All goes well for a while. */
  | { readonly do: "flow"; readonly rounds: number }
  /** How much the clock moves whenever it is read, and how many turns the server has after a step. */
  | { readonly do: "pace"; readonly slow: boolean };

const who = fc.nat(7);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("publish"),
      qos: fc.constantFrom(0, 1, 2),
      field: fc.nat(1),
      size: fc.constantFrom(0, 0, 1000, 6000, 50_000),
      free: fc.boolean(),
      retain: fc.boolean(),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constantFrom("up", "down"), who, most: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom("land") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("refuse", "trim", "tick") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read"), well: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("answer"), who, them: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait"), ms: fc.constantFrom(1, 5, 300, 1500) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cut"), who, heard: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("connect"), who, receiveMaximum: fc.constantFrom(1, 3, 10, 100) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("again"), who, less: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash"), landed: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("bulk"),
      count: fc.constantFrom(5, 40, 600),
      qos: fc.constantFrom(0, 1, 2),
      size: fc.constantFrom(0, 300),
      free: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("blink"),
      who,
      heard: fc.boolean(),
      rounds: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("outage"), rounds: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("flow"), rounds: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pace"), slow: fc.boolean() }) },
) as fc.Arbitrary<Step>; // constant() widens `do` to string

const AT_TWO = "$share/g/dtck/p/d/+";
const AT_ONE = "$share/h/dtck/p/d/+";
const AT_FREE = `$share/f/${FREE}+`;

/**
 * A publisher, and who hears: everything at QoS 2, everything at QoS 1, one field at each; and three that share, of which
 * one also listens by itself, one has a session that ends with its connection, and one gives up its session now and then.
 */
function peers(): [Peer, Peer, Peer, Peer, Peer, Peer, Peer, Peer] {
  return [
    new Peer("publisher", [{ filter: "dtck/p/none/+", qos: 0 }]),
    new Peer("twos", [
      { filter: "dtck/p/d/+", qos: 2 },
      { filter: `${FREE}+`, qos: 2 },
    ]),
    new Peer("ones", [
      { filter: "dtck/p/d/+", qos: 1 },
      { filter: `${FREE}+`, qos: 1 },
    ]),
    new Peer("mixed", [
      { filter: "dtck/p/d/A", qos: 2 },
      { filter: "dtck/p/d/B", qos: 1 },
      { filter: `${FREE}A`, qos: 2 },
      { filter: `${FREE}B`, qos: 1 },
    ]),
    new Peer("one", [
      { filter: AT_TWO, qos: 2 },
      { filter: AT_ONE, qos: 1 },
      { filter: AT_FREE, qos: 2 },
    ]),
    new Peer("two", [
      { filter: AT_TWO, qos: 2 },
      { filter: AT_ONE, qos: 1 },
      { filter: "dtck/p/d/A", qos: 2 },
      { filter: "dtck/p/d/B", qos: 1 },
      { filter: AT_FREE, qos: 2 },
    ]),
    new Peer("three", [{ filter: AT_ONE, qos: 1 }], 0),
    new Peer("four", [{ filter: AT_ONE, qos: 1 }]),
  ];
}

class Run {
  readonly disk = new Disk();
  readonly time = { now: 1_772_366_400_000_000, drift: 0 };
  life: Life;
  readonly peers = peers();
  readonly published = new Map<string, Qos>();
  private count = 0;
  private slow = false;
  /** Messages that the server says it dropped in its lives before this one. */
  private droppedBefore = 0;

  constructor(
    private readonly limits?: {
      readonly maxQueued: number;
      readonly maxQueuedBytes: number;
      readonly maxStoredBytes?: number;
    },
  ) {
    this.life = new Life(this.disk, this.time, limits);
  }
  /** Messages that the server says it dropped. */
  get dropped(): number {
    const { queueDropped, storedDropped } = this.life.hub.metrics;
    return this.droppedBefore + queueDropped + storedDropped;
  }

  /** All are connected and have subscribed, durably. */
  async begin(): Promise<void> {
    await this.life.ready;
    await this.settle(() => this.peers.every((p) => p.subscribed));
  }
  /** Everything goes well from now on, until `done`. */
  async settle(done: () => boolean): Promise<void> {
    this.time.drift = 0;
    // one by one would take long
    for (const peer of this.peers) {
      peer.answers(true);
      if (peer.receiveMaximum < 100) peer.cut(true);
    }
    for (let round = 0; round < 3000; round++) {
      if (done()) return;
      for (const peer of this.peers) if (peer.line === null) peer.connect(this.life, 100);
      await this.round();
      if (round % 100 === 99) this.life.broker.tick();
    }
    throw new Error("the clients do not come to rest");
  }
  private async round(): Promise<void> {
    for (const peer of this.peers) peer.toServer(50);
    this.time.now += 2000;
    await this.life.run();
    this.life.store.land(true);
    this.life.store.answerRead(true);
    await this.life.run();
    for (const peer of this.peers) peer.fromServer();
  }
  private publish(qos: Qos, field: number, size: number, free: boolean, retain = false): void {
    const topic = `${free ? FREE : PREFIX}${FIELDS[field] ?? "A"}`;
    this.peers[0].publish(qos, topic, `${++this.count}-${"x".repeat(size)}`, free && retain);
  }
  private async blink(peer: Peer, heard: boolean, rounds: number): Promise<void> {
    peer.cut(heard);
    peer.connect(this.life, 10);
    for (let i = 0; i < rounds; i++) {
      peer.toServer(50);
      await this.life.run();
      peer.fromServer();
    }
    peer.toServer(50);
  }
  private async outage(rounds: number): Promise<void> {
    for (let i = 0; i <= rounds * 2; i++) {
      for (const peer of this.peers) peer.toServer(50);
      this.time.now += 600_000;
      await this.life.run();
      this.life.store.refuse();
      await this.life.run();
      if (i > 0) for (const peer of this.peers) peer.fromServer();
    }
  }
  async step(s: Step): Promise<void> {
    const { life, time } = this;
    const peer = "who" in s ? (this.peers[s.who] as Peer) : this.peers[0]; // who is 0..7
    switch (s.do) {
      case "publish":
        this.publish(s.qos, s.field, s.size, s.free, s.retain);
        break;
      case "bulk":
        for (let i = 0; i < s.count; i++) this.publish(i < s.count - 12 ? 0 : s.qos, i % 2, s.size, s.free);
        peer.toServer(s.count);
        break;
      case "blink":
        await this.blink(peer, s.heard, s.rounds);
        break;
      case "outage":
        await this.outage(s.rounds);
        break;
      case "flow":
        for (let i = 0; i < s.rounds; i++) await this.round();
        break;
      case "pace":
        this.slow = s.slow;
        time.drift = s.slow ? 3000 : 0;
        break;
      case "up":
        peer.toServer(s.most);
        break;
      case "down":
        peer.fromServer();
        break;
      case "cut":
        peer.cut(s.heard);
        break;
      case "connect":
        if (peer.line === null || s.receiveMaximum === 3) {
          peer.cut(false);
          peer.connect(life, s.receiveMaximum);
        }
        break;
      case "again":
        if (peer === this.peers[7] || peer === this.peers[0]) {
          peer.cut(s.less);
          peer.connect(life, 10, true);
        } else if (s.less) peer.unsubscribe();
        else if (peer.isOpen) peer.subscribe();
        break;
      case "answer":
        if (peer !== this.peers[0]) peer.answers(s.them);
        break;
      case "land":
        life.store.land(true);
        break;
      case "refuse":
        life.store.refuse();
        break;
      case "read":
        life.store.answerRead(s.well);
        break;
      case "trim":
        life.trim();
        break;
      case "tick":
        life.broker.tick();
        break;
      case "wait":
        time.now += s.ms * 1000;
        break;
      case "crash":
        if (s.landed) life.store.land(false);
        for (const p of this.peers) p.cut(false);
        this.checkAcknowledged();
        this.droppedBefore = this.dropped;
        this.life = new Life(this.disk, time, this.limits);
        await this.life.ready;
        break;
      default:
        s satisfies never;
    }
    time.now += 100;
    await this.life.run(this.slow ? 1 : 1000);
  }
  /** What was acknowledged is on the disk; QoS 2 once. */
  checkAcknowledged(): void {
    const stored = new Map<string, number>();
    for (const { text } of this.disk.rows) stored.set(text, (stored.get(text) ?? 0) + 1);
    for (const { qos, payload } of this.peers[0].acknowledged) {
      const times = stored.get(payload) ?? 0;
      if (times < 1 || (qos === 2 && times !== 1))
        throw new Error(`message ${payload.slice(0, 8)} of QoS ${qos} is stored ${times} times`);
    }
  }
  check(): void {
    this.checkAcknowledged();
    for (const peer of this.peers) expect(peer.forgotten).toBe(false);
    const [, twos, ones, mixed] = this.peers;
    // what was published at QoS 0 goes as it comes, or not at all
    const rows = (topic: string, qos: number): string[] =>
      this.disk.rows.filter((r) => r.topic.endsWith(topic) && r.qos === qos).map((r) => label(r.text));
    const got = (peer: Peer, topic: string, qos: Qos): string[] =>
      peer.got.filter((g) => g.topic.endsWith(topic) && g.qos === qos).map((g) => label(g.payload));
    for (const [peer, topic] of [
      [twos, ""],
      [mixed, "/A"],
    ] as const) {
      expect(got(peer, topic, 2)).toEqual(rows(topic, 2));
      expect(firsts(got(peer, topic, 1))).toEqual(firsts(rows(topic, 1)));
    }
    const stored = (topic: string): string[] =>
      firsts(this.disk.rows.filter((r) => r.topic.endsWith(topic) && r.qos > 0).map((r) => label(r.text)));
    expect(firsts(got(ones, "", 1))).toEqual(stored(""));
    expect(firsts(got(mixed, "/B", 1))).toEqual(stored("/B"));
    this.checkDup();
    this.checkShared();
  }
  /**
   * With queues that overflow: what arrives is in order, QoS 2 once, and what does not was counted as dropped. What the
   * log told of a drop before a crash is counted in both lives, so it may be less.
   */
  checkOverflow(): void {
    this.checkAcknowledged();
    this.checkDup();
    for (const peer of this.peers) expect(peer.forgotten).toBe(false);
    const [, twos, ones, mixed, one, two, three, four] = this.peers;
    const by = (peers: readonly Peer[], qos: Qos, rows: readonly StoredRow[], which = (_n: number) => true): number => {
      const got = peers.flatMap((p) => p.got.filter((g) => g.qos === qos && which(g.by)).map((g) => label(g.payload)));
      const wanted = rows.map((row) => label(row.text));
      // a publish of QoS 1 may be stored twice, and is two messages then
      const left = [...wanted];
      for (const one of qos === 2 ? got : [])
        expect(left.splice(left.indexOf(one), left.includes(one) ? 1 : 0)).toEqual([one]);
      if (peers.length === 1) expect(isWithin(qos === 2 ? got : firsts(got), wanted)).toBe(true);
      else expect(firsts(got).filter((l) => !wanted.includes(l))).toEqual([]);
      return qos === 2 ? left.length : new Set(wanted).size - new Set(got).size;
    };
    const rows = (topic: string, at: (qos: number) => boolean): StoredRow[] =>
      this.disk.rows.filter((r) => r.topic.endsWith(topic) && at(r.qos));
    const data = rows("", () => true).filter((r) => r.field > 0);
    const lost = [
      by(
        [twos],
        2,
        rows("", (qos) => qos === 2),
      ),
      by(
        [twos],
        1,
        rows("", (qos) => qos === 1),
      ),
      by(
        [ones],
        1,
        rows("", (qos) => qos > 0),
      ),
      by(
        [mixed],
        2,
        rows("/A", (qos) => qos === 2),
      ),
      by([one, two], 2, data, (n) => n === 1),
      by([one, two, three, four], 1, data, (n) => n === 2 || n === 1),
      by(
        [two],
        2,
        data.filter((r) => r.field === 1),
        (n) => n === 3,
      ),
      by(
        [two],
        1,
        data.filter((r) => r.field === 2),
        (n) => n === 4,
      ),
    ];
    expect(lost.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(this.dropped);
  }
  /** What was sent before bears DUP, also after a crash: without it a message comes once for each time it is stored. */
  private checkDup(): void {
    const stored = new Map<string, number>();
    for (const { topic, text } of this.disk.rows) {
      const one = `${topic} ${label(text)}`;
      stored.set(one, (stored.get(one) ?? 0) + 1);
    }
    for (const peer of this.peers.slice(1)) {
      // those that share have several subscriptions; what comes back from a session that ended is new to the next one
      const came = new Map<string, number>();
      for (const { topic, payload, dup, qos, by, session } of peer.got) {
        if (dup || qos === 0) continue;
        const one = `${topic} ${label(payload)}`;
        const here = `${one} by ${by} to session ${session}`;
        const n = (came.get(here) ?? 0) + 1;
        came.set(here, n);
        if (n > (stored.get(one) ?? 0)) throw new Error(`${peer.clientId} got ${here} ${n} times without DUP`); // [MQTT-3.3.1-1]
      }
    }
  }
  /** The last retained publish of each topic that is on the disk is what memory and the disk retain. */
  checkRetained(): void {
    const wanted = new Map<string, string>();
    for (const { topic, text, retain } of this.disk.rows) if (retain) wanted.set(topic, text);
    const { retained } = this.life.hub;
    const found = new Map<string, string>();
    const r = createRetained();
    const walk = retained.walk(1, "#");
    for (let slot = walk?.next(100) ?? -1; slot > 0; slot = walk?.next(100) ?? -1) {
      retained.read(slot, r);
      const part = (from: number, to: number): string => String(Buffer.from(retained.buf.subarray(from, to)));
      found.set(part(r.topicStart, r.topicEnd), part(r.propsEnd, r.next));
    }
    expect(found).toEqual(wanted);
    const packed = (text: Uint8Array): string =>
      readRetained(text, 0, r) ? String(Buffer.from(text.subarray(r.propsEnd, r.next))) : "";
    const kept = [...this.disk.retained].map(([key, body]) => [key.slice(2), packed(body)] as const);
    expect(new Map(kept)).toEqual(wanted);
  }
  /** Over all members of a group QoS 2 arrives exactly once, and QoS 1 at least once. */
  private checkShared(): void {
    const [, , , , one, two, three, four] = this.peers;
    const by = (peer: Peer, subscription: number): string[] =>
      peer.got.filter((g) => g.by === subscription).map((g) => label(g.payload));
    const all = this.disk.rows.filter((r) => r.field > 0).map((r) => label(r.text));
    expect([...by(one, 1), ...by(two, 1)].sort()).toEqual(all.sort());
    expect(firsts([...by(one, 2), ...by(two, 2), ...by(three, 1), ...by(four, 1)]).sort()).toEqual(firsts(all));
    const free = (qos: number): string[] =>
      this.disk.rows.filter((r) => r.field === 0 && r.qos === qos).map((r) => label(r.text));
    const gotFree = (qos: number): string[] =>
      [...one.got.filter((g) => g.by === 3), ...two.got.filter((g) => g.by === 5)]
        .filter((g) => g.qos === qos)
        .map((g) => label(g.payload));
    expect(gotFree(2).sort()).toEqual(free(2).sort());
    expect(firsts(gotFree(1)).sort()).toEqual(firsts(free(1)).sort());
    const rows = (field: number): string[] => this.disk.rows.filter((r) => r.field === field).map((r) => label(r.text));
    expect(by(two, 3)).toEqual(rows(1));
    expect(firsts(by(two, 4))).toEqual(firsts(rows(2)));
  }
  checkMemory(): void {
    for (const { outlet } of this.life.broker.sessions.values()) {
      expect([outlet.waiting, outlet.window.count, outlet.queue?.bytes ?? 0]).toEqual([0, 0, 0]);
    }
  }
}
function label(payload: string): string {
  return payload.split("-")[0] ?? "";
}
/** A QoS 1 row may be stored, and delivered, more than once. */
function firsts(all: readonly string[]): string[] {
  return [...new Set(all)];
}

/** Whether `some` are among `all`, in their order. */
function isWithin(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const one of all) if (one === some[at]) at++;
  return at === some.length;
}

test("6: random crashes, cuts and storage failures: QoS 2 exactly once, QoS 1 at least once, both in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 150, size: "max" }), async (steps) => {
      const run = new Run();
      await run.begin();
      for (const s of steps) await run.step(s);
      await run.settle(() => run.peers.every((p) => p.idle) && quiet(run));
      run.check();
      run.checkMemory();
      run.checkRetained();
    }),
    { numRuns: Number(process.env.CRASH_RUNS ?? 300) },
  );
}, 600_000);

test("6: the same with small queues and slow clients: no identifier in use is given away, and QoS 2 arrives once", async () => {
  const limits = fc.record({
    maxQueued: fc.constantFrom(1, 3, 10, 70, 300, 10_000),
    maxQueuedBytes: fc.constantFrom(1000, 20_000, 1e6),
    maxStoredBytes: fc.constantFrom(30_000, 1e9),
  });
  await fc.assert(
    fc.asyncProperty(limits, fc.array(step, { minLength: 5, maxLength: 150, size: "max" }), async (some, steps) => {
      const run = new Run(some);
      await run.begin();
      for (const s of steps) await run.step(s);
      await run.settle(() => run.peers.every((p) => p.idle) && quiet(run));
      run.checkOverflow();
      run.checkMemory();
    }),
    { numRuns: Number(process.env.CRASH_RUNS ?? 300) },
  );
}, 600_000);

const publishA = { do: "publish", qos: 0, field: 0, size: 0, free: false, retain: false } as const;
const bulkOf = (count: number): Step => ({ do: "bulk", count, qos: 0, size: 0, free: false });

test("6: what was dropped just before a crash does not come behind what was sent after it", async () => {
  const run = new Run({ maxQueued: 300, maxQueuedBytes: 1000, maxStoredBytes: 30_000 });
  await run.begin();
  const steps: Step[] = [{ ...publishA, size: 50_000 }, bulkOf(600), { do: "land" }, { do: "down", who: 2, most: 1 }];
  for (const s of steps) await run.step(s);
  expect(run.dropped).toBeGreaterThan(0);
  const after: Step[] = [{ do: "crash", landed: false }, publishA, bulkOf(5), publishA, { do: "land" }];
  for (const s of after) await run.step(s);
  await run.settle(() => run.peers.every((p) => p.idle) && quiet(run));
  expect(run.peers[2].got.length).toBeGreaterThan(0);
  run.checkOverflow();
  run.checkMemory();
});

test("6: what a shared subscription dropped does not take with it what a member had that ended with the crash", async () => {
  const run = new Run({ maxQueued: 10_000, maxQueuedBytes: 1000, maxStoredBytes: 30_000 });
  await run.begin();
  // it has messages under way that it never gets
  const before: Step[] = [bulkOf(5), { do: "cut", who: 6, heard: false }, { ...publishA, size: 50_000 }, publishA];
  for (const s of before) await run.step(s);
  await run.step({ do: "flow", rounds: 3 });
  expect(run.dropped).toBeGreaterThan(0);
  expect([...run.life.hub.shares.values()].some(({ dropped }) => dropped > 0)).toBe(true);
  const after: Step[] = [{ do: "crash", landed: false }, publishA, { do: "land" }, { do: "flow", rounds: 1 }];
  for (const s of after) await run.step(s);
  await run.settle(() => run.peers.every((p) => p.idle) && quiet(run));
  run.checkOverflow();
  run.checkMemory();
});

function quiet(run: Run): boolean {
  if (run.life.store.flight || run.life.hub.lagging) return false;
  for (const { outlet } of run.life.broker.sessions.values()) if (outlet.waiting > 0) return false;
  for (const group of run.life.hub.shares.values()) if (group.waiting > 0) return false;
  return true;
}
