import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allKinds } from "../../../fleet/kinds.ts";
import { refusalOf } from "../../../base/refusal.testing.ts";
import { accountStoreContract } from "../../accounts.contract.ts";
import { auditStoreContract } from "../../audit.contract.ts";
import { tokenUseContract } from "../../uses.contract.ts";
import { fleetStoreContract } from "../../fleet.contract.ts";
import { uuidOf } from "../../../fleet/uuids.ts";
import { FLEET_STEPS } from "./migrations.ts";
import { UUIDS } from "./uuids.ts";
import { SqliteFleetStore } from "./store.ts";

function folder(): string {
  return mkdtempSync(join(tmpdir(), "fieldcast-fleet-"));
}
async function inFolder(work: (path: string) => Promise<void>): Promise<void> {
  const dir = folder();
  try {
    await work(join(dir, "fleet.db"));
  } finally {
    rmSync(dir, { recursive: true });
  }
}
/** Tables that came with a later step than this one, of kinds and others. */
function tablesSince(step: string): string[] {
  return [...allKinds().flatMap(({ table, since }) => (since > step ? [table] : [])), "preference"];
}
/** Takes from a file what the steps after 0007 made. */
function beforeDecoders(file: Database): void {
  for (const index of UUIDS.map(({ table, column }) => `${table}_${column}`)) file.run(`drop index ${index}`);
  for (const { table, column } of UUIDS) file.run(`alter table ${table} drop column ${column}`);
  for (const table of ["workspace", "product", "device", "api_user"])
    file.run(`alter table ${table} drop column created`);
  for (const column of [
    "decoder",
    "creates_devices",
    "creates_fields",
    "accepts_product_uuid",
    "network_token_needed",
    "network",
    "old_integration_key",
  ])
    file.run(`alter table product drop column ${column}`);
  for (const column of ["role", "semantic", "settable", "formula"]) file.run(`alter table field drop column ${column}`);
  file.run("alter table api_user drop column home_assistant");
}
/** A file with many rows, closed properly. */
async function filled(path: string): Promise<void> {
  const store = new SqliteFleetStore(path);
  await store.open();
  const row = {
    workspace: -1,
    slug: "p",
    name: "P",
    retainLastValues: false,
    publishBackfill: false,
    boolText: "true",
  } as const;
  await store.commit([
    { kind: "workspace", op: "put", row: { uid: -1, slug: "w", name: "W" } },
    { kind: "product", op: "put", row: { uid: -1, ...row } },
    ...Array.from({ length: 500 }, (_, i) => ({
      kind: "device" as const,
      op: "put" as const,
      row: { uid: 0, product: -1, id: `dev${i}`, name: `Device ${i}`, serial: null, tags: [] },
    })),
  ]);
  await store.close();
}

for (const [body, worker] of [
  ["SQLite", false],
  ["SQLite behind its worker", true],
] as const) {
  accountStoreContract(body, async () => {
    const dir = folder();
    const open = async () => {
      const store = new SqliteFleetStore(join(dir, "fleet.db"), { worker });
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
        rmSync(dir, { recursive: true });
      },
    };
  });
  const place = () => {
    const dir = folder();
    const make = () => new SqliteFleetStore(join(dir, "fleet.db"), { worker });
    return { make, clean: () => rmSync(dir, { recursive: true }) };
  };
  fleetStoreContract(body, place);
  tokenUseContract(body, place);
  auditStoreContract(body, place);
}

test.each([false, true])(
  "what is noted of a change to how people sign in is in its transaction (a worker: %p)",
  (worker) =>
    inFolder(async (path) => {
      const store = new SqliteFleetStore(path, { worker });
      await store.open();
      const by = { key: "nobody", name: "n", from: null };
      const entry = { time: 1, by, action: "test", workspace: null, target: 0, name: "n", before: null, after: null };
      await store.accounts.change([{ op: "expire", before: 0 }], [entry]);
      const failing = store.accounts.change([{ op: "link_take", hash: "none" }], [entry]);
      expect((await refusalOf(failing)).code).toBe("link_over");
      expect(await store.readAudit({ visible: null, limit: 10 })).toEqual([{ id: 1, ...entry }]);
      await store.close();
    }),
);

