import { describe, expect, test } from "bun:test";
import { oneClock } from "../base/clock.ts";
import { Refusal } from "../base/errors.ts";
import type { Log } from "../base/types.ts";
import { batchOf, seriesPut } from "../store/data.model.ts";
import { MemoryDataStore } from "../store/memory/store.ts";
import type { StoreOp } from "../store/ports.ts";
import { BatchRows } from "./batch-rows.ts";
import { Consumers } from "./consumers.ts";
import type { FeedHandler } from "./consumer.ts";

/** A store in memory with a consumer that has handled nothing of 300 rows; commits are collected, and made by `commit`. */
async function world(limits = { maxLagBytes: 1e9, maxLagAge: 1e15 }) {
  const store = new MemoryDataStore();
  await store.open();
  const rowsOf = (n: number) => Array.from({ length: n }, (_, i) => ({ series: 1, time: i, value: i }));
  const put: StoreOp = { op: "consumer_put", consumer: { name: "a", position: 0, lost: null, note: null } };
  await store.commit(batchOf(rowsOf(300), [seriesPut(1), put]));
  const logged: string[] = [];
  const say = (_: object, text: string) => void logged.push(text);
  const log: Log = { debug: say, info: say, warn: say, error: say };
  const time = { now: 0 };
  let due: { readonly at: number; readonly fn: () => void }[] = [];
  const commits = { batch: { empty: false, ops: [] as StoreOp[] }, batcher: { poke() {} }, committedBytes: 0 };
  const consumers = new Consumers({
    store,
    names: { device: () => null, field: () => null },
    clock: oneClock(() => time.now),
    log,
    limits,
    commits,
    later: (fn, ms) => void due.push({ at: time.now + ms * 1000, fn }),
  });
  await consumers.load(300);
  const pass = async (seconds: number): Promise<void> => {
    for (const end = time.now + seconds * 1e6; time.now < end; time.now += 1e6) {
      consumers.tick();
      for (let turn = 0; turn < 30; turn++) {
        for (let i = 0; i < 6; i++) await null;
        const now = due.filter(({ at }) => at <= time.now);
        due = due.filter(({ at }) => at > time.now);
        for (const { fn } of now) fn();
      }
    }
  };
  const commit = async (rows = 0): Promise<void> => {
    const batch = batchOf(rowsOf(rows), commits.batch.ops.splice(0));
    commits.committedBytes += batch.blob?.length ?? 0;
    const { firstSeq } = await store.commit(batch);
    // rows that are not in place: who is behind finds them in the log
    consumers.tell(new BatchRows(), 0, 0, firstSeq + rows - 1);
    await pass(1);
  };
  return { store, consumers, commits, logged, pass, commit, stored: () => store.data.consumers.get("a") };
}
/** A handler that takes down what it was given. */
function taker() {
  const it = {
    seqs: [] as number[],
    gaps: [] as [number, number][],
    calls: 0,
    fails: false,
    holds: false,
    done: () => {},
  };
  const took = (done: () => void): void => {
    it.done = done;
    if (!it.holds) done();
  };
  const handler: FeedHandler = {
    rows(rows, done) {
      it.calls++;
      if (it.fails) throw new Error("no rule is that simple");
      while (rows.next()) it.seqs.push(rows.seq);
      took(done);
    },
    gap(from, to, done) {
      it.gaps.push([from, to]);
      took(done);
    },
  };
  return { it, handler };
}
const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, i) => from + i);

test("a handler that fails gets the same again after a second, which is logged once; then it goes on", async () => {
  const { consumers, logged, pass } = await world();
  const { it, handler } = taker();
  it.fails = true;
  consumers.open("a", handler);
  await pass(10);
  expect(it.calls).toBe(10);
  expect(logged).toEqual(["a consumer of the feed failed; it is tried again"]);
  it.fails = false;
  await pass(2);
  expect(it.seqs).toEqual(upTo(300));
});

test("a log that cannot be read is tried again", async () => {
  const { store, consumers, logged, pass } = await world();
  const { it, handler } = taker();
  const read = store.readLog.bind(store);
  store.readLog = () => Promise.reject(new Refusal("storage_unavailable", "The reader is gone."));
  consumers.open("a", handler);
  await pass(3);
  expect([it.seqs, logged.length]).toEqual([[], 1]);
  store.readLog = read;
  await pass(2);
  expect(it.seqs).toEqual(upTo(300));
});

