import { accountStoreContract } from "../accounts.contract.ts";
import { MemoryFleet } from "../../fleet/testing.ts";
import { MemoryAccounts } from "./accounts.ts";

accountStoreContract("memory", async () => {
  const users = new Set([1, 2]);
  const store = new MemoryAccounts(
    (kind, uid) => fleet.isMaking(kind, uid) || (kind === "user" ? users.has(uid) : uid === 1),
  );
  const fleet = new MemoryFleet(3, store);
  return {
    store: () => store,
    commit: (...commit) => fleet.commit(...commit),
    users: [1, 2],
    workspace: 1,
    async removeUser(uid) {
      users.delete(uid);
      store.forget(uid);
    },
    removeWorkspace: async (uid) => store.forgetWorkspace(uid),
    again: async () => {},
    clean: async () => {},
  };
});
