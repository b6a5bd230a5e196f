import { expect, test } from "bun:test";
import { JUDGE_MS, LEASE_MS } from "../lease.ts";
import { RecordReader, Told } from "../../record.ts";
import type { Session } from "../session.ts";
import { Judge } from "./judge.ts";

/** A judge with a clock of its own, and a database that finds these overdue. */
function world(overdue: readonly (readonly [number, number])[] = []) {
  const time = { now: 1000 };
  const asked: unknown[][] = [];
  const session = {
    async queryHere({ text, values = [] }: { text: string; values?: unknown[] }) {
      if (text.startsWith("SELECT")) return { rows: overdue };
      asked.push(values);
      return { rows: [[values[2] === 3 ? 0 : 77]] };
    },
  } as unknown as Session; // what a judge asks of one
  const judge = new Judge(() => time.now);
  /** The database answers each second. */
  const live = (ms: number): void => {
    for (const end = time.now + ms; time.now < end; ) {
      time.now += Math.min(1000, end - time.now);
      judge.heard();
    }
  };
  return { time, judge, live, asked, session };
}

test("it judges nobody before it had answers for two leases without a break", () => {
  const { judge, live, time } = world();
  judge.heard();
  live(JUDGE_MS - 1);
  expect(judge.isDue).toBe(false);
  live(1);
  expect(judge.isDue).toBe(true);
  // a failover that outlasted the leases: the others had the same
  time.now += LEASE_MS + 1;
  judge.heard();
  expect(judge.isDue).toBe(false);
  live(JUDGE_MS);
  expect(judge.isDue).toBe(true);
  judge.lost();
  judge.heard();
  expect(judge.isDue).toBe(false);
});

test("it tells of each node that is overdue in the name of its epoch, and looks again later", async () => {
  const { judge, live, asked, session } = world([
    [2, 8],
    [3, 9],
  ]);
  judge.heard();
  live(JUDGE_MS);
  // the third one committed in between
  expect(await judge.look(session, [1, 5])).toEqual([2]);
  expect(asked.map((values) => values.slice(0, 4))).toEqual([
    [1, 5, 2, 8],
    [1, 5, 3, 9],
  ]);
  const reader = new RecordReader(asked[0]?.[4] as Uint8Array, 77);
  expect([reader.next(), reader.id, reader.numbers, reader.next()]).toEqual([true, Told.NodeGone, [2, 8], false]);
  expect(judge.isDue).toBe(false);
  live(1000);
  expect(judge.isDue).toBe(true);
});
