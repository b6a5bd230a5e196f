import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "../base/errors.ts";
import { Directory } from "../fleet/directory.ts";
import type { FleetChange, Grant } from "../fleet/types.ts";
import type { FleetDraft, FleetStore } from "./ports.ts";

/** One place for a store: `make` opens nothing yet and may be called again after a close, on the same data. */
export interface FleetPlace {
  make(): FleetStore;
  clean(): void | Promise<void>;
}

const workspace = (uid: number, slug: string): FleetDraft => ({
  kind: "workspace",
  op: "put",
  row: { uid, slug, name: slug },
});
const product = (uid: number, workspaceUid: number, slug: string): FleetDraft => ({
  kind: "product",
  op: "put",
  row: {
    uid,
    workspace: workspaceUid,
    slug,
    name: slug,
    retainLastValues: false,
    publishBackfill: true,
    boolText: "True",
    retention: { days: 90, rollups: { "1h": 1825, "1d": null } },
  },
});
const device = (uid: number, productUid: number, id: string, serial: string | null = null, tags: string[] = []) =>
  ({ kind: "device", op: "put", row: { uid, product: productUid, id, name: id, serial, tags } }) satisfies FleetDraft;
const field = (uid: number, productUid: number, id: string): FleetDraft => ({
  kind: "field",
  op: "put",
  row: { uid, product: productUid, id, type: "NUMERIC", name: id, unit: "°C", retention: { days: null } },
});
const user = (uid: number, email: string): FleetDraft => ({
  kind: "user",
  op: "put",
  row: { uid, email, admin: false },
});
const apiUser = (uid: number, workspaceUid: number, name: string, grants: Grant[] = []): FleetDraft => ({
  kind: "apiUser",
  op: "put",
  row: { uid, workspace: workspaceUid, name, mqtt: true, grants },
});
const token = (hash: string, owner: { user?: number; apiUser?: number }): FleetDraft => ({
  kind: "token",
  op: "put",
  row: {
    uid: 0,
    hash,
    hint: "0000",
    name: "",
    user: owner.user ?? null,
    apiUser: owner.apiUser ?? null,
    created: 1_700_000_000_123_456,
    expires: null,
  },
});
const uidOf = (changes: readonly FleetChange[], i: number): number => {
  const change = changes[i];
  if (change?.op !== "put") throw new Error(`change ${i} is no put`);
  return change.row.uid;
};

/** Everything that a directory knows, as comparable text. */
function snapshot(directory: Directory): string {
  const byUid = (a: { uid: number }, b: { uid: number }) => a.uid - b.uid;
  const products = [...directory.products()];
  return JSON.stringify({
    workspaces: [...directory.workspaces()].sort(byUid),
    products: products.map((p) => p.row).sort(byUid),
    fields: products.flatMap((p) => [...p.fields.values()].map((f) => f.row)).sort(byUid),
    devices: [...directory.devices()].map((d) => d.row).sort(byUid),
    users: [...directory.users()].sort(byUid),
    memberships: [...directory.users()].flatMap((u) => directory.membershipsOf(u.uid)).sort(byUid),
    apiUsers: [...directory.apiUsers()].sort(byUid),
    tokens: [...directory.tokens()].sort(byUid),
  });
}

