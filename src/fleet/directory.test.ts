import { describe, expect, test } from "bun:test";
import { type AppliedChange, Directory } from "./directory.ts";
import type { FleetChange } from "./types.ts";

const product = (uid: number, workspace: number, slug: string): FleetChange => ({
  kind: "product",
  op: "put",
  row: { uid, workspace, slug, name: slug, retainLastValues: false, publishBackfill: false, boolText: "true" },
});
const device = (uid: number, productUid: number, id: string, serial: string | null = null): FleetChange => ({
  kind: "device",
  op: "put",
  row: { uid, product: productUid, id, name: id, serial, tags: [] },
});
const BASE: readonly FleetChange[] = [
  { kind: "workspace", op: "put", row: { uid: 1, slug: "acme", name: "Acme" } },
  product(1, 1, "pumps"),
  product(2, 1, "tanks"),
  { kind: "field", op: "put", row: { uid: 1, product: 1, id: "T", type: "INT", name: "T", unit: null } },
  device(1, 1, "dev1", "S1"),
  device(2, 1, "dev2"),
  device(3, 2, "S1"),
  { kind: "user", op: "put", row: { uid: 1, email: "a@example.com", admin: false } },
  { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role: "owner" } },
  {
    kind: "apiUser",
    op: "put",
    row: {
      uid: 1,
      workspace: 1,
      name: "x",
      mqtt: true,
      grants: [
        { scope: "device", device: 1, can: ["view"] },
        { scope: "product", product: 1, can: ["view"] },
        { scope: "all", can: ["record_only"] },
      ],
    },
  },
  token(1, "h1", 1, null),
  token(2, "h2", null, 1),
];
function token(uid: number, hash: string, user: number | null, apiUser: number | null): FleetChange {
  return {
    kind: "token",
    op: "put",
    row: { uid, hash, hint: "", name: "", user, apiUser, created: 0, expires: null },
  };
}
function base(): { directory: Directory; heard: AppliedChange[] } {
  const directory = new Directory();
  directory.apply(BASE);
  const heard: AppliedChange[] = [];
  directory.onChange((changes) => heard.push(...changes));
  return { directory, heard };
}

describe("Directory", () => {
  test("finds everything by what people and topics use", () => {
    const { directory } = base();
    const pumps = directory.product("pumps");
    expect(pumps?.device("dev1")?.row.uid).toBe(1);
    expect(pumps?.device("S1")?.row.uid).toBe(1);
    expect(pumps?.device("nobody")).toBeUndefined();
    expect(pumps?.fields.get("T")?.row.uid).toBe(1);
    expect(directory.devicesNamed("S1").map((d) => d.row.uid)).toEqual([3, 1]);
    expect(directory.tokenByHash("h2")?.apiUser).toBe(1);
    expect(directory.userByEmail("a@example.com")?.uid).toBe(1);
    expect(directory.tokensOf("u:1").map((t) => t.uid)).toEqual([1]);
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(directory.product(name)).toBeUndefined();
      expect(pumps?.device(name)).toBeUndefined();
      expect(directory.devicesNamed(name)).toEqual([]);
    }
  });

  test("nodes stay the same objects while rows change; the epoch grows", () => {
    const { directory } = base();
    const node = directory.deviceByUid(1);
    const before = directory.epoch;
    const productBefore = directory.product("tanks")?.epoch;
    directory.apply([device(1, 1, "dev1", "S9")]);
    expect(directory.deviceByUid(1)).toBe(node);
    expect(node?.row.serial).toBe("S9");
    expect(node?.product.device("S1")).toBeUndefined();
    expect(node?.product.device("S9")).toBe(node);
    expect(directory.epoch).toBeGreaterThan(before);
    expect(node?.product.epoch).toBe(directory.epoch);
    expect(directory.product("tanks")?.epoch).toBe(productBefore);
  });

  test("serials are swapped within one apply", () => {
    const { directory } = base();
    directory.apply([device(2, 1, "dev2", "S2")]);
    directory.apply([device(1, 1, "dev1", "S2"), device(2, 1, "dev2", "S1")]);
    expect(directory.product("pumps")?.device("S2")?.row.id).toBe("dev1");
    expect(directory.product("pumps")?.device("S1")?.row.id).toBe("dev2");
  });

  test("an index is never given again", () => {
    const { directory } = base();
    const node = directory.deviceByUid(2);
    directory.apply([{ kind: "device", op: "delete", uid: 2 }]);
    directory.apply([device(9, 1, "dev2")]);
    expect(node?.deleted).toBe(true);
    expect(directory.deviceByIndex(node?.index ?? -1)).toBe(node);
    expect(directory.deviceByUid(9)?.index).toBe(3);
  });

  test("deleting a product deletes its devices and fields and the grants on them, and says each", () => {
    const { directory, heard } = base();
    const pumps = directory.product("pumps");
    const [dev1, t] = [directory.deviceByUid(1), directory.field(1)];
    directory.apply([{ kind: "product", op: "delete", uid: 1 }]);
    expect([pumps?.deleted, dev1?.deleted, t?.deleted]).toEqual([true, true, true]);
    expect(directory.apiUser(1)?.grants).toEqual([{ scope: "all", can: ["record_only"] }]);
    const said = heard.map((c) => `${c.op} ${c.kind}`);
    for (const s of ["delete device", "delete field", "put apiUser", "delete product"]) expect(said).toContain(s);
    expect(said.at(-1)).toBe("delete product");
    expect(directory.product("pumps")).toBeUndefined();
    expect(directory.deviceByUid(3)?.deleted).toBe(false);
  });

  test("deleting a workspace deletes all of it, but no person; deleting a person deletes their tokens", () => {
    const { directory } = base();
    directory.apply([{ kind: "workspace", op: "delete", uid: 1 }]);
    expect([...directory.products(), ...directory.devices(), ...directory.apiUsers()]).toEqual([]);
    expect(directory.tokenByHash("h2")).toBeUndefined();
    expect(directory.membershipsOf(1)).toEqual([]);
    expect(directory.tokenByHash("h1")?.user).toBe(1);
    directory.apply([{ kind: "user", op: "delete", uid: 1 }]);
    expect(directory.tokenByHash("h1")).toBeUndefined();
  });

  test("deleting what is not there is nothing; a row without its parent is an error", () => {
    const { directory, heard } = base();
    directory.apply([{ kind: "device", op: "delete", uid: 99 }]);
    expect(heard).toEqual([]);
    expect(() => directory.apply([device(50, 99, "x")])).toThrow("no product");
  });
});
