import { expect, test } from "bun:test";
import type { LogTail, TailRecord } from "../store/ports.ts";
import { Batch } from "./batch.ts";
import { LogOrder } from "./order.ts";
import { SeriesTable } from "./series.ts";
import { Turns } from "./turns.ts";

/** Turns of node 1, with nobody to publish but the test. */
function world() {
  const published: number[] = [];
  const failures: Error[] = [];
  const commits = {
    publishing: 0,
    committedBytes: 0,
    publish: (batch: Batch) => {
      commits.publishing++;
      published.push(batch.firstSeq);
    },
  };
  const apply = ({ firstSeq, count }: TailRecord): Batch =>
    Object.assign(new Batch(true), { firstSeq, records: count });
  const foreign = { apply };
  const order = new LogOrder(new SeriesTable());
  const turns = new Turns({ node: 1, order, foreign, commits, failed: (why) => failures.push(why) }, 0);
  /** Those who publish are done with some of them. */
  const done = (count: number): void => {
    commits.publishing -= count;
    turns.resume();
  };
  return { turns, commits, foreign, published, failures, done };
}
const recordOf = (firstSeq: number, count = 1, node = 2): TailRecord => ({
  firstSeq,
  count,
  node,
  body: new Uint8Array(0),
});
function ownBatch(firstSeq: number, records: number): Batch {
  return Object.assign(new Batch(true), { firstSeq, records });
}

test("rows have their turn by their numbers, whoever brings them first", () => {
  const { turns, published } = world();
  turns.record({ ...recordOf(1, 2, 1), body: null });
  turns.record(recordOf(3, 2));
  expect(published).toEqual([]);
  turns.own(ownBatch(1, 2));
  expect(published).toEqual([1, 3]);
  turns.own(ownBatch(7, 1));
  turns.record(recordOf(5, 2, 3));
  expect([published, turns.applied]).toEqual([[1, 3, 5, 7], 7]);
});

test("the log is read no further while others are slow to publish, and on when they are done", () => {
  const { turns, commits, published, done } = world();
  const told: string[] = [];
  const tail: LogTail = {
    start: (after) => told.push(`start ${after}`),
    hold: () => told.push("hold"),
    release: () => told.push("release"),
    roads: null,
    stop: async () => {},
  };
  turns.follow(tail);
  for (let n = 1; n <= 22; n++) turns.record(recordOf(n));
  // five are with those who publish, seventeen wait
  expect([published.length, commits.publishing, turns.isBehind, ...told]).toEqual([5, 5, true, "start 0", "hold"]);
  done(5);
  expect([published.length, turns.isBehind, ...told]).toEqual([10, false, "start 0", "hold"]);
  done(5);
  expect([published.length, ...told]).toEqual([15, "start 0", "hold", "release"]);
  done(5);
  done(5);
  expect([published, turns.applied]).toEqual([Array.from({ length: 22 }, (_, i) => i + 1), 22]);
});

test("a batch of this node does not wait for those who publish, and one without rows stands before the next row", () => {
  const { turns, commits, published } = world();
  commits.publishing = 100;
  turns.own(ownBatch(1, 3));
  turns.own(ownBatch(0, 0));
  expect([published, turns.applied]).toEqual([[1, 4], 3]);
});

test("a record that cannot be read ends the node: nothing behind it has its turn", () => {
  const { turns, foreign, published, failures } = world();
  foreign.apply = () => {
    throw new RangeError("log record with a wrong checksum");
  };
  turns.record(recordOf(1));
  expect(failures.map(({ message, cause }) => [message, (cause as Error).message])).toEqual([
    ["The log cannot be read at row 1.", "log record with a wrong checksum"],
  ]);
  turns.record(recordOf(2));
  expect([published, turns.applied]).toEqual([[], 0]);
});
