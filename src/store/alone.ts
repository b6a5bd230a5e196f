import type { Stores } from "./stores.ts";

type OfSeveral = "shared" | "lease" | "nodes" | "nodeAddresses" | "tellOfNode" | "noteClock" | "doForAll";

/** What a store is to others that nobody else can have. */
export const NOBODY_ELSE: Pick<Stores, OfSeveral> = {
  shared: () => null,
  lease: null,
  nodes: async () => [],
  nodeAddresses: async () => [],
  tellOfNode: async () => {},
  noteClock: async () => {},
  doForAll() {},
};
