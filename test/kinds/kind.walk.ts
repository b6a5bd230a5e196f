import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Directory, type AppliedChange } from "../../src/fleet/directory.ts";
import type { Draughtsman } from "../../src/fleet/plan-draft.ts";
import { FleetService } from "../../src/fleet/service.ts";
import { SqliteFleetStore } from "../../src/store/sqlite/fleet/store.ts";
import { fieldcast, startServer } from "../run/server.ts";
import type { Beacon } from "./beacon.ts";

/** Run by kind.test.ts in a copy of the source tree that has the kind of beacon.ts, which the compiler does not know here. */

const FLEET = `workspaces:
  - slug: acme
    products: [{ slug: p, fields: [{ id: T, type: INT }], devices: [{ id: d1 }, { id: d2 }] }]
  - { slug: globex }
`;
const KIND = "beacon" as never;
const ACTOR = { key: "u:1", name: "ann@example.com", from: null };
const root = mkdtempSync(join(tmpdir(), "fieldcast-kind-"));
const data = join(root, "data");
afterAll(() => rmSync(root, { recursive: true, force: true }));

let store: SqliteFleetStore;
let directory: Directory;
let service: FleetService;
let heard: AppliedChange[] = [];

async function open(folder: string): Promise<void> {
  store = new SqliteFleetStore(join(folder, "fleet.db"), { worker: true });
  directory = new Directory();
  directory.apply(await store.open());
  directory.onChange((changes) => void heard.push(...changes));
  service = new FleetService({
    store,
    directory,
    micros: () => 1_800_000_000_000_000,
    random: (n) => new Uint8Array(n),
  });
}
const put = (draft: Draughtsman, row: Beacon) => draft.drafts.push({ kind: KIND, op: "put", row } as never);
const all = () => directory.all(KIND) as readonly Beacon[];
const named = (workspace: number, name: string) => directory.named(KIND, workspace, name) as Beacon | undefined;
const HOOK = {
  uid: 0,
  device: null,
  url: "https://example.com/in",
  method: "POST",
  secret: "s3cret",
  signingKey: "key-1",
  active: true,
  events: ["a", "b"],
} as const;
const uidOf = (slug: string) => directory.workspaceBySlug(slug)?.uid ?? 0;

beforeAll(async () => {
  // a folder as a server makes it
  const server = await startServer({ data, fleet: FLEET });
  await server.stop();
  await open(data);
});
afterAll(() => store.close());

test("rows are made, with those that they refer to in the same commit, and found by number, name and parent", async () => {
  const device = directory.product("p")?.devicesById.get("d1")?.row.uid ?? 0;
  await service.edit((draft) => {
    const [workspace, product, own] = [draft.temporary(), draft.temporary(), draft.temporary()];
    draft.drafts.push({ kind: "workspace", op: "put", row: { uid: workspace, slug: "new", name: "New" } });
    const settings = { retainLastValues: false, publishBackfill: false, boolText: "true" } as const;
    draft.drafts.push({
      kind: "product",
      op: "put",
      row: { uid: product, workspace, slug: "q", name: "Q", ...settings },
    });
    draft.drafts.push({
      kind: "device",
      op: "put",
      row: { uid: own, product, id: "x", name: "x", serial: null, tags: [] },
    });
    put(draft, { ...HOOK, name: "first", workspace, device: own, note: "of x" });
    put(draft, { ...HOOK, name: "first", workspace: uidOf("acme"), device });
    put(draft, { ...HOOK, name: "second", workspace: uidOf("acme"), active: false, events: [] });
    put(draft, { ...HOOK, name: "third", workspace: uidOf("globex"), method: "PUT" });
  }, ACTOR);
  expect(all().map(({ uid, name, note }) => [uid, name, note])).toEqual([
    [1, "first", "of x"],
    [2, "first", undefined],
    [3, "second", undefined],
    [4, "third", undefined],
  ]);
  expect(named(uidOf("new"), "first")?.device).toBe(directory.product("q")?.devicesById.get("x")?.row.uid ?? -1);
  expect(named(uidOf("acme"), "nothing")).toBeUndefined();
  const own = directory.childrenOf(KIND, "workspace", uidOf("acme")) as readonly Beacon[];
  expect(own.map(({ name }) => name)).toEqual(["first", "second"]);
  expect((directory.childrenOf(KIND, "device", device) as readonly Beacon[]).map(({ uid }) => uid)).toEqual([2]);
  expect(directory.row(KIND, 4)).toMatchObject({ name: "third", method: "PUT" });
  expect(heard.filter(({ kind }) => kind === KIND)).toHaveLength(4);
});

