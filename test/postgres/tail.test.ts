import { afterEach, describe, expect, test } from "bun:test";
import { Client } from "pg";
import { batchOf, seriesPut } from "../../src/store/data.model.ts";
import type { TailRecord } from "../../src/store/ports.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { PostgresTail } from "../../src/store/postgres/data/tail.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres } from "../run/postgres.ts";
import { until } from "../run/until.ts";
import { Writer } from "./writer.ts";

interface Heard {
  readonly records: TailRecord[];
  readonly failures: Error[];
  readonly tail: PostgresTail;
}
const tails: PostgresTail[] = [];
function follow(address: string, id: number, after: number, pollMs?: number): Heard {
  const tail = new PostgresTail({ address, node: { id, epoch: 1 }, ...(pollMs === undefined ? {} : { pollMs }) });
  tails.push(tail);
  const heard: Heard = { records: [], failures: [], tail };
  tail.start(after, { record: (one) => heard.records.push(one), failed: (why) => heard.failures.push(why) });
  return heard;
}
const lastOf = ({ records }: Heard): number => {
  const last = records.at(-1);
  return last === undefined ? 0 : last.firstSeq + last.count - 1;
};
/** What is heard is the log: all of it, once, in order. */
function check(heard: Heard, log: readonly Record<string, unknown>[], own: number): void {
  expect(heard.failures).toEqual([]);
  expect(heard.records.map(({ firstSeq, count, node, body }) => [firstSeq, count, node, body === null])).toEqual(
    log.map(({ id, count, node }) => [Number(id), Number(count), Number(node), Number(node) === own]),
  );
  for (const [i, { body }] of heard.records.entries())
    if (body !== null) expect(Buffer.from(body).equals(log[i]?.body as Buffer)).toBe(true);
}