describe("the SQLite file", () => {
  test("is readable for its owner only, in WAL mode, and closed completely", () =>
    inFolder(async (path) => {
      const store = new SqliteFleetStore(path);
      await store.open();
      await store.commit([{ kind: "workspace", op: "put", row: { uid: 0, slug: "w", name: "W" } }]);
      for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
      await store.close();
      expect(() => statSync(`${path}-wal`)).toThrow();
    }));

  test("a file that is no database is refused and not touched", () =>
    inFolder(async (path) => {
      const text = "This is not a database, but it may be somebody's only copy of something.".repeat(100);
      writeFileSync(path, text);
      const refusal = await refusalOf(new SqliteFleetStore(path).open());
      expect(refusal.code).toBe("damaged_store");
      expect(refusal.message).toContain(path);
      expect(readFileSync(path, "utf8")).toBe(text);
    }));

  test("overwritten pages, a cut file and unknown values are refused and not touched", () =>
    inFolder(async (path) => {
      await filled(path);
      const good = readFileSync(path);
      const pages = good.length / 4096;
      const damage: [string, Buffer][] = [
        ["cut", good.subarray(0, 4096 * Math.floor(pages / 2))],
        ["pages of 0xff", Buffer.concat([good.subarray(0, 4096), Buffer.alloc(good.length - 4096, 0xff)])],
        ["half a header", Buffer.concat([good.subarray(0, 50), Buffer.alloc(good.length - 50, 7)])],
      ];
      for (const [what, bytes] of damage) {
        writeFileSync(path, bytes);
        const refusal = await refusalOf(new SqliteFleetStore(path).open());
        expect([what, refusal.code]).toEqual([what, "damaged_store"]);
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }
      writeFileSync(path, good);
      const file = new Database(path);
      file.run("update product set bool_text = 'maybe'");
      file.close();
      const refusal = await refusalOf(new SqliteFleetStore(path).open());
      expect(refusal.code).toBe("damaged_store");
      expect(refusal.message).toContain("bool_text");
      const again = new Database(path);
      again.run("update product set bool_text = 'true', retention = '{\"days\":-1}'");
      again.close();
      expect((await refusalOf(new SqliteFleetStore(path).open())).message).toContain("retention");
    }));

  test("a file from before free topics and retention gets what they need, and keeps what it has", () =>
    inFolder(async (path) => {
      await filled(path);
      const file = new Database(path);
      beforeDecoders(file);
      for (const column of ["filters", "except_filters"]) file.run(`alter table api_grant drop column ${column}`);
      for (const table of ["login", "sign_in", "link", "identity", "audit", "token_use", ...tablesSince("0001_fleet")])
        file.run(`drop table ${table}`);
      for (const table of ["product", "field"]) file.run(`alter table ${table} drop column retention`);
      file.run("alter table product drop column online_timeout");
      for (const column of ["decimals", "description", "active"]) file.run(`alter table field drop column ${column}`);
      for (const column of ["location", "metadata", "online_timeout"])
        file.run(`alter table device drop column ${column}`);
      file.run("delete from kysely_migration where name > '0001_fleet'");
      file.close();
      const store = new SqliteFleetStore(path);
      const rows = await store.open();
      expect(rows.length).toBeGreaterThan(0);
      const workspace = rows.find((r) => r.kind === "workspace");
      if (workspace?.op !== "put") throw new Error("there is no workspace");
      const grants = [{ scope: "free_topics", filters: ["#"], except: ["a"], can: ["publish"] }] as const;
      const row = { uid: 0, workspace: workspace.row.uid, name: "free", mqtt: true, grants };
      const product = rows.find((r) => r.kind === "product");
      if (product?.op !== "put" || product.kind !== "product") throw new Error("there is no product");
      expect(product.row.retention).toBeUndefined();
      const retention = { days: 90, rollups: { "1h": 365, "1d": null } };
      await store.commit([
        { kind: "apiUser", op: "put", row },
        { kind: "product", op: "put", row: { ...product.row, retention } },
      ]);
      await store.close();
      const again = new SqliteFleetStore(path);
      const loaded = (await again.open()).filter(
        (r) => r.kind === "product" || (r.kind === "apiUser" && r.op === "put" && r.row.name === "free"),
      );
      expect(loaded).toMatchObject([{ row: { retention } }, { row: { grants } }]);
      await again.close();
    }));

  test("a file that was upgraded while the clock was behind opens, as does one that had no clock at all", () =>
    inFolder(async (path) => {
      await filled(path);
      const steps = FLEET_STEPS.length;
      const clocks: ((step: number) => string)[] = [
        // the newest step first, an hour back at each, the same moment for all, nothing that is a time
        (i) => new Date(Date.UTC(2036, 0, 1) - i * 3_600_000).toISOString(),
        (i) => (i === steps - 1 ? "1970-01-01T00:00:09.000Z" : "2026-11-29T00:00:00.000Z"),
        () => "1970-01-01T00:00:00.000Z",
        () => "",
      ];
      for (const clock of clocks) {
        const file = new Database(path);
        FLEET_STEPS.forEach((name, i) => {
          file.run("update kysely_migration set timestamp = ? where name = ?", [clock(i), name]);
        });
        file.close();
        const store = new SqliteFleetStore(path);
        expect((await store.open()).length).toBe(502);
        await store.close();
      }
    }));

  test("the next step of the schema comes to such a file, too", () =>
    inFolder(async (path) => {
      await filled(path);
      const file = new Database(path);
      beforeDecoders(file);
      for (const table of ["token_use", ...tablesSince("0006_descriptions")]) file.run(`drop table ${table}`);
      file.run("delete from kysely_migration where name >= '0007_token_use'");
      file.run("update kysely_migration set timestamp = '2036-01-01T00:00:00.000Z' where name = '0002_free_topics'");
      file.close();
      for (let start = 0; start < 2; start++) {
        const store = new SqliteFleetStore(path);
        expect((await store.open()).length).toBe(502);
        expect(await store.readUses()).toEqual([]);
        await store.close();
      }
    }));

  test("entries of before spell actions as new ones do", () =>
    inFolder(async (path) => {
      await filled(path);
      const file = new Database(path);
      beforeDecoders(file);
      for (const table of tablesSince("0008_audit_actions")) file.run(`drop table ${table}`);
      file.run("delete from kysely_migration where name >= '0008_audit_actions'");
      for (const action of ["apiUser.create", "apiUser.delete", "device.create"])
        file.run(
          "insert into audit (time, actor, actor_name, action, target, name) values (1, 'u:1', 'me', ?, 1, 'x')",
          [action],
        );
      file.close();
      const store = new SqliteFleetStore(path);
      const rows = await store.open();
      // when things were made is known as far as the audit log reaches back; a UUID has everything that is to have one
      const puts = rows.flatMap((change) => (change.op === "put" ? [change] : []));
      const made = puts.flatMap(({ kind, row }) =>
        "created" in row && kind !== "token" ? [[kind, row.uid, row.created]] : [],
      );
      expect(made).toEqual([["device", 1, 1]]);
      const named = puts.filter(({ kind }) => ["workspace", "product", "field", "user"].includes(kind));
      const uuids = named.map(({ row }) => ("uuid" in row ? (row.uuid ?? "") : ""));
      expect([uuids.length > 1, new Set(uuids).size, uuids.every((uuid) => uuidOf(uuid) === uuid)]).toEqual([
        true,
        uuids.length,
        true,
      ]);
      const found = await store.readAudit({ visible: null, limit: 3 });
      expect(found.map(({ action }) => action)).toEqual(["device.create", "api_user.delete", "api_user.create"]);
      const only = await store.readAudit({ visible: null, action: "api_user", limit: 9 });
      expect(only.filter(({ name }) => name === "x")).toHaveLength(2);
      await store.close();
    }));

  test("a step that is missing between others is damage, and nothing is made up for it", () =>
    inFolder(async (path) => {
      await filled(path);
      const file = new Database(path);
      file.run("delete from kysely_migration where name = '0004_retention'");
      file.close();
      const before = readFileSync(path);
      const refusal = await refusalOf(new SqliteFleetStore(path).open());
      expect([refusal.code, refusal.message]).toEqual(["damaged_store", expect.stringContaining("0004_retention")]);
      expect(readFileSync(path).equals(before)).toBe(true);
    }));

  test("a file of a newer program is refused and not touched", () =>
    inFolder(async (path) => {
      await filled(path);
      const file = new Database(path);
      file.run("insert into kysely_migration (name, timestamp) values ('9999_later', '2099-01-01')");
      file.close();
      const before = readFileSync(path);
      const refusal = await refusalOf(new SqliteFleetStore(path).open());
      expect(refusal.code).toBe("newer_store");
      expect(refusal.message).toContain("9999_later");
      expect(readFileSync(path).equals(before)).toBe(true);
    }));

  test("a folder that is not there is a plain refusal", async () => {
    const refusal = await refusalOf(new SqliteFleetStore("/nonexistent-folder/fleet.db").open());
    expect(refusal.code).toBe("storage_unavailable");
  });

  test("a commit that the database refuses is undone whole, and the next one works", () =>
    inFolder(async (path) => {
      await filled(path);
      const other = new Database(path);
      const store = new SqliteFleetStore(path);
      await store.open();
      // Stands for any failure in the middle: the table cannot be written while the trigger is there.
      other.run("create trigger full before insert on workspace begin select raise(abort, 'no'); end");
      const draft = { kind: "workspace", op: "put", row: { uid: 0, slug: "x", name: "X" } } as const;
      expect((await refusalOf(store.commit([draft]))).code).toBe("storage_unavailable");
      other.run("drop trigger full");
      other.close();
      expect(await store.commit([draft])).toHaveLength(1);
      await store.close();
    }));
});