test("pieces are bounded, and their positions wait for a commit: one that comes anyway, or one of their own after a second", async () => {
  const { consumers, commits, pass, commit, stored } = await world();
  const { it, handler } = taker();
  it.holds = true;
  consumers.open("a", handler);
  await pass(1);
  expect(it.seqs).toEqual(upTo(256));
  consumers.sealing();
  expect(commits.batch.ops).toEqual([]);
  it.done();
  consumers.sealing();
  expect(commits.batch.ops).toEqual([
    { op: "consumer_put", consumer: { name: "a", position: 256, lost: null, note: null } },
  ]);
  await commit();
  expect(stored()?.position).toBe(256);
  it.done();
  it.done(); // twice is once
  expect(commits.batch.ops).toEqual([]);
  await pass(2);
  await commit();
  expect([stored()?.position, it.seqs.length]).toEqual([300, 300]);
});

test("a stop stores what was handled, and nothing else", async () => {
  const { consumers, commit, pass, stored } = await world();
  const { it, handler } = taker();
  it.holds = true;
  consumers.open("a", handler);
  await pass(1);
  consumers.stop();
  it.done();
  await commit();
  expect(stored()?.position).toBe(0);
  expect([...consumers.lags()].map(([name, { rows }]) => [name, rows])).toEqual([["a", 300]]);
});

test("a consumer that is cut off again and again is logged once, until it has caught up", async () => {
  const { consumers, logged, commit, pass, stored } = await world({ maxLagBytes: 500, maxLagAge: 1e15 });
  const { it, handler } = taker();
  it.holds = true;
  consumers.open("a", handler);
  const isCut = async (): Promise<void> => {
    await commit(100);
    consumers.floor(consumers.published);
    await commit();
  };
  for (let i = 0; i < 4; i++) await isCut();
  expect(consumers.gaps).toBeGreaterThan(1);
  expect(logged).toHaveLength(1);
  const position = stored()?.position ?? 0;
  expect([stored()?.lost, consumers.left]).toEqual([1, position]);
  // what it had is handled after all; of the rest it is told, and gets what is behind that
  it.holds = false;
  it.done();
  await pass(3);
  expect(it.gaps).toEqual([[257, position]]);
  expect(it.seqs).toEqual([...upTo(256), ...upTo(consumers.published, position + 1)]);
  consumers.floor(consumers.published);
  await commit();
  expect(stored()).toEqual({ name: "a", position: consumers.published, lost: null, note: null });
  it.holds = true;
  await isCut();
  expect(logged).toHaveLength(1);
});

test("the age counts from when rows were published, while the server runs", async () => {
  const { consumers, commit, pass, stored } = await world({ maxLagBytes: 1e9, maxLagAge: 60e6 });
  await commit(10);
  await pass(30);
  consumers.floor(consumers.published);
  await commit();
  expect(stored()).toEqual({ name: "a", position: 0, lost: null, note: null });
  await pass(40);
  // also of one that nobody opened
  expect(consumers.floor(consumers.published)).toBe(310);
  await commit();
  expect(stored()).toEqual({ name: "a", position: 310, lost: 1, note: null });
});

test("a new consumer begins with what is published from then on; a name is open once", async () => {
  const { consumers, commits } = await world();
  const { close } = consumers.open("b", taker().handler);
  expect(commits.batch.ops).toEqual([
    { op: "consumer_put", consumer: { name: "b", position: 300, lost: null, note: null } },
  ]);
  expect(() => consumers.open("b", taker().handler)).toThrow("open already");
  close();
  expect(() => consumers.open("b", taker().handler)).not.toThrow();
  consumers.remove("b");
  consumers.remove("nobody");
  expect(commits.batch.ops.at(-1)).toEqual({ op: "consumer_delete", name: "b" });
  expect(commits.batch.ops).toHaveLength(2);
});