test("what is unique is refused with its own words, what is not there and what refers to nothing as for all kinds", async () => {
  const again = service.edit((draft) => put(draft, { ...HOOK, name: "second", workspace: uidOf("acme") }));
  await expect(again).rejects.toThrow("A beacon with this name exists already in the workspace.");
  const gone = service.edit((draft) => put(draft, { ...HOOK, uid: 99, name: "x", workspace: uidOf("acme") }));
  await expect(gone).rejects.toMatchObject({ code: "not_found" });
  const lost = service.edit((draft) => put(draft, { ...HOOK, name: "x", workspace: 99 }));
  await expect(lost).rejects.toMatchObject({ code: "not_found" });
  expect(all()).toHaveLength(4);
});

test("rows change, and the audit log says what, without secrets", async () => {
  const before = named(uidOf("acme"), "second");
  if (before === undefined) throw new Error("made above");
  await service.edit((draft) => {
    put(draft, { ...before, name: "renamed", active: true, events: ["c", "d"], secret: "other", signingKey: "key-2" });
  }, ACTOR);
  expect(named(uidOf("acme"), "second")).toBeUndefined();
  expect(named(uidOf("acme"), "renamed")?.uid).toBe(before.uid);
  const [last, made] = await store.readAudit({ visible: null, action: "beacon", limit: 10 });
  expect(last).toMatchObject({
    action: "beacon.update",
    workspace: uidOf("acme"),
    target: before.uid,
    name: "renamed@acme",
    by: ACTOR,
    before: { name: "second", active: false, events: "" },
    after: { name: "renamed", active: true, events: "c, d" },
  });
  expect(made).toMatchObject({ action: "beacon.create", after: { workspace: "globex", url: HOOK.url } });
  expect(JSON.stringify([last, made])).not.toMatch(/s3cret|other|key-/);
});

test("rows go with what they refer to, and the directory draws the same conclusion as the file", async () => {
  heard = [];
  const device = directory.product("p")?.devicesById.get("d1")?.row.uid ?? 0;
  await service.edit((draft) => draft.drafts.push({ kind: "device", op: "delete", uid: device }));
  expect(heard.map(({ kind, op }) => `${String(kind)} ${op}`)).toEqual(["beacon delete", "device delete"]);
  await service.edit((draft) => draft.drafts.push({ kind: "workspace", op: "delete", uid: uidOf("globex") }));
  await service.edit((draft) =>
    draft.drafts.push({ kind: "product", op: "delete", uid: directory.product("q")?.row.uid ?? 0 }),
  );
  expect(all().map(({ name }) => name)).toEqual(["renamed"]);
  const there = all();
  await store.close();
  await open(data);
  expect(all()).toEqual(there);
});

test("a deletion alone is noted, its number is not given again", async () => {
  await service.edit((draft) => put(draft, { ...HOOK, name: "last", workspace: uidOf("acme") }), ACTOR);
  const { uid } = named(uidOf("acme"), "last") ?? { uid: 0 };
  await service.edit((draft) => draft.drafts.push({ kind: KIND, op: "delete", uid }), ACTOR);
  const [entry] = await store.readAudit({ visible: null, limit: 1 });
  expect(entry).toMatchObject({ action: "beacon.delete", name: "last@acme", after: null });
  await store.close();
  await open(data);
  await service.edit((draft) => put(draft, { ...HOOK, name: "last", workspace: uidOf("acme"), note: "2" }));
  expect(named(uidOf("acme"), "last")?.uid).toBe(uid + 1);
});

test("check, backup, restore and salvage know them; a row that cannot be read is found, and left out by a salvage", async () => {
  const rows = all();
  await store.close();
  const [file, restored, salvaged] = [join(root, "made.tar"), join(root, "restored"), join(root, "salvaged")];
  expect(await fieldcast(["store", "check", "--data", data])).toMatchObject({ code: 0 });
  expect(await fieldcast(["backup", file, "--data", data])).toMatchObject({ code: 0 });
  expect(await fieldcast(["restore", file, "--data", restored])).toMatchObject({ code: 0 });
  expect(await fieldcast(["store", "salvage", "--data", data, "--to", salvaged])).toMatchObject({ code: 0 });
  for (const folder of [restored, salvaged]) {
    await open(folder);
    expect(all()).toEqual(rows);
    await store.close();
  }
  const db = new Database(join(restored, "fleet.db"));
  db.run("UPDATE beacon SET method = 'GET' WHERE name = 'last'");
  db.close();
  const check = await fieldcast(["store", "check", "--data", restored]);
  expect(check.code).toBe(1);
  expect(check.out + check.err).toContain('method has the unknown value "GET"');
  const mended = join(root, "mended");
  const saved = await fieldcast(["store", "salvage", "--data", restored, "--to", mended, "--json"]);
  expect(saved.out).toContain("row 6 of table beacon of fleet.db");
  await open(mended);
  expect(all().map(({ name }) => name)).toEqual(["renamed"]);
});
