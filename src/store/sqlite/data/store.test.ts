import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataStoreContract } from "../../data.contract.ts";
import { SqliteDataStore } from "./store.ts";

dataStoreContract("sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldcast-data-"));
  // The contract hands back only the stores made here.
  const mine = (store: unknown): SqliteDataStore => store as SqliteDataStore;
  return {
    store: () => new SqliteDataStore({ folder }),
    crash: (store) => mine(store).abort(),
    settled: (store) => mine(store).idle(),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
});
