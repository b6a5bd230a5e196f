import { accountStoreContract } from "../accounts.contract.ts";
import { auditStoreContract } from "../audit.contract.ts";
import { fleetStoreContract } from "../fleet.contract.ts";
import { tokenUseContract } from "../uses.contract.ts";
import { MemoryFleetData, MemoryFleetStore } from "./fleet.ts";

const place = () => {
  const data = new MemoryFleetData();
  return { make: () => new MemoryFleetStore(data), clean: () => {} };
};

fleetStoreContract("memory", place);
tokenUseContract("memory", place);
auditStoreContract("memory", place);
accountStoreContract("memory, with its fleet", async () => {
  const store = new MemoryFleetStore();
  await store.open();
  const made = await store.commit([
    { kind: "workspace", op: "put", row: { uid: -1, slug: "w", name: "W" } },
    ...[1, 2].map((i) => ({ kind: "user", op: "put", row: { uid: -i, email: `${i}@x`, admin: false } }) as const),
  ]);
  const [workspace = 0, ...users] = made.map((change) => (change.op === "put" ? change.row.uid : 0));
  return {
    store: () => store.accounts,
    commit: (...commit) => store.commit(...commit),
    users: [users[0] ?? 0, users[1] ?? 0],
    workspace,
    async removeUser(uid) {
      await store.commit([{ kind: "user", op: "delete", uid }]);
    },
    async removeWorkspace(uid) {
      await store.commit([{ kind: "workspace", op: "delete", uid }]);
    },
    again: async () => {},
    clean: async () => {},
  };
});
