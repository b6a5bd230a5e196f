import { describe, expect, test } from "bun:test";
import { Applier, type Manner, SECOND, TARGETS } from "../../src/feed/appliers.testing.ts";
import type { Value } from "../../src/measure/types.ts";
import { batchOf } from "../../src/store/data.model.ts";
import { END_OF_TIME, type Opened, type Point, type SeriesState } from "../../src/store/ports.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { PostgresTail } from "../../src/store/postgres/data/tail.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres } from "../run/postgres.ts";
import { until } from "../run/until.ts";
import { Writer } from "./writer.ts";

const ROUNDS = 60;
const IDS = TARGETS.map((_, i) => i + 1);
const MANNERS: readonly Manner[] = ["stamped", "stamped", "given", "silent", "history"];

interface Told {
  readonly series: number;
  readonly time: number;
  readonly value: Value;
}
/** The points of each series, of equal times the last written. */
function pointsOf(told: readonly Told[], id: number): Point[] {
  const byTime = new Map<number, Value>();
  for (const { series, time, value } of told) if (series === id) byTime.set(time, value);
  return [...byTime].map(([time, value]) => ({ time, value })).sort((a, b) => a.time - b.time);
}
async function statesOf(store: PostgresDataStore): Promise<SeriesState[]> {
  const all: SeriesState[] = [];
  for await (const piece of store.series()) all.push(...piece);
  return all;
}

/** A node: it commits by a connection of its own, and follows the log of all. */
async function play(node: Applier, writer: Writer, seed: number): Promise<void> {
  let state = seed;
  const next = (n: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = next(6); i >= 0; i--) {
      const manner = MANNERS[next(MANNERS.length)] as Manner;
      const off = next(2) === 0 ? next(11) - 5 : next(4 * SECOND) - 3 * SECOND;
      node.send({ series: 1 + next(TARGETS.length), manner, value: next(50), off }, Date.now() * 1000);
    }
    const batch = node.take();
    if (batch?.blob) batch.firstSeq = await writer.put(batch.blob, batch.records);
    if (batch !== null) node.turns.own(batch);
  }
}

if (have("postgresql"))
  describe("three nodes on one PostgreSQL", () => {
    test("come to the same, and so does who starts on what they have left, from the log and when it is sealed", async () => {
      const server = await startPostgres({ fsync: "off" });
      const tails: PostgresTail[] = [];
      try {
        const schema = newSchema();
        const address = server.address(schema, "socket");
        let settled: Opened["settled"] = [];
        const open = async (): Promise<PostgresDataStore> => {
          const store = new PostgresDataStore({ address });
          ({ settled } = await store.open());
          return store;
        };
        let store = await open();
        const puts = TARGETS.map(({ device, field, type }, i) => {
          return {
            op: "series_put" as const,
            id: i + 1,
            device: device.row.uid,
            field: field.row.uid,
            type: type.name,
          };
        });
        await store.commit(batchOf([], puts));

        const seed = Date.now() % 1_000_000;
        const nodes = [11, 12, 13].map((id) => new Applier(id));
        const writers: Writer[] = [];
        for (const node of nodes) {
          // their clocks are up to two seconds apart
          node.skew = (node.number - 12) * SECOND;
          writers.push(await Writer.of(server, schema, node.number));
          const tail = new PostgresTail({ address, node: { id: node.number, epoch: 1 }, pollMs: 50 });
          tails.push(tail);
          node.turns.follow(tail);
        }
        const playing = nodes.map((node, i) => play(node, writers[i] as Writer, seed + i));
        await server.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fieldcast tail'`,
        );
        await Promise.all(playing);
        const [head] = await server.sql(`SELECT seq FROM ${schema}.head`);
        const last = Number(head?.seq) - 1;
        await until("all rows took effect everywhere", () => nodes.every(({ turns }) => turns.applied === last));

        const [first, ...others] = nodes as [Applier, Applier, Applier];
        for (const one of others) {
          expect({ seed, told: one.told }).toEqual({ seed, told: first.told });
          expect({ seed, state: one.state }).toEqual({ seed, state: first.state });
        }
        const told = first.told as Told[];
        const check = async (): Promise<void> => {
          for (const id of IDS)
            expect({ seed, points: await store.read(id, 0, END_OF_TIME, 1e6) }).toEqual({
              seed,
              points: pointsOf(told, id),
            });
        };
        await check();
        for (const upTo of [Math.floor(last / 2), last]) {
          await store.close();
          store = await open();
          // what rows became other than they were proposed, which these clocks see to
          if (upTo < last) expect({ seed, settled: settled.length }).not.toEqual({ seed, settled: 0 });
          for (const { seq, time } of settled) expect(first.series.settled.timeOf({ seq, time: 0 })).toBe(time);
          for (const { id, time, value } of await statesOf(store))
            expect({ seed, id, current: time === null ? null : { time, value } }).toEqual({
              seed,
              id,
              current: first.series.current(id),
            });
          await check();
          await store.commit(batchOf([], [{ op: "trim", upTo }]));
          await store.idle();
          await check();
        }
        await Promise.all([...writers.map((one) => one.end()), store.close()]);
      } finally {
        for (const tail of tails) await tail.stop();
        await server.remove();
      }
    }, 60_000);
  });
else test.skip("PostgreSQL is not here", () => {});
