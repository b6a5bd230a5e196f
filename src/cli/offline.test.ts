import { openAll } from "../store/data.model.ts";
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../base/errors.ts";
import { RecordWriter } from "../store/record.ts";
import { SqliteDataStore } from "../store/sqlite/data/store.ts";
import { SqliteFleetStore } from "../store/sqlite/fleet/store.ts";
import { acquireLock } from "../store/sqlite/lock.ts";
import { openOffline } from "./offline.ts";
import type { OperationTable } from "../admin/types.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-operations-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, "d"));

const FILE = `
workspaces:
  - slug: acme
    products:
      - { slug: p, fields: [{ id: B, type: BOOL }, { id: T, type: INT }], devices: [{ id: a }, { id: b }] }
`;

async function code(promise: Promise<unknown> | undefined): Promise<string> {
  try {
    await promise;
    return "done";
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
}

describe("on real stores", () => {
  test("every operation checks its input", async () => {
    const { operations, close } = await openOffline(folder(), true);
    const table: OperationTable = operations;
    for (const [name, operation] of Object.entries(table)) {
      expect([name, await code(operation({ nonsense: 1 }))]).toEqual([name, "invalid_request"]);
      expect([name, await code(operation([]))]).toEqual([name, "invalid_request"]);
    }
    expect(await code(operations.tokenCreate({ owner: "x", name: "\u001b[2J" }))).toBe("invalid_request");
    expect(await code(operations.deviceList({ limit: 0 }))).toBe("invalid_request");
    expect(await operations.example({})).toBeNull();
    expect(await operations.info(undefined)).toBeNull();
    expect(await operations.stats({})).toMatchObject({ devices: 0, store: { logRows: 0 } });
    await close();
  });

  test("the example is a number where there is one", async () => {
    const { operations, close } = await openOffline(folder(), true);
    await operations.apply({ text: FILE });
    expect(await operations.example({})).toMatchObject({ product: "p", device: "a", field: { id: "B" } });
    await operations.apply({ text: FILE.replace("type: INT", "type: INT }, { id: N, type: NUMERIC") });
    expect(await operations.example({})).toMatchObject({ field: { id: "N" } });
    expect(await operations.productList({})).toMatchObject([{ slug: "p", devices: 2, workspace: "acme" }]);
    await close();
  });

  test("a deleted device's measurements go with it, those of others stay", async () => {
    const dir = folder();
    const first = await openOffline(dir, true);
    await first.operations.apply({ text: FILE });
    await first.close();
    await record(dir);

    const second = await openOffline(dir, false);
    expect(await code(second.operations.deviceDelete({ product: "p", device: "a" }))).toBe("done");
    expect(await code(second.operations.deviceDelete({ product: "p", device: "a" }))).toBe("unknown_device");
    expect(await second.operations.deviceShow({ product: "p", device: "b" })).toMatchObject({
      id: "b",
      refusals: [{ code: "invalid_value", topic: "dtck-pub/p/b/T" }],
    });
    await second.close();
    const store = new SqliteDataStore({ folder: dir });
    const { series } = await openAll(store);
    expect(series.map((one) => one.device)).toEqual([2]);
    expect(await store.read(2, 0, 1e16, 10)).toHaveLength(1);
    await store.close();
  });

  test("a device that an earlier version called .. is renamed, and keeps what it measured", async () => {
    const dir = folder();
    const first = await openOffline(dir, true);
    await first.operations.apply({ text: FILE });
    await first.close();
    await record(dir);
    const old = new SqliteFleetStore(join(dir, "fleet.db"));
    const a = (await old.open()).find((c) => c.kind === "device" && c.op === "put" && c.row.id === "a");
    if (a?.kind !== "device" || a.op !== "put") throw new Error("the file made no device a");
    await old.commit([{ ...a, row: { ...a.row, id: "..", name: ".." } }]);
    await old.close();

    const { operations, close } = await openOffline(dir, false);
    const rename = (id: string) => operations.deviceRename({ product: "p", device: "..", id });
    for (const bad of [".", "..", "a/b", ""])
      expect([bad, await code(rename(bad))]).not.toEqual([bad, "already_exists"]);
    expect(await code(rename("."))).toBe("invalid_request");
    expect(await code(rename("b"))).toBe("already_exists");
    expect(await operations.deviceShow({ product: "p", device: ".." })).toMatchObject({ id: ".." });
    expect(await rename("c")).toEqual({ product: "p", device: "c", before: ".." });
    expect(await operations.deviceShow({ product: "p", device: "c" })).toMatchObject({ name: "c" });
    const again = FILE.replace("id: b }", 'id: b }, { id: ".." }');
    await expect(operations.apply({ text: again })).rejects.toThrow("fieldcast device rename <product> .. <id>");
    await close();
    const store = new SqliteDataStore({ folder: dir });
    await store.open();
    expect(await store.read(1, 0, 1e16, 10)).toHaveLength(1);
    await store.close();
  });

  test("one at a time: a folder in use is refused, and free again after the close", async () => {
    const dir = folder();
    const { close } = await openOffline(dir, true);
    await expect(openOffline(dir, true)).rejects.toThrow("is in use by another fieldcast");
    await close();
    const lock = acquireLock(dir);
    expect(lock).not.toBeNull();
    lock?.release();
  });
});

/** One measurement of each of the devices 1 and 2, and a refusal of the second. */
async function record(dir: string): Promise<void> {
  const store = new SqliteDataStore({ folder: dir });
  await store.open();
  const writer = new RecordWriter();
  writer.decimal(0, 1, 1_700_000_000_000_000, 0, 0, 20);
  writer.decimal(0, 2, 1_700_000_000_000_000, 0, 0, 21);
  const put = (id: number) => ({ op: "series_put", id, device: id, field: 2, type: "INT" }) as const;
  const refusal = {
    device: 2,
    principal: "u:1",
    time: 1_700_000_000_000_000,
    code: "invalid_value",
    message: "no",
    topic: "dtck-pub/p/b/T",
    payload: "x",
    base64: false,
    count: 1,
  };
  await store.commit({
    count: 2,
    blob: writer.finish(),
    ops: [put(1), put(2), { op: "refusals_put", rows: [refusal] }],
  });
  await store.close();
}
