import { describe, test } from "bun:test";
import { have } from "../../../../test/run/have.ts";
import { newSchema, sharedPostgres } from "../../../../test/run/postgres.ts";
import { accountStoreContract } from "../../accounts.contract.ts";
import { auditStoreContract } from "../../audit.contract.ts";
import { fleetStoreContract } from "../../fleet.contract.ts";
import { tokenUseContract } from "../../uses.contract.ts";
import { PostgresFleetStore } from "./store.ts";

if (have("postgresql")) {
  const server = await sharedPostgres();
  const place = () => {
    const schema = newSchema();
    return {
      make: () => new PostgresFleetStore(server.address(schema, "socket")),
      clean: async () => void (await server.sql(`DROP SCHEMA ${schema} CASCADE`)),
    };
  };
  fleetStoreContract("PostgreSQL", place);
  tokenUseContract("PostgreSQL", place);
  auditStoreContract("PostgreSQL", place);
  accountStoreContract("PostgreSQL behind its worker", async () => {
    const schema = newSchema();
    const open = async () => {
      const store = new PostgresFleetStore(server.address(schema), { worker: true });
      await store.open();
      return store;
    };
    let store = await open();
    const made = await store.commit([
      { kind: "workspace", op: "put", row: { uid: -1, slug: "w", name: "W" } },
      ...["a@x", "b@x"].map((email, i) => ({
        kind: "user" as const,
        op: "put" as const,
        row: { uid: -1 - i, email, admin: false },
      })),
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
      async again() {
        await store.close();
        store = await open();
      },
      async clean() {
        await store.close();
        await server.sql(`DROP SCHEMA ${schema} CASCADE`);
      },
    };
  });
} else describe("PostgreSQL", () => test.skip("is not here", () => {}));
