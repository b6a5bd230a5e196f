import { describe, expect, test } from "bun:test";
import { type AppliedChange, Directory, isAftermath } from "./directory.ts";
import type { FleetChange, Product } from "./types.ts";

const product = (uid: number, workspace: number, slug: string): FleetChange => ({
  kind: "product",
  op: "put",
  row: { uid, workspace, slug, name: slug, retainLastValues: false, publishBackfill: false, boolText: "true" },
});
const device = (uid: number, productUid: number, id: string, serial: string | null = null) =>
  ({
    kind: "device",
    op: "put",
    row: { uid, product: productUid, id, name: id, serial, tags: [] },
  }) satisfies FleetChange;
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
  directory.onChange((changes) => void heard.push(...changes));
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
    // the product first: with it all of it is out of sight, and what is told behind it was never seen in between
    expect(said.indexOf("delete product")).toBeLessThan(said.indexOf("delete device"));
    expect(said.at(-1)).toBe("delete field");
    expect(directory.product("pumps")).toBeUndefined();
    expect(directory.deviceByUid(3)?.deleted).toBe(false);
  });

  test("a product of many devices is gone at once, and taken down in short steps", () => {
    const { directory, heard } = base();
    const many = Array.from({ length: 1000 }, (_, i) => device(100 + i, 1, `many${i}`, `serial${i}`));
    directory.apply(many);
    const granted = { scope: "device", device: 100, can: ["view"] } as const;
    const apiUser = directory.apiUser(1);
    if (!apiUser) throw new Error("there is no API user");
    directory.apply([{ kind: "apiUser", op: "put", row: { ...apiUser, grants: [...apiUser.grants, granted] } }]);
    const [pumps, epoch] = [directory.product("pumps"), directory.epoch];
    const seen = () => ({
      devices: [...directory.devices()].map(({ row }) => row.uid),
      ordered: [...directory.ordered.after(0)].map(({ row }) => row.uid),
      products: [...directory.products()].map(({ row }) => row.slug),
      named: directory.devicesNamed("many7").length,
      bySlug: directory.product("pumps"),
      byUid: [directory.deviceByUid(100), directory.row("device", 1099), directory.field(1)],
      held: [pumps?.device("many7"), [...(pumps?.ordered.after(0) ?? [])].length, pumps?.deleted],
      counted: directory.countOf("device", "product", 1) + directory.countOf("device", "workspace", 1),
      grants: directory.apiUser(1)?.grants,
      epoch: directory.epoch - epoch,
    });
    heard.length = 0;
    const steps = directory.applyInSteps([{ kind: "product", op: "delete", uid: 1 }]);
    let [count, done] = [1, steps.next().done];
    const first = seen();
    expect(first).toMatchObject({ products: ["tanks"], named: 0, byUid: [undefined, undefined, undefined], epoch: 1 });
    expect(first.held).toEqual([undefined, 0, true]);
    expect(JSON.stringify(first.grants)).not.toContain("device");
    expect(heard.some(({ kind }) => kind === "device")).toBe(false);
    while (!done) {
      heard.length = 0;
      done = steps.next().done;
      count++;
      expect(heard.length).toBeLessThanOrEqual(200);
      expect(heard.every(isAftermath)).toBe(true);
      expect(seen()).toEqual(first);
    }
    expect(count).toBeGreaterThan(1000 / 200);
    // the same names again
    directory.apply([{ kind: "product", op: "put", row: { ...(pumps?.row as Product), uid: 9 } }]); // it was there
    directory.apply([device(5000, 9, "many7")]);
    expect(directory.product("pumps")?.device("many7")?.row.uid).toBe(5000);
  });

  test("many new devices of a product are made in short steps, and all of them are there at once", () => {
    const [{ directory, heard }, { directory: whole }] = [base(), base()];
    const many = Array.from({ length: 1000 }, (_, i) =>
      device(100 + i, 1, `many${i}`, i % 2 === 0 ? `serial${i}` : null),
    );
    const pumps = directory.product("pumps");
    const seen = (of: Directory) => ({
      devices: [...of.devices()].map(({ row }) => row),
      ordered: [...of.ordered.after(0)].map(({ row }) => row.uid),
      listed: [...(of.product("pumps")?.devicesById.keys() ?? [])],
      serials: [...(of.product("pumps")?.devicesBySerial.keys() ?? [])],
      own: [...(of.product("pumps")?.ordered.after(0) ?? [])].map(({ row }) => row.uid),
      named: [of.devicesNamed("many7").length, of.product("pumps")?.device("serial8")?.row.uid],
      byUid: [of.deviceByUid(100)?.row, of.row("device", 1099)],
      counted: of.countOf("device", "product", 1),
      epoch: of.epoch,
      own_epoch: of.product("pumps")?.epoch,
    });
    const before = seen(directory);
    let [hidden, told] = [0, 0];
    for (const _ of directory.applyInSteps(many)) {
      expect(heard.length - told).toBeLessThanOrEqual(200);
      told = heard.length;
      if (told === 0) {
        hidden++;
        expect(seen(directory)).toEqual(before);
      } else expect(seen(directory).counted).toBe(before.counted + 1000);
    }
    expect([hidden, told]).toEqual([5, 1000]);
    for (const one of many) whole.apply([one]);
    const { epoch, own_epoch, ...all } = seen(directory);
    expect({ ...seen(whole), epoch, own_epoch }).toEqual({ ...all, epoch, own_epoch });
    expect(own_epoch).toBe(epoch);
    expect(epoch).toBeGreaterThan(before.epoch);
    expect(heard.map((change) => change.kind === "device" && change.before === null && change.node.deleted)).toEqual(
      many.map(() => false),
    );
    expect(directory.product("pumps")).toBe(pumps);
  });

  test("of a commit of all kinds many new devices follow behind the others, and what refers to devices behind these", () => {
    const [{ directory, heard }, { directory: whole }] = [base(), base()];
    const made = [1, 7].flatMap((uid) =>
      Array.from({ length: 500 }, (_, i) => device(100 * uid + 1000 + i, uid, `many${i}`)),
    );
    const apiUser = directory.apiUser(1);
    if (!apiUser) throw new Error("there is no API user");
    const field = {
      uid: 1,
      product: 7,
      id: "k",
      name: "k",
      type: "text",
      default: null,
      unit: null,
      description: null,
    } as const;
    const granted = { scope: "device", device: 1700, can: ["view"] } as const;
    const changes: FleetChange[] = [
      product(7, 1, "vents"),
      { kind: "configurationField", op: "put", row: field },
      ...made,
      ...made.slice(500).map(
        ({ row }, i): FleetChange => ({
          kind: "configurationValue",
          op: "put",
          row: { uid: i + 1, device: row.uid, field: 1, value: "v" },
        }),
      ),
      { kind: "device", op: "delete", uid: 2 },
      { kind: "apiUser", op: "put", row: { ...apiUser, grants: [granted] } },
    ];
    heard.length = 0;
    let told = 0;
    for (const _ of directory.applyInSteps(changes)) {
      const news = heard.slice(told).filter(({ kind }) => kind !== "product" && kind !== "configurationField");
      expect(news.length).toBeLessThanOrEqual(200);
      told = heard.length;
      // all else is there from the first step on
      expect([directory.product("vents")?.deleted, directory.deviceByUid(2)]).toEqual([false, undefined]);
      expect(directory.apiUser(1)?.grants).toEqual([granted]);
    }
    whole.apply(changes.slice(0, 2));
    for (const one of changes.slice(2)) whole.apply([one]);
    const seen = (of: Directory) => [
      [...of.devices()].map(({ row }) => row).sort((x, y) => x.uid - y.uid),
      of.all("configurationValue"),
      of.product("vents")?.device("many7")?.row,
      of.apiUser(1)?.grants,
    ];
    expect(seen(directory)).toEqual(seen(whole));
    expect(heard).toHaveLength(changes.length);
  });

  test("many devices that change or go do so in short steps, each whole, and come to what one step comes to", () => {
    const [{ directory, heard }, { directory: whole }] = [base(), base()];
    const made = Array.from({ length: 1000 }, (_, i) => device(100 + i, 1, `many${i}`, `serial${i}`));
    for (const one of [directory, whole]) one.apply(made);
    const changes: FleetChange[] = made.flatMap(({ row }, i): FleetChange[] => {
      if (i % 3 === 0) return [{ kind: "device", op: "delete", uid: row.uid }];
      if (i % 3 === 1) return [{ kind: "device", op: "put", row: { ...row, tags: ["x"], serial: `other${i}` } }];
      return [device(5000 + i, 1, `new${i}`, `serial${i - 1}`)];
    });
    heard.length = 0;
    let [told, epoch] = [0, directory.epoch];
    for (const _ of directory.applyInSteps(changes)) {
      expect(heard.length - told).toBeLessThanOrEqual(200);
      told = heard.length;
      // what others keep is made anew with each
      expect(directory.epoch).toBeGreaterThan(epoch);
      epoch = directory.epoch;
      for (const change of heard) {
        if (change.kind !== "device") continue;
        const there = directory.deviceByUid(change.op === "put" ? change.row.uid : change.uid);
        expect(there?.row).toEqual(change.op === "put" ? change.row : undefined);
      }
    }
    expect(told).toBe(1000);
    for (const one of changes) whole.apply([one]);
    const seen = (of: Directory) => [
      [...of.devices()].map(({ row }) => row),
      [...of.ordered.after(0)].map(({ row }) => row.uid),
      made.map(({ row }) => of.product("pumps")?.device(row.serial ?? "")?.row.uid),
      of.countOf("device", "product", 1),
    ];
    expect(seen(directory)).toEqual(seen(whole));
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
