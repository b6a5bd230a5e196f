import { accountStoreContract } from "./accounts.contract.ts";
import { MemoryAccounts } from "./accounts.model.ts";

accountStoreContract("memory", async () => {
  const users = new Set([1, 2]);
  const store = new MemoryAccounts((kind, uid) => (kind === "user" ? users.has(uid) : uid === 1));
  return {
    store: () => store,
    users: [1, 2],
    workspace: 1,
    async removeUser(uid) {
      users.delete(uid);
      store.forget(uid);
    },
    again: async () => {},
    clean: async () => {},
  };
});
