import { describe, test } from "bun:test";
import { have } from "../../../../test/run/have.ts";
import { newSchema, sharedPostgres } from "../../../../test/run/postgres.ts";
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
} else describe("PostgreSQL", () => test.skip("is not here", () => {}));
