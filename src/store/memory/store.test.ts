import { dataStoreContract } from "../data.contract.ts";
import { MemoryData } from "./data.ts";
import { MemoryDataStore } from "./store.ts";

dataStoreContract(
  "memory",
  async () => {
    const data = new MemoryData();
    return {
      store: () => new MemoryDataStore(data),
      crash: (store) => store.close(),
      settled: async () => {},
      dispose: async () => {},
    };
  },
  { isShared: true },
);