if (have("postgresql"))
  describe("the tail of the log", () => {
    afterEach(async () => {
      for (const tail of tails.splice(0)) await tail.stop();
    });

    test("each node is told of every record once, in order and without gaps, while several commit", async () => {
      const server = await startPostgres({ fsync: "off" });
      try {
        const schema = newSchema();
        const address = server.address(schema, "socket");
        const store = new PostgresDataStore({ address });
        await store.open();
        await store.commit(batchOf([], [seriesPut(1)]));
        const [one, two] = [await Writer.of(server, schema, 2), await Writer.of(server, schema, 3)];
        const logOf = () => server.sql(`SELECT id, count, node, body FROM ${schema}.log ORDER BY id`);
        const heard = [follow(address, 1, 0), follow(address, 2, 0), follow(address, 3, 0)];
        const sizes = Array.from({ length: 60 }, (_, i) => 1 + ((i * 37) % 50));
        await Promise.all([
          (async () => {
            for (const n of sizes)
              await store.commit(batchOf(Array.from({ length: n }, (_, i) => ({ series: 1, time: i, value: i }))));
          })(),
          (async () => {
            for (const n of sizes) await one.commit(n);
          })(),
          (async () => {
            for (const n of sizes) await two.commit(n);
          })(),
        ]);
        const log = await logOf();
        expect(log.length).toBe(3 * sizes.length);
        const last = Number(log.at(-1)?.id) + Number(log.at(-1)?.count) - 1;
        await until("all are told of all", () => heard.every((each) => lastOf(each) === last));
        for (const [i, each] of heard.entries()) check(each, log, i + 1);

        // its connection goes, again and again, while more is committed
        const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fieldcast tail'`;
        for (let round = 0; round < 3; round++) {
          const killed = server.sql(kill);
          for (let i = 0; i < 10; i++) await one.commit(3);
          await killed;
          await two.commit(2);
        }
        const more = await logOf();
        const end = Number(more.at(-1)?.id) + Number(more.at(-1)?.count) - 1;
        await until("all are told of all", () => heard.every((each) => lastOf(each) === end));
        for (const [i, each] of heard.entries()) check(each, more, i + 1);

        // who holds it is told of nothing, and of all of it afterwards
        const [first] = heard as [Heard];
        first.tail.hold();
        await one.commit(4);
        await until("the others are told", () => heard.slice(1).every((each) => lastOf(each) === end + 4));
        expect(lastOf(first)).toBe(end);
        first.tail.release();
        await until("it is told as well", () => lastOf(first) === end + 4);

        // one that begins in the midst of the log
        const late = follow(address, 1, end);
        await until("it is told of the last", () => lastOf(late) === end + 4);
        expect(late.records.map(({ firstSeq }) => firstSeq)).toEqual([end + 1]);
        await Promise.all([one.end(), two.end(), store.close()]);
      } finally {
        for (const tail of tails.splice(0)) await tail.stop();
        await server.remove();
      }
    }, 60_000);

    test("a server that is killed and comes back loses nothing of what is told, and tells nothing twice", async () => {
      const server = await startPostgres();
      try {
        const schema = newSchema();
        const address = server.address(schema, "socket");
        const store = new PostgresDataStore({ address });
        await store.open();
        let writer = await Writer.of(server, schema, 2);
        const heard = follow(address, 1, 0, 50);
        const commit = (n: number) =>
          store.commit(batchOf(Array.from({ length: n }, (_, i) => ({ series: 1, time: i, value: i }))));
        await store.commit(batchOf([], [seriesPut(1)]));
        for (let i = 0; i < 5; i++) await writer.commit(2);
        await server.stop("kill");
        await writer.end();
        await server.start();
        await until("it commits again", () =>
          commit(1).then(
            () => true,
            () => false,
          ),
        );
        await server.sql(`DELETE FROM ${schema}.node WHERE id = 2`);
        writer = await Writer.of(server, schema, 2);
        for (let i = 0; i < 5; i++) await writer.commit(3);
        const log = await server.sql(`SELECT id, count, node, body FROM ${schema}.log ORDER BY id`);
        const last = Number(log.at(-1)?.id) + Number(log.at(-1)?.count) - 1;
        await until("all is told", () => lastOf(heard) === last);
        check(heard, log, 1);
        await Promise.all([writer.end(), store.close()]);
      } finally {
        for (const tail of tails.splice(0)) await tail.stop();
        await server.remove();
      }
    }, 60_000);

    test("what a node takes out of the log, since it was refused, is its own", async () => {
      const server = await startPostgres({ fsync: "off" });
      try {
        const schema = newSchema();
        const store = new PostgresDataStore({ address: server.address(schema, "socket") });
        await store.open();
        const [one, two] = [await Writer.of(server, schema, 2), await Writer.of(server, schema, 3)];
        await one.commit(1);
        await two.commit(2);
        await one.commit(3);
        await two.commit(4, 2);
        const log = await server.sql(`SELECT id, node FROM ${schema}.log ORDER BY id`);
        expect(log.map(({ id, node }) => [Number(id), Number(node)])).toEqual([
          [1, 2],
          [4, 2],
          [7, 3],
        ]);
        await Promise.all([one.end(), two.end(), store.close()]);
      } finally {
        await server.remove();
      }
    }, 60_000);

    test("a deletion of points has its place in the log: behind what another node commits while it is on its way", async () => {
      const server = await startPostgres({ fsync: "off" });
      const client = new Client({ host: server.folder, port: server.port, user: "postgres", database: "postgres" });
      try {
        const schema = newSchema();
        const store = new PostgresDataStore({ address: server.address(schema, "socket") });
        await store.open();
        await store.commit(batchOf([{ series: 1, time: 1, value: 1 }], [seriesPut(1)]));
        const writer = await Writer.of(server, schema, 2);
        await client.connect();
        // the other one has the log's number, and four rows
        await client.query(`BEGIN; UPDATE ${schema}.head SET seq = seq + 4`);
        const { blob, count } = batchOf([{ series: 1, time: 2, value: 2 }]);
        const deletion = JSON.stringify([{ port: "series", op: "points_delete", series: 1, from: 0, to: 10 }]);
        const put = writer.put(blob ?? new Uint8Array(0), count, null, deletion);
        const waits = "SELECT 1 AS one FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CALL%'";
        await until("the commit waits for it", async () => (await server.sql(waits)).length === 1);
        await client.query("COMMIT");
        expect(await put).toBe(6);
        const purges = await server.sql(`SELECT seq FROM ${schema}.purge`);
        expect(purges.map(({ seq }) => Number(seq))).toEqual([5]);
        await Promise.all([writer.end(), store.close()]);
      } finally {
        await client.end().catch(() => undefined);
        await server.remove();
      }
    }, 60_000);

    test("what is damaged, or gone, is never passed over; a node that was declared dead is told so", async () => {
      const server = await startPostgres({ fsync: "off" });
      try {
        const schema = newSchema();
        const address = server.address(schema, "socket");
        const store = new PostgresDataStore({ address });
        await store.open();
        const writer = await Writer.of(server, schema, 2);
        for (let i = 0; i < 4; i++) await writer.commit(2);
        await server.sql(`UPDATE ${schema}.log SET mark = mark + 1 WHERE id = 5`);
        const damaged = follow(address, 1, 0);
        await until("it fails", () => damaged.failures.length > 0);
        expect([lastOf(damaged), damaged.failures[0]?.message]).toEqual([4, "log record under a wrong number"]);
        await server.sql(`DELETE FROM ${schema}.log WHERE id = 5`);
        const gone = follow(address, 1, 4);
        await until("it fails", () => gone.failures.length > 0);
        expect(gone.failures[0]?.message).toBe("The log goes on with row 7; this server has read it up to 4.");
        await server.sql(`DELETE FROM ${schema}.log`);
        const empty = follow(address, 1, 4);
        await until("it fails", () => empty.failures.length > 0);
        expect(empty.failures[0]?.message).toBe("The log goes on with row 9; this server has read it up to 4.");
        const dead = follow(address, 9, 6);
        await until("it fails", () => dead.failures.length > 0);
        expect([dead.records, dead.failures[0]?.message]).toEqual([
          [],
          "Another server has taken this PostgreSQL store over; this one commits nothing any more.",
        ]);
        await Promise.all([writer.end(), store.close()]);
      } finally {
        for (const tail of tails.splice(0)) await tail.stop();
        await server.remove();
      }
    }, 60_000);
  });
else test.skip("PostgreSQL is not here", () => {});