test("where there is no consumer the log is kept for nobody, and the first one begins where the feed is", async () => {
  const { consumers, commits } = await world();
  consumers.remove("a");
  expect(consumers.any).toBe(false);
  consumers.passed(1350);
  expect(consumers.floor(1350)).toBe(1350);
  expect(consumers.floor(900)).toBe(900);
  commits.batch.ops.length = 0;
  consumers.open("b", taker().handler);
  expect(commits.batch.ops).toMatchObject([{ op: "consumer_put", consumer: { name: "b", position: 1350 } }]);
});

describe("a consumer that holds rows back", () => {
  test("is past what it has handled, and past all behind it that is no row", async () => {
    const { consumers, commit, pass, stored } = await world();
    const { it, handler } = taker();
    const open = consumers.open("a", handler, true);
    await pass(2);
    const lag = () => [...consumers.lags()].map(([, { rows }]) => rows);
    // what sessions and nodes tell has numbers, too
    consumers.tell(new BatchRows(), 0, 0, 305);
    await pass(1);
    open.handled(it.seqs.at(-2) ?? 0);
    expect(lag()).toEqual([6]);
    open.handled(it.seqs.at(-1) ?? 0);
    expect(lag()).toEqual([0]);
    consumers.tell(new BatchRows(), 0, 0, 310);
    await pass(2);
    expect(lag()).toEqual([0]);
    await commit();
    expect(stored()).toMatchObject({ position: 310 });
  });

  test("is given more before it has handled what it has; what is stored is what it has handled, and its note", async () => {
    const { consumers, commit, pass, stored } = await world();
    const { it, handler } = taker();
    const open = consumers.open("a", handler, true);
    await pass(2);
    expect(it.seqs).toEqual(upTo(300));
    await commit();
    expect(stored()).toMatchObject({ position: 0 });
    expect(consumers.floor(consumers.published)).toBe(0);
    expect([...consumers.lags()].map(([, { rows }]) => rows)).toEqual([300]);
    open.handled(120);
    open.handled(90); // never back
    open.keep('{"tries":3}');
    await pass(2);
    await commit();
    expect(stored()).toEqual({ name: "a", position: 120, lost: null, note: '{"tries":3}' });
    expect([open.note, consumers.floor(consumers.published)]).toEqual(['{"tries":3}', 120]);
    open.handled(1e9); // as far as it was given
    open.keep(null);
    await pass(2);
    await commit();
    expect(stored()).toEqual({ name: "a", position: 300, lost: null, note: null });
  });

  test("may call rows handled while it is given them", async () => {
    const { consumers, commit, pass, stored } = await world();
    const seqs: number[] = [];
    const open = consumers.open(
      "a",
      {
        rows(rows, done) {
          while (rows.next()) seqs.push(rows.seq);
          done();
          open.handled(seqs.at(-1) ?? 0);
        },
        gap: (_from, _to, done) => done(),
      },
      true,
    );
    await pass(3);
    await commit();
    expect([seqs, stored()?.position]).toEqual([upTo(300), 300]);
  });

  test("gets again after a close what it had not handled", async () => {
    const { consumers, pass } = await world();
    const first = taker();
    const open = consumers.open("a", first.handler, true);
    await pass(2);
    open.handled(200);
    open.close();
    const second = taker();
    consumers.open("a", second.handler, true);
    await pass(2);
    expect(second.it.seqs).toEqual(upTo(300, 201));
  });

  test("is not told that what it holds is lost, when it is cut off there; a restart is, unless that was handled", async () => {
    const { consumers, commit, pass, stored } = await world({ maxLagBytes: 500, maxLagAge: 1e15 });
    const { it, handler } = taker();
    it.holds = true;
    const open = consumers.open("a", handler, true);
    await pass(2);
    for (let i = 0; i < 3; i++) await commit(100);
    consumers.floor(consumers.published);
    await commit();
    const cut = stored()?.position ?? 0;
    expect([cut > 256, stored()?.lost]).toEqual([true, 1]);
    it.holds = false;
    it.done();
    await pass(3);
    expect(it.gaps).toEqual([[257, cut]]);
    expect(it.seqs).toEqual([...upTo(256), ...upTo(consumers.published, cut + 1)]);
    await commit();
    expect(stored()).toMatchObject({ position: cut, lost: 1 });
    open.handled(256);
    await pass(2);
    await commit();
    expect(stored()).toMatchObject({ position: cut, lost: null });
  });
});
