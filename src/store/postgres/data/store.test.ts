import { describe, expect, test } from "bun:test";
import { have } from "../../../../test/run/have.ts";
import { newSchema, sharedPostgres } from "../../../../test/run/postgres.ts";
import { batchOf, seriesPut } from "../../data.model.ts";
import { dataStoreContract } from "../../data.contract.ts";
import { PostgresDataStore } from "./store.ts";

if (have("postgresql")) {
  const server = await sharedPostgres();
  dataStoreContract(
    "PostgreSQL",
    async () => {
      const schema = newSchema();
      // The contract hands back only the stores made here.
      const mine = (store: unknown): PostgresDataStore => store as PostgresDataStore;
      return {
        store: () => new PostgresDataStore({ address: server.address(schema, "socket") }),
        crash: (store) => mine(store).abort(),
        settled: (store) => mine(store).idle(),
        dispose: async () => void (await server.sql(`DROP SCHEMA ${schema} CASCADE`)),
      };
    },
    { lives: 6, isShared: true },
  );

  test("one of several servers seals and sweeps from when it is told to, and then what was left until then", async () => {
    const schema = newSchema();
    const store = new PostgresDataStore({ address: server.address(schema, "socket"), shared: true });
    try {
      await store.open();
      const row = (time: number) => ({ series: 1, time, value: time });
      await store.commit(batchOf([row(1), row(2)], [seriesPut(1)]));
      await store.commit(batchOf([row(3)], [{ op: "trim", upTo: 2 }]));
      const stored = async () => {
        await store.idle();
        const { logRows } = await store.stats();
        return [logRows, (await store.read(1, 0, 9, 9)).map(({ time }) => time)];
      };
      expect(await stored()).toEqual([3, [1, 2, 3]]);
      store.doForAll();
      expect(await stored()).toEqual([1, [1, 2, 3]]);
      // as another server deletes it: nobody tells this one's worker
      await server.sql(`INSERT INTO ${schema}.purge (series, seq, t0, t1, swept) VALUES (1, 2, 1, 2, 0)`);
      store.doForAll();
      expect(await stored()).toEqual([1, [2, 3]]);
    } finally {
      await store.abort();
      await server.sql(`DROP SCHEMA ${schema} CASCADE`);
    }
  });
} else describe("PostgreSQL", () => test.skip("is not here", () => {}));