/** What every body of FleetStore must do; run by each body's own test. */
export function fleetStoreContract(body: string, place: () => FleetPlace): void {
  /** `again` opens the same data anew; drafts are committed before that. */
  type Again = (drafts?: readonly FleetDraft[]) => Promise<Directory>;
  const withStore = async (work: (store: FleetStore, again: Again) => Promise<void>) => {
    const where = place();
    const store = where.make();
    let open: FleetStore = store;
    try {
      expect(await store.open()).toEqual([]);
      await work(store, async (drafts = []) => {
        await open.commit(drafts);
        await open.close();
        open = where.make();
        const directory = new Directory();
        directory.apply(await open.open());
        return directory;
      });
    } finally {
      await open.close();
      await where.clean();
    }
  };
  const refusal = async (promise: Promise<unknown>): Promise<string> => {
    try {
      await promise;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
    return "nothing was refused";
  };

  describe(`FleetStore contract: ${body}`, () => {
    test("rows of one commit refer to each other by temporary uids, and are there after opening again", () =>
      withStore(async (store, again) => {
        const directory = new Directory();
        const drafts = [
          workspace(-1, "acme"),
          product(-1, -1, "pumps"),
          field(-1, -1, "TEMPERATURE"),
          device(-1, -1, "dev1", "S1", ["a", "b"]),
          user(-1, "a@example.com"),
          { kind: "membership", op: "put", row: { uid: 0, user: -1, workspace: -1, role: "member" } },
          apiUser(-1, -1, "field devices", [
            { scope: "all", can: ["record_only"] },
            { scope: "product", product: -1, can: ["view", "edit_basics"] },
            { scope: "device", device: -1, can: ["record_measurements"] },
            { scope: "tag", tag: "a", can: ["view"] },
            { scope: "workspace", can: ["members", "devices"] },
            { scope: "instance", can: ["operate"] },
            { scope: "free_topics", filters: ["#", "a/+"], except: ["test/nosubscribe"], can: ["subscribe"] },
            { scope: "free_topics", filters: ["b"], except: [], can: ["publish", "subscribe"] },
          ]),
          token("h1", { user: -1 }),
          token("h2", { apiUser: -1 }),
        ] satisfies FleetDraft[];
        const changes = await store.commit(drafts);
        for (const [i] of drafts.entries()) expect(uidOf(changes, i)).toBeGreaterThan(0);
        directory.apply(changes);
        expect(directory.tokenByHash("h2")?.apiUser).toBe(uidOf(changes, 6));
        expect(directory.product("pumps")?.device("S1")?.row.id).toBe("dev1");
        const before = snapshot(directory);
        expect(snapshot(await again())).toBe(before);
      }));

    test("what people say about products, fields and devices is kept, and can be taken back", () =>
      withStore(async (store, again) => {
        const one = { decimals: 0, description: "of the motor", active: false } as const;
        const two = { location: "hall 3", metadata: '{"floor":3}', onlineTimeout: 90 };
        const made = await store.commit([
          workspace(-1, "acme"),
          {
            kind: "product",
            op: "put",
            row: {
              uid: -1,
              workspace: -1,
              slug: "pumps",
              name: "Pumps",
              retainLastValues: false,
              publishBackfill: false,
              boolText: "true",
              onlineTimeout: 60,
            },
          },
          {
            kind: "field",
            op: "put",
            row: { uid: -1, product: -1, id: "T", type: "NUMERIC", name: "T", unit: null, ...one },
          },
          { kind: "device", op: "put", row: { ...device(-1, -1, "dev1").row, ...two } },
        ]);
        const node = (await again()).product("pumps");
        expect(node?.row.onlineTimeout).toBe(60);
        expect(node?.fields.get("T")?.row).toMatchObject(one);
        expect(node?.device("dev1")?.row).toMatchObject(two);
        const [, p, f, d] = made.map((_, i) => uidOf(made, i)) as [number, number, number, number];
        const drafts: FleetDraft[] = [
          { kind: "field", op: "put", row: { uid: f, product: p, id: "T", type: "NUMERIC", name: "T", unit: null } },
          { kind: "device", op: "put", row: { ...device(d, p, "dev1").row } },
        ];
        const bare = (await again(drafts)).product("pumps");
        expect(Object.keys(bare?.fields.get("T")?.row ?? {})).toEqual(["uid", "product", "id", "type", "name", "unit"]);
        expect(Object.keys(bare?.device("dev1")?.row ?? {})).toEqual([
          "uid",
          "product",
          "id",
          "name",
          "serial",
          "tags",
        ]);
      }));

    test("all or nothing: one bad draft undoes the others", () =>
      withStore(async (store, again) => {
        await store.commit([workspace(-1, "acme")]);
        const code = await refusal(store.commit([workspace(0, "other"), workspace(0, "acme")]));
        expect(code).toBe("invalid_fleet");
        expect([...(await again()).workspaces()].map((w) => w.slug)).toEqual(["acme"]);
      }));

    test("what must be unique is refused, whatever the kind", () =>
      withStore(async (store) => {
        const made = await store.commit([
          workspace(-1, "acme"),
          workspace(-2, "other"),
          product(-1, -1, "pumps"),
          product(-2, -2, "tanks"),
          device(0, -1, "dev1", "S1"),
          field(0, -1, "T"),
          user(-1, "a@example.com"),
          apiUser(-1, -1, "x"),
          token("h1", { user: -1 }),
          { kind: "membership", op: "put", row: { uid: 0, user: -1, workspace: -1, role: "owner" } },
        ]);
        const [w1, w2, p1, p2] = [0, 1, 2, 3].map((i) => uidOf(made, i)) as [number, number, number, number];
        const u1 = uidOf(made, 6);
        const table: [string, FleetDraft[]][] = [
          ["workspace slug", [workspace(0, "acme")]],
          ["product slug, in another workspace", [product(0, w2, "pumps")]],
          ["device id", [device(0, p1, "dev1")]],
          ["serial", [device(0, p1, "dev2", "S1")]],
          ["serial that is another's id", [device(0, p1, "dev2", "dev1")]],
          ["id that is another's serial", [device(0, p1, "S1")]],
          ["two new devices", [device(0, p1, "a", "b"), device(0, p1, "b")]],
          ["field id", [field(0, p1, "T")]],
          ["e-mail", [user(0, "a@example.com")]],
          ["API user's name", [apiUser(0, w1, "x")]],
          ["token", [token("h1", { user: u1 })]],
          ["membership", [{ kind: "membership", op: "put", row: { uid: 0, user: u1, workspace: w1, role: "member" } }]],
        ];
        for (const [what, drafts] of table)
          expect([what, await refusal(store.commit(drafts))]).toEqual([what, "invalid_fleet"]);
        await store.commit([device(0, p2, "dev1", "S1"), field(0, p2, "T"), apiUser(0, w2, "x")]);
        await store.commit([device(0, p1, "same", "same")]);
      }));

    test("devices swap serials in one commit", () =>
      withStore(async (store, again) => {
        const made = await store.commit([
          workspace(-1, "w"),
          product(-1, -1, "p"),
          device(0, -1, "a", "S1"),
          device(0, -1, "b", "S2"),
        ]);
        const [p, a, b] = [1, 2, 3].map((i) => uidOf(made, i)) as [number, number, number];
        await store.commit([device(a, p, "a", "S2"), device(b, p, "b", "S1")]);
        expect((await again()).product("p")?.device("S2")?.row.id).toBe("a");
      }));

    test("uids are never given twice, also after their rows are gone and the store was opened again", () =>
      withStore(async (store, again) => {
        const first = uidOf(await store.commit([workspace(0, "a")]), 0);
        await store.commit([{ kind: "workspace", op: "delete", uid: first }]);
        const second = uidOf(await store.commit([workspace(0, "a")]), 0);
        expect(second).toBeGreaterThan(first);
        await store.commit([{ kind: "workspace", op: "delete", uid: second }]);
        expect([...(await again()).workspaces()]).toEqual([]);
      }));

    test("changing a row that is gone, and naming a parent that is not there, is refused", () =>
      withStore(async (store) => {
        expect(await refusal(store.commit([workspace(77, "a")]))).toBe("not_found");
        expect(await refusal(store.commit([product(0, 77, "a")]))).toBe("not_found");
        const error = await store.commit([product(0, -1, "a")]).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(RangeError);
      }));

    test("commits at the same time are done one after the other", () =>
      withStore(async (store, again) => {
        const names = Array.from({ length: 20 }, (_, i) => `w${i}`);
        const all = await Promise.all(names.map((n) => store.commit([workspace(0, n)])));
        expect(new Set(all.map((c) => uidOf(c, 0))).size).toBe(20);
        expect([...(await again()).workspaces()].length).toBe(20);
      }));

    test("thousands of devices in one commit", () =>
      withStore(async (store, again) => {
        const many = Array.from({ length: 3000 }, (_, i) => device(0, -1, `dev${i}`, `S-${i}`, ["t"]));
        const made = await store.commit([workspace(-1, "w"), product(-1, -1, "p"), ...many]);
        const renamed = made.flatMap((c): FleetDraft[] =>
          c.kind === "device" && c.op === "put" ? [{ ...c, row: { ...c.row, name: "new" } }] : [],
        );
        await store.commit(renamed);
        const directory = await again();
        expect(directory.product("p")?.devicesById.size).toBe(3000);
        expect(directory.product("p")?.device("S-2999")?.row.name).toBe("new");
      }));

    test("property: a directory fed with the answers is the directory of a fresh start", async () => {
      const small = fc.integer({ min: 0, max: 3 });
      const step = fc.record({ what: fc.integer({ min: 0, max: 11 }), a: small, b: small });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) =>
          withStore(async (store, again) => {
            const directory = new Directory();
            for (const s of steps) {
              try {
                directory.apply(await store.commit(randomDrafts(directory, s)));
              } catch (error) {
                if (!(error instanceof Refusal)) throw error;
              }
            }
            const before = snapshot(directory);
            expect(snapshot(await again())).toBe(before);
          }),
        ),
        { numRuns: 25 },
      );
    });
  });
}

