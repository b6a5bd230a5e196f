import { oneClock } from "../base/clock.ts";
import { expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Metrics } from "../base/metrics.ts";
import type { CommitBatch, StoredSession, StoreOp } from "../store/ports.ts";
import { Kind } from "../store/record.ts";
import { CommitLine } from "./commits.ts";
import { MOST_AT_ONCE } from "./patient-ops.ts";
import { PROOF_BYTES } from "./proof.ts";
import { SeriesTable } from "./series.ts";

const GRACE_MS = 1000;
const session = (id: number, expiry: number): StoredSession => ({
  id,
  principal: "a:1",
  clientId: `c${id}`,
  version: 5,
  expiry,
  created: 0,
  disconnectedAt: null,
  will: null,
});

/** A line to a store that refuses as long as it is told to. */
function world() {
  const logged: string[] = [];
  const commits: CommitBatch[] = [];
  const state = { now: 1e9, full: false, nextSeq: 1 };
  let tasks: { at: number; fn: () => void }[] = [];
  const store = {
    commit: (batch: CommitBatch) => {
      if (state.full) return Promise.reject(new Refusal("storage_unavailable", "The disk is full."));
      commits.push(batch);
      const firstSeq = state.nextSeq;
      state.nextSeq += batch.count;
      return Promise.resolve({ firstSeq });
    },
  };
  const log = {
    debug() {},
    info: (_: object, m: string) => logged.push(m),
    warn() {},
    error: (_: object, m: string) => logged.push(m),
  };
  const line = new CommitLine({
    store,
    series: new SeriesTable(),
    metrics: new Metrics(),
    clock: oneClock(() => state.now),
    log,
    nextSeq: 1,
    options: {
      gapMs: 2,
      graceMs: GRACE_MS,
      later: (fn, ms) => tasks.push({ at: state.now + ms * 1000, fn }),
      maxCommitRows: 100,
      maxCommitBytes: 1e6,
    },
  });
  const pass = async (ms: number): Promise<void> => {
    for (const end = state.now + ms * 1000; state.now < end; state.now += 50_000) {
      const due = tasks.filter(({ at }) => at <= state.now);
      tasks = tasks.filter(({ at }) => at > state.now);
      for (const { fn } of due) fn();
      for (let i = 0; i < 5; i++) await null;
    }
  };
  return { line, state, commits, logged, pass };
}

test("6: a commit that is given up tells its waiters in order, and who waits anew then waits for the next one", async () => {
  const { line, state, commits, pass } = world();
  state.full = true;
  const heard: string[] = [];
  const wait = (what: number): void => {
    const waiter = {
      committed: (n: number) => heard.push(`committed ${n}`),
      failed: (n: number) => {
        heard.push(`failed ${n}`);
        if (n < 100) wait(n + 100);
      },
    };
    line.batch.wait(waiter, what);
    line.batcher.poke();
  };
  wait(1);
  line.batch.writer.session(Kind.In2Received, 1, 1);
  await pass(50);
  wait(2);
  await pass(GRACE_MS);
  expect(heard.slice(0, 2)).toEqual(["failed 1", "failed 2"]);
  state.full = false;
  await pass(3000);
  expect(heard.slice(2)).toEqual(["committed 101", "committed 102"]);
  expect(commits.length).toBeGreaterThan(0);
});

test("operations outlive a commit that is given up, each session's newest row and state only, in an order that holds", async () => {
  const { line, state, commits, pass } = world();
  state.full = true;
  const put = (...ops: StoreOp[]): void => {
    line.batch.ops.push(...ops);
    line.batcher.poke();
  };
  const checkpoint = (floor: number): StoreOp => ({
    op: "checkpoint",
    session: 1,
    floor,
    state: new Uint8Array([floor]),
  });
  put({ op: "session_put", session: session(1, 10) }, checkpoint(1), {
    op: "subscription_delete",
    session: 1,
    filter: "f",
  });
  for (let second = 0; second < 20; second++) {
    await pass(1000);
    put(checkpoint(100 + second), { op: "session_put", session: session(1, 100 + second) });
  }
  expect(line.batch.ops.length).toBeLessThan(10);
  state.full = false;
  await pass(3000);
  const ops = commits.flatMap((c) => c.ops);
  expect(ops[0]?.op).toBe("session_put");
  expect(ops.findLast((op) => op.op === "session_put")).toEqual({ op: "session_put", session: session(1, 119) });
  expect(ops.filter((op) => op.op === "subscription_delete")).toHaveLength(1);
  const states: StoreOp[] = ops.filter((op) => op.op === "checkpoint");
  expect(states.at(-1)).toEqual(checkpoint(119));
});

test("an operation that is tied to its rows goes with them when their commit is given up, others outlive it", async () => {
  const { line, state, commits, pass } = world();
  state.full = true;
  line.batch.tie({ op: "session_delete", id: 1 });
  line.batch.ops.push({ op: "session_delete", id: 2 });
  line.batcher.poke();
  await pass(GRACE_MS + 1000);
  state.full = false;
  line.batch.tie({ op: "session_delete", id: 3 });
  line.batcher.poke();
  await pass(3000);
  expect(commits.flatMap(({ ops }) => ops)).toEqual([
    { op: "session_delete", id: 2 },
    { op: "session_delete", id: 3 },
  ]);
});

