import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { batchOf } from "../../src/store/data.model.ts";
import type { StoreOp } from "../../src/store/ports.ts";
import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";
import { have } from "../run/have.ts";
import { newSchema, startPostgres, type TestPostgres } from "../run/postgres.ts";

const put = (id: number): StoreOp => ({
  op: "session_put",
  session: {
    id,
    principal: "a:1",
    clientId: `c${id}`,
    version: 5,
    expiry: 60,
    created: 1,
    disconnectedAt: null,
    will: null,
  },
});

describe.skipIf(!have("postgresql"))("whose stored sessions are, on a PostgreSQL of several nodes", () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres({ fsync: "off" });
  }, 60_000);
  afterAll(() => server?.remove());

  test("nobody takes what a node has that takes part, and a start brings back what is its own", async () => {
    const schema = newSchema();
    const open = async (identity: string): Promise<PostgresDataStore> => {
      const store = new PostgresDataStore({ address: server.address(schema, "socket"), identity, shared: true });
      await store.open();
      return store;
    };
    const store = await open("one");
    const commit = (...ops: readonly StoreOp[]) => store.commit(batchOf([], ops));
    const ownersOf = async () => (await store.sessionsOf([1, 2, 3, 4])).map(({ owner }) => owner);
    await commit(put(1), put(2), put(3), put(4));
    const [self = 0] = await ownersOf();
    const other = self + 1;
    await server.sql(
      `INSERT INTO ${schema}.node (id, epoch, alive, commit_no, first_seq, address, version, since, up) VALUES (${other}, 9, 1, 0, 0, '', '', 0, 9)`,
    );
    for (const id of [1, 2, 3]) await commit({ op: "session_owner", id, owner: other });
    const take = { op: "sessions_adopt", from: other, to: self, of: 2, part: 1, isGone: true } as const;
    await commit(take);
    expect(await ownersOf()).toEqual([other, other, other, self]);
    // it is alive, and has not said that it takes part
    await server.sql(`UPDATE ${schema}.node SET up = 0 WHERE id = ${other}`);
    await commit(take);
    expect(await ownersOf()).toEqual([self, other, self, self]);
    await server.sql(`UPDATE ${schema}.node SET alive = 0 WHERE id = ${other}`);
    await store.close();
    const again = await open("one");
    const own = (await Array.fromAsync(again.sessions())).flat();
    const all = (await Array.fromAsync(again.owners())).flat();
    expect(own.map(({ session }) => session.id)).toEqual([1, 3, 4]);
    expect(all.map(({ id, owner, clientId }) => [id, owner, clientId])).toEqual([
      [1, self, "c1"],
      [2, other, "c2"],
      [3, self, "c3"],
      [4, self, "c4"],
    ]);
    await again.close();
  }, 30_000);
});