/** One random change of what is there; ids from small sets, so that they collide often. */
function randomDrafts(directory: Directory, s: { what: number; a: number; b: number }): FleetDraft[] {
  const pick = <T>(all: Iterable<T>): T | undefined => [...all][s.b];
  const w = pick(directory.workspaces());
  const p = pick(directory.products());
  const d = pick(directory.devices());
  const u = pick(directory.users());
  const a = pick(directory.apiUsers());
  const del = (kind: FleetDraft["kind"], uid: number | undefined): FleetDraft[] =>
    uid === undefined ? [] : [{ kind, op: "delete", uid }];
  switch (s.what) {
    case 0:
      return [workspace(-1, `w${s.a}`), product(-1, -1, `p${s.a}`)];
    case 1:
      return w ? [product(0, w.uid, `q${s.a}`)] : [];
    case 2:
      return p ? [device(0, p.row.uid, `d${s.a}`, `s${s.b}`, [`t${s.b}`]), field(0, p.row.uid, `F${s.a}`)] : [];
    case 3:
      return d ? [device(d.row.uid, d.row.product, d.row.id, `d${s.a}`, [`t${s.a}`])] : [];
    case 4:
      return w
        ? [
            user(-1, `u${s.a}`),
            { kind: "membership", op: "put", row: { uid: 0, user: -1, workspace: w.uid, role: "member" } },
            token(`hu${s.a}`, { user: -1 }),
          ]
        : [];
    case 5: {
      if (!w) return [];
      const grants: Grant[] = [{ scope: "tag", tag: "t1", can: ["view"] }];
      if (p) grants.push({ scope: "product", product: p.row.uid, can: ["view"] });
      if (d) grants.push({ scope: "device", device: d.row.uid, can: ["record_only"] });
      grants.push({ scope: "free_topics", filters: [`f${s.a}/#`], except: [`f${s.a}/x`], can: ["publish"] });
      return [apiUser(-1, w.uid, `a${s.a}`, grants), token(`ha${s.a}`, { apiUser: -1 })];
    }
    case 6:
      return del("workspace", w?.uid);
    case 7:
      return del("product", p?.row.uid);
    case 8:
      return del("device", d?.row.uid);
    case 9:
      return del("user", u?.uid);
    case 10:
      return del("apiUser", a?.uid);
    default:
      return a ? [apiUser(a.uid, a.workspace, a.name, a.grants.slice(1))] : [];
  }
}
