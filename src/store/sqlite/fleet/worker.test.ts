import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../../../test/run/until.ts";
import { refusalOf } from "../../../base/refusal.testing.ts";
import type { AuditEntry } from "../../../fleet/audit.ts";
import type { FleetDraft } from "../../ports.ts";
import { SqliteFleetStore } from "./store.ts";
import type { FleetOptions } from "./options.ts";

let folder: string;
let open: SqliteFleetStore[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fieldcast-fleet-worker-"));
  open = [];
});
afterEach(async () => {
  for (const store of open) await store.close();
  rmSync(folder, { recursive: true });
});

const path = () => join(folder, "fleet.db");
function make(options: FleetOptions = {}): SqliteFleetStore {
  const store = new SqliteFleetStore(path(), { worker: true, ...options });
  open.push(store);
  return store;
}
const workspace = (slug: string): FleetDraft => ({ kind: "workspace", op: "put", row: { uid: 0, slug, name: slug } });
const DYING = new URL("./dying.fixture.ts", import.meta.url);

describe("the fleet worker", () => {
  test("does what it is asked in that order, also when nobody waits", async () => {
    const store = make();
    await store.open();
    const entry = (name: string): AuditEntry => ({
      time: 1,
      by: { key: "u:1", name: "a@example.com", from: null },
      action: "test",
      workspace: null,
      target: 0,
      name,
      before: null,
      after: null,
    });
    const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
    const writes = names.map((name) => store.addAudit([entry(name)]));
    const read = store.readAudit({ visible: null, limit: 100 });
    expect((await read).map(({ name }) => name).reverse()).toEqual(names);
    await Promise.all(writes);
  });

  test("a question of a long audit log does not hold up a commit", async () => {
    const store = make();
    await store.open();
    const by = { key: "u:1", name: "a@example.com", from: null };
    const entry = { time: 1, by, workspace: null, target: 0, name: "x", before: null, after: null };
    await store.addAudit([{ ...entry, action: "rare" }]);
    await store.addAudit(Array.from({ length: 60_000 }, () => ({ ...entry, action: "common" })));
    const over: string[] = [];
    const read = store.readAudit({ visible: null, action: "rare", limit: 5 }).then((found) => {
      over.push("read");
      return found;
    });
    await store.commit([workspace("meanwhile")]).then(() => over.push("commit"));
    expect((await read).map(({ action, id }) => [action, id])).toEqual([["rare", 1]]);
    expect(over).toEqual(["commit", "read"]);
  });

  test("what was asked before a close is in the file, and the file is closed then", async () => {
    const store = make();
    await store.open();
    const made = store.commit([workspace("a")]);
    await store.close();
    expect(await made).toHaveLength(1);
    expect(existsSync(`${path()}-wal`)).toBe(false);
    expect((await refusalOf(store.commit([workspace("b")]))).code).toBe("storage_unavailable");
    expect(await make().open()).toHaveLength(1);
  });

  test("its death is fatal, and told once; what waits for it hears of it, and the file says what became of it", async () => {
    const fatal: string[] = [];
    const store = make({ program: DYING, onFatal: (error) => fatal.push(error.message) });
    await store.open();
    await store.commit([workspace("first")]);
    const waiting = ["last-words", "after"].map((slug) => refusalOf(store.commit([workspace(slug)])));
    const refused = await Promise.all(waiting);
    expect(refused.map(({ code }) => code)).toEqual(["storage_unavailable", "storage_unavailable"]);
    expect(refused[0]?.message).toContain("died after the commit");
    await until("the death to be told", () => fatal.length > 0);
    expect((await refusalOf(store.commit([workspace("later")]))).code).toBe("storage_unavailable");
    await store.close();
    expect(fatal).toEqual([expect.stringContaining("died after the commit")]);
    const slugs = (await make().open()).map((change) =>
      change.kind === "workspace" && change.op === "put" ? change.row.slug : "",
    );
    expect(slugs).toEqual(["first", "last-words"]);
  });

  test("a program that does not start refuses to open, and is not fatal", async () => {
    const fatal: Error[] = [];
    const store = make({ program: new URL("./not-there.ts", import.meta.url), onFatal: (error) => fatal.push(error) });
    expect((await refusalOf(store.open())).code).toBe("storage_unavailable");
    expect(fatal).toEqual([]);
  });

  test("a file that the program refuses leaves no worker behind", async () => {
    const fatal: Error[] = [];
    const store = new SqliteFleetStore(join(folder, "nowhere", "fleet.db"), {
      worker: true,
      onFatal: (e) => fatal.push(e),
    });
    expect((await refusalOf(store.open())).code).toBe("storage_unavailable");
    expect((await refusalOf(store.readUses())).message).toContain("not open");
    expect(fatal).toEqual([]);
  });
});