test("a long failure is told twice, not all the time; storage is back only when it took data, not operations alone", async () => {
  const { line, state, commits, logged, pass } = world();
  state.full = true;
  line.batch.writer.session(Kind.Acked, 1, 1);
  line.batcher.poke();
  await pass(10_000);
  expect(logged).toHaveLength(2);
  line.batch.ops.push({ op: "session_delete", id: 1 });
  line.batcher.poke();
  state.full = false;
  await pass(3000);
  // more than a page has room for
  expect(commits[0]?.blob?.length).toBeGreaterThanOrEqual(PROOF_BYTES);
  expect(logged).toHaveLength(3);
  expect(line.batcher.failing).toBe(false);
});

test("a batch has no number until the store answers one, whatever was refused before", async () => {
  const { line, state, pass } = world();
  const sealed: number[] = [];
  const told: number[] = [];
  line.events.sealing = (batch) => void sealed.push(batch.firstSeq);
  line.events.committed = (batch) => {
    told.push(batch.firstSeq);
    line.recycle(batch);
  };
  const put = (n: number): void => {
    for (let i = 0; i < n; i++) line.batch.writer.session(Kind.Acked, 1, 1);
    line.batcher.poke();
  };
  put(3);
  await pass(100);
  put(2);
  await pass(100);
  state.full = true;
  put(5);
  await pass(GRACE_MS + 500);
  state.full = false;
  state.nextSeq = 20; // a refused commit may leave a gap
  put(1);
  await pass(3000);
  expect(told).toEqual([1, 4, 20]);
  put(2);
  await pass(100);
  expect(told.at(-1)).toBeGreaterThan(20);
  expect(new Set(sealed)).toEqual(new Set([0]));
});

test("operations and answers fill a commit as rows do: reading stops until they are on their way", async () => {
  for (const fill of [
    (line: CommitLine, n: number) => line.batch.ops.push({ op: "session_put", session: session(n, 0) }),
    (line: CommitLine) => line.batch.wait({ committed() {}, failed() {} }, 0),
  ]) {
    const { line, pass } = world();
    let rooms = 0;
    line.events.room = () => void rooms++;
    for (let n = 1; n < 100; n++) fill(line, n);
    expect(line.full).toBe(false);
    fill(line, 100);
    expect(line.full).toBe(true);
    line.batcher.poke();
    await pass(100);
    expect([line.full, rooms]).toEqual([false, 1]);
  }
});

test("a batch that is no commit stands where the next row will", async () => {
  const { line, state, pass } = world();
  const told: number[][] = [];
  line.events.committed = (batch) => {
    told.push([batch.firstSeq, batch.records]);
    line.recycle(batch);
  };
  const wait = () => line.batch.wait({ committed() {}, failed() {} }, 0);
  for (const rows of [0, 2, 0, 1, 0]) {
    for (let i = 0; i < rows; i++) line.batch.writer.session(Kind.Acked, 1, 1);
    wait();
    line.batcher.poke();
    await pass(100);
    if (rows === 1) state.nextSeq = 50;
  }
  expect(told).toEqual([
    [1, 0],
    [1, 2],
    [3, 0],
    [3, 1],
    [4, 0],
  ]);
});

test.each([
  [15, false],
  [16, true],
  [512, true],
  [513, false], // they pipeline: a larger commit is worth more to them than a sooner one
])("%d who wait are worth a commit before the gap is over: %p", (waiters, worth) => {
  const { line } = world();
  for (let i = 0; i < waiters; i++) line.batch.wait({ committed: () => {}, failed: () => {} }, 0);
  expect(line.worth).toBe(worth);
});

test("what is left of twenty thousand devices goes over many commits, in its order, and who waits for it waits for the last of them", async () => {
  const { line, commits, pass } = world();
  const [gone, per] = [20_000, 200];
  for (let first = 0; first < gone; first += per) {
    const devices = Array.from({ length: per }, (_, i) => first + i);
    line.operation({ op: "presence_delete", devices });
    line.operation({ op: "journal_forget", of: devices, own: "of ", others: [] });
  }
  let durable = 0;
  void line.durable().then(() => (durable = commits.length));
  // what others wait for is not behind it
  line.operation({ op: "session_put", session: session(1, 10) });
  await pass(5000);
  const numbers = ({ ops }: CommitBatch) =>
    ops.flatMap((op) => (op.op === "presence_delete" ? op.devices : op.op === "journal_forget" ? op.of : []));
  expect(Math.max(...commits.map((one) => numbers(one).length))).toBeLessThanOrEqual(MOST_AT_ONCE);
  expect(commits[0]?.ops.some(({ op }) => op === "session_put")).toBe(true);
  const presence = commits.flatMap(({ ops }) => ops.flatMap((op) => (op.op === "presence_delete" ? op.devices : [])));
  expect(presence).toEqual(Array.from({ length: gone }, (_, i) => i));
  expect(commits.flatMap(numbers)).toHaveLength(2 * gone);
  expect(durable).toBe((2 * gone) / MOST_AT_ONCE);
  // series go last, whatever came before them: what is left is found by these
  const from = commits.length;
  line.operation({ op: "series_delete", ids: Array.from({ length: MOST_AT_ONCE - 1 }, (_, i) => i) });
  line.operation({ op: "presence_delete", devices: [1, 2] });
  await pass(1000);
  expect(commits.slice(from).map(({ ops }) => ops.map(({ op }) => op))).toEqual([
    ["presence_delete"],
    ["series_delete"],
  ]);
  // one that is larger than that goes alone
  line.operation({ op: "series_delete", ids: Array.from({ length: 3 * MOST_AT_ONCE }, (_, i) => i) });
  line.operation({ op: "series_delete", ids: [7] });
  const before = commits.length;
  await pass(1000);
  expect(commits.slice(before).map(({ ops }) => ops.length)).toEqual([1, 1]);
});
