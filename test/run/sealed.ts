import { PostgresDataStore } from "../../src/store/postgres/data/store.ts";

/** Seals all that the log has, as a server does after some minutes; for one that is stopped. @param address see targetOf */
export async function sealAll(address: string): Promise<void> {
  const store = new PostgresDataStore({ address });
  const { nextSeq } = await store.open();
  await store.commit({ count: 0, blob: null, ops: [{ op: "trim", upTo: nextSeq - 1 }] });
  await store.idle();
  await store.close();
}
