import { oneClock } from "../base/clock.ts";
import { expect, test } from "bun:test";
import type { StoreOp } from "../store/ports.ts";
import { Upkeep } from "./upkeep.ts";

/** A broker that has published so many rows, as far as upkeep knows it. */
function world(
  published: number,
  sweeps = { tick() {}, held: false },
  forSql = false,
  isMine = true,
  shared: ConstructorParameters<typeof Upkeep>[0]["shared"] = null,
) {
  const state = { settled: true };
  const ops: StoreOp[] = [];
  const commits = { batcher: { failing: false }, committedBytes: 0 };
  const hub = { fannedSeq: published, operation: (op: StoreOp) => void ops.push(op) };
  const broker = {
    hub,
    ingest: { commits },
    series: { settled: { trim() {} } },
    sessions: { settle: () => (state.settled ? hub.fannedSeq : null) },
    tick() {},
  };
  const nothing = { tick() {}, expire() {} };
  const audited: number[] = [];
  const upkeep = new Upkeep({
    shared,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    broker: broker as never, // what upkeep uses of a broker, and the rest of the server
    authority: nothing as never,
    clock: oneClock(() => 0),
    watch: nothing,
    figures: () => {},
    duty: { isMine },
    trimmed: () => {},
    backups: nothing,
    sweeps,
    audit: { tick: (now: number) => void audited.push(now) },
    people: () => {},
    uses: nothing as never,
    http: nothing,
    consumers: { name: "consumers", tick() {}, floor: (upTo) => upTo },
    others: () => {},
    forSql,
  });
  const ticks = (n: number) => {
    for (let i = 0; i < n; i++) upkeep.tick();
  };
  return { hub, commits, ops, ticks, audited, upkeep, state };
}

test("what was in the log at the start is sealed after a minute, although nothing more comes, and once", () => {
  const { ops, ticks } = world(5000);
  ticks(59);
  expect(ops).toEqual([]);
  ticks(1);
  expect(ops).toEqual([{ op: "trim", upTo: 5000 }]);
  ticks(1000);
  expect(ops).toHaveLength(1);
});

test("servers that live for seconds do not heap the log up: all but the newest rows are sealed at once", () => {
  const { ops, ticks } = world(1_000_000);
  ticks(5);
  expect(ops).toEqual([{ op: "trim", upTo: 990_000 }]);
  ticks(54);
  expect(ops).toHaveLength(1);
  ticks(1);
  expect(ops.at(-1)).toEqual({ op: "trim", upTo: 1_000_000 });
  const small = world(9_000);
  small.ticks(10);
  expect(small.ops).toEqual([]);
});

test("among several nodes the log is kept for the slowest", async () => {
  const shared = { all: 4000, needlessTo: async () => shared.all };
  const { ops, ticks } = world(5000, undefined, false, true, shared);
  ticks(60);
  await Promise.resolve();
  expect(ops).toEqual([{ op: "trim", upTo: 4000 }]);
  shared.all = 6000;
  ticks(60);
  await Promise.resolve();
  expect(ops.at(-1)).toEqual({ op: "trim", upTo: 5000 });
});

test("an empty log is not sealed", () => {
  const { ops, ticks } = world(0);
  ticks(1000);
  expect(ops).toEqual([]);
});

test("while the store takes no data nothing is sealed, and it is made up for", () => {
  const { ops, ticks, commits } = world(5000);
  commits.batcher.failing = true;
  ticks(400);
  expect(ops).toEqual([]);
  commits.batcher.failing = false;
  ticks(1);
  expect(ops).toEqual([{ op: "trim", upTo: 5000 }]);
});

test("what came in the last minute stays in the log, unless it is much", () => {
  const { hub, ops, ticks } = world(5000);
  ticks(300);
  ops.length = 0;
  ticks(299);
  hub.fannedSeq = 6000;
  ticks(59);
  expect(ops).toEqual([]);
  hub.fannedSeq = 7000;
  ticks(2);
  expect(ops).toEqual([{ op: "trim", upTo: 6000 }]);
  hub.fannedSeq = 2_000_000;
  ticks(1);
  expect(ops.at(-1)).toEqual({ op: "trim", upTo: 2_000_000 });
});

test("nothing is trimmed above the floor of anybody who needs the log, and each is asked before", () => {
  const { hub, ops, ticks, upkeep } = world(5000);
  const asked: number[] = [];
  const floor = (at: number) => ({
    name: `at ${at}`,
    floor(upTo: number) {
      asked.push(upTo);
      return at;
    },
  });
  upkeep.floors.add(floor(9_000_000));
  const remove = upkeep.floors.add(floor(1200));
  ticks(60);
  expect([ops, asked]).toEqual([[{ op: "trim", upTo: 1200 }], [5000, 5000]]);
  // what was kept for somebody goes when it is needed no more, although nothing comes
  ticks(60);
  expect(ops).toHaveLength(2);
  remove();
  ticks(60);
  expect(ops.at(-1)).toEqual({ op: "trim", upTo: 5000 });
  ticks(300);
  expect(ops).toHaveLength(3);
  hub.fannedSeq = 2_000_000;
  ticks(1);
  expect(ops.at(-1)).toEqual({ op: "trim", upTo: 2_000_000 });
});

test("the audit log is not trimmed by a clock that is not believed", () => {
  const sweeps = {
    held: false,
    tick(): void {
      this.held = true;
    },
  };
  const { ticks, audited } = world(0, sweeps);
  ticks(1);
  expect(audited).toEqual([]);
  const { ticks: more, audited: trimmed } = world(0);
  more(1);
  expect(trimmed).toEqual([0]);
});

test("nothing is trimmed before all sessions are checkpointed, which takes several commits where they are many", () => {
  const { hub, ops, ticks, state } = world(5000);
  state.settled = false;
  ticks(100);
  expect(ops).toEqual([]);
  state.settled = true;
  ticks(1);
  expect(ops).toEqual([{ op: "trim", upTo: 5000 }]);
  hub.fannedSeq = 2_000_000;
  state.settled = false;
  ticks(5);
  expect(ops).toHaveLength(1);
  state.settled = true;
  ticks(1);
  expect(ops.at(-1)).toEqual({ op: "trim", upTo: 2_000_000 });
});

test("where people read with SQL, what came is sealed after a minute or two", () => {
  const { hub, ops, ticks } = world(0, undefined, true);
  hub.fannedSeq = 10;
  ticks(120);
  expect(ops).toEqual([{ op: "trim", upTo: 10 }]);
  hub.fannedSeq = 20;
  ticks(59);
  expect(ops).toHaveLength(1);
  ticks(61);
  expect(ops.at(-1)).toEqual({ op: "trim", upTo: 20 });
});

test("of several nodes one trims, sweeps and forgets; the others see to it that their sessions need less of the log", () => {
  const told: string[] = [];
  const { ops, ticks, audited, state } = world(
    5000,
    { tick: () => void told.push("sweep"), held: false },
    false,
    false,
  );
  const asked: number[] = [];
  Object.defineProperty(state, "settled", { get: () => asked.push(1) > 0 });
  ticks(700);
  expect([ops, told, audited]).toEqual([[], [], []]);
  expect(asked.length).toBeGreaterThan(0);
});
