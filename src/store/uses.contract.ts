import { expect, test } from "bun:test";
import type { FleetDraft, FleetStore, TokenUseStore } from "./ports.ts";

interface Place {
  make(): FleetStore & TokenUseStore;
  clean(): void | Promise<void>;
}

/** What every body of TokenUseStore must do; run by each body's own test. */
export function tokenUseContract(body: string, place: () => Place): void {
  const token = (hash: string): FleetDraft => ({
    kind: "token",
    op: "put",
    row: { uid: 0, hash, hint: "0000", name: "", user: -1, apiUser: null, created: 1, expires: null },
  });
  test(`TokenUseStore contract: ${body}: the last use of each token is kept as long as the token is`, async () => {
    const where = place();
    const [first, second] = [where.make(), where.make()];
    try {
      await first.open();
      const made = await first.commit([
        { kind: "user", op: "put", row: { uid: -1, email: "a@example.com", admin: false } },
        token("h1"),
        token("h2"),
      ]);
      const [one, two] = made.slice(1).map((change) => (change.op === "put" ? change.row.uid : 0)) as [number, number];
      const use = (uid: number, time: number, address = "192.0.2.1") => ({ token: uid, time, address });
      expect(await first.readUses()).toEqual([]);
      await first.keepUses([]);
      await first.keepUses([use(one, 1_700_000_000_123_456), use(9_999, 5)]);
      await first.keepUses([use(one, 1_700_000_000_123_457, "2001:db8::1"), use(two, 7)]);
      await first.commit([{ kind: "token", op: "delete", uid: two }]);
      await first.close();
      await second.open();
      const last = use(one, 1_700_000_000_123_457, "2001:db8::1");
      expect(await second.readUses()).toEqual([last]);
      expect(await second.readUses(last.time)).toEqual([last]);
      expect(await second.readUses(last.time + 1)).toEqual([]);
    } finally {
      await first.close();
      await second.close();
      await where.clean();
    }
  });
}
