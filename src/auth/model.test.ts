import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Directory } from "../fleet/directory.ts";
import {
  DEVICE_PERMISSIONS,
  type DevicePermission,
  type FleetChange,
  type Grant,
  ROLES,
  type Role,
} from "../fleet/types.ts";
import { Authority } from "./authority.ts";
import type { Principal } from "./principal.ts";

/**
 * Rights decisions compared with a model that keeps plain lists and asks them the slow way, over random workspaces,
 * products, devices, tags, grants, roles, changes in sequence, and filters.
 */

interface World {
  products: { uid: number; workspace: number; slug: string }[];
  devices: { uid: number; product: number; id: string; tags: string[] }[];
  apiUsers: { uid: number; workspace: number; mqtt: boolean; grants: Grant[] }[];
  users: { uid: number; admin: boolean }[];
  memberships: { uid: number; user: number; workspace: number; role: Role }[];
}
const VIEWING: readonly DevicePermission[] = ["view", "record_measurements", "edit_basics", "edit_product"];
const RECORDING: readonly DevicePermission[] = ["record_measurements", "record_only"];

/** The grants of an account with the workspace each is good for. */
function grantsOf(w: World, key: string): { workspace: number; grant: Grant }[] {
  const uid = Number(key.slice(2));
  if (key.startsWith("a:")) {
    return w.apiUsers
      .filter((a) => a.uid === uid)
      .flatMap((a) => a.grants.map((grant) => ({ workspace: a.workspace, grant })));
  }
  return w.memberships
    .filter((m) => m.user === uid)
    .map((m) => ({
      workspace: m.workspace,
      grant: { scope: "all", can: m.role === "observer" ? ["view"] : ["record_measurements"] },
    }));
}
function isOnDevices(g: Grant): g is Extract<Grant, { can: readonly DevicePermission[] }> {
  return g.scope === "all" || g.scope === "product" || g.scope === "tag" || g.scope === "device";
}
function modelMay(w: World, key: string, device: World["devices"][number], list: readonly DevicePermission[]): boolean {
  const product = w.products.find((p) => p.uid === device.product);
  return grantsOf(w, key).some(({ workspace, grant: g }) => {
    if (product?.workspace !== workspace || !isOnDevices(g)) return false;
    if (!g.can.some((c) => list.includes(c))) return false;
    if (g.scope === "product") return g.product === device.product;
    if (g.scope === "device") return g.device === device.uid;
    return g.scope === "all" || device.tags.includes(g.tag);
  });
}
function modelReaches(w: World, key: string, filter: { product: string | null; device: string | null }): boolean {
  return grantsOf(w, key).some(({ workspace, grant: g }) => {
    if (!isOnDevices(g) || !g.can.some((c) => VIEWING.includes(c))) return false;
    if (g.scope === "all" || g.scope === "tag") return true;
    const device = g.scope === "device" ? w.devices.find((d) => d.uid === g.device) : undefined;
    const uid = g.scope === "product" ? g.product : device?.product;
    const product = w.products.find((p) => p.uid === uid && p.workspace === workspace);
    if (!product || (filter.product !== null && filter.product !== product.slug)) return false;
    return g.scope === "product" || filter.device === null || filter.device === device?.id;
  });
}
function modelSees(w: World, key: string, product: World["products"][number]): boolean {
  const wide = grantsOf(w, key).some(({ workspace, grant: g }) => {
    if (workspace !== product.workspace) return false;
    return (g.scope === "all" || (g.scope === "product" && g.product === product.uid)) && g.can.length > 0;
  });
  const devices = w.devices.filter((d) => d.product === product.uid);
  return wide || devices.some((d) => modelMay(w, key, d, VIEWING) || modelMay(w, key, d, RECORDING));
}

const WORKSPACES = [1, 2];
const TAGS = ["t1", "t2", "__proto__"];
const IDS = ["d1", "d2", "d3", "d4"];

const can = fc.subarray([...DEVICE_PERMISSIONS], { minLength: 0, maxLength: 2 });
const number = fc.nat({ max: 5 });
const grantSeed = fc.record({ scope: fc.constantFrom("all", "product", "tag", "device", "instance"), n: number, can });
const step = fc.record({
  what: fc.constantFrom("product", "device", "devices", "tags", "grants", "role", "admin", "delete", "deleteAccount"),
  n: number,
  m: number,
  tags: fc.subarray(TAGS, { maxLength: 2 }),
  grants: fc.array(grantSeed, { maxLength: 4 }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Changes the world by one step and returns the changes for the directory. */
function advance(w: World, s: Step, fresh: () => number): FleetChange[] {
  const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
  const putDevice = (d: World["devices"][number]): FleetChange => ({
    kind: "device",
    op: "put",
    row: { ...d, name: d.id, serial: null },
  });
  switch (s.what) {
    case "product": {
      const p = { uid: fresh(), workspace: WORKSPACES[s.n % 2] ?? 1, slug: `p${w.products.length}-${s.m}` };
      if (w.products.some((o) => o.slug === p.slug)) return [];
      w.products.push(p);
      return [
        {
          kind: "product",
          op: "put",
          row: { ...p, name: "", retainLastValues: false, publishBackfill: false, boolText: "true" },
        },
      ];
    }
    case "device":
    case "devices": {
      const product = pick(w.products, s.n);
      if (!product) return [];
      const ids = s.what === "device" ? [IDS[s.m % IDS.length] ?? "d1"] : IDS;
      const free = ids.filter((id) => !w.devices.some((d) => d.product === product.uid && d.id === id));
      const made = free.map((id) => ({ uid: fresh(), product: product.uid, id, tags: s.tags }));
      w.devices.push(...made);
      return made.map(putDevice);
    }
    case "tags": {
      const device = pick(w.devices, s.n);
      if (!device) return [];
      device.tags = s.tags;
      return [putDevice({ ...device })];
    }
    case "grants": {
      const grants = s.grants.flatMap((g): Grant[] => {
        // Any product and device, also those of the other workspace: the grant must then give nothing.
        const [product, device] = [pick(w.products, g.n)?.uid, pick(w.devices, g.n)?.uid];
        if (g.scope === "product") return product === undefined ? [] : [{ scope: "product", product, can: g.can }];
        if (g.scope === "device") return device === undefined ? [] : [{ scope: "device", device, can: g.can }];
        if (g.scope === "tag") return [{ scope: "tag", tag: TAGS[g.n % TAGS.length] ?? "t1", can: g.can }];
        return g.scope === "instance" ? [{ scope: "instance", can: ["operate"] }] : [{ scope: "all", can: g.can }];
      });
      const known = pick(w.apiUsers, s.n);
      const make = w.apiUsers.length < 4 || !known;
      const row = make
        ? { uid: fresh(), workspace: WORKSPACES[s.n % 2] ?? 1, mqtt: s.m > 1, grants }
        : { ...known, mqtt: s.m > 1, grants };
      w.apiUsers = [...w.apiUsers.filter((a) => a.uid !== row.uid), row];
      return [{ kind: "apiUser", op: "put", row: { ...row, name: `api ${row.uid}` } }];
    }
    case "role": {
      const user = pick(w.users, s.n);
      const workspace = WORKSPACES[s.m % 2] ?? 1;
      if (!user) return [];
      const known = w.memberships.find((m) => m.user === user.uid && m.workspace === workspace);
      const role = ROLES[s.m % ROLES.length] ?? "owner";
      const row = { uid: known?.uid ?? fresh(), user: user.uid, workspace, role };
      w.memberships = [...w.memberships.filter((m) => m !== known), row];
      return [{ kind: "membership", op: "put", row }];
    }
    case "admin": {
      const known = pick(w.users, s.n);
      const make = w.users.length < 3 || !known;
      const row = { uid: make ? fresh() : known.uid, admin: s.m % 2 === 0 };
      w.users = [...w.users.filter((u) => u.uid !== row.uid), row];
      return [{ kind: "user", op: "put", row: { ...row, email: `u${row.uid}@example.com` } }];
    }
    case "delete": {
      const product = s.m < 2 ? pick(w.products, s.n) : undefined;
      const device = s.m < 2 ? undefined : pick(w.devices, s.n);
      const gone = w.devices.filter((d) => d === device || d.product === product?.uid).map((d) => d.uid);
      w.devices = w.devices.filter((d) => !gone.includes(d.uid));
      w.products = w.products.filter((p) => p !== product);
      if (product) return [{ kind: "product", op: "delete", uid: product.uid }];
      return device ? [{ kind: "device", op: "delete", uid: device.uid }] : [];
    }
    case "deleteAccount": {
      const membership = pick(w.memberships, s.n);
      const apiUser = pick(w.apiUsers, s.n);
      if (s.m > 3 && apiUser) {
        w.apiUsers = w.apiUsers.filter((a) => a !== apiUser);
        return [{ kind: "apiUser", op: "delete", uid: apiUser.uid }];
      }
      if (!membership) return [];
      w.memberships = w.memberships.filter((m) => m !== membership);
      return [{ kind: "membership", op: "delete", uid: membership.uid }];
    }
  }
}

/** What one principal may on every device, as a comparable text. */
function decisions(p: Principal, directory: Directory): string {
  return [...directory.devices()]
    .map((d) => `${d.row.uid}:${p.mayView(d) ? "v" : ""}${p.mayRecord(d) ? "r" : ""}`)
    .join();
}

function compare(w: World, directory: Directory, authority: Authority): void {
  const gone = Array.from({ length: directory.deviceIndexes }, (_, i) => i).filter(
    (i) => directory.deviceByIndex(i)?.deleted,
  );
  const accounts = [...w.apiUsers.map((a) => `a:${a.uid}`), ...w.users.map((u) => `u:${u.uid}`)];
  const products = [null, "unknown", ...w.products.map((p) => p.slug)];
  for (const key of accounts) {
    const principal = authority.principalOf(key);
    if (!principal) throw new Error(`no principal ${key}`);
    expect(gone.filter((i) => principal.view.has(i) || principal.record.has(i))).toEqual([]);
    const model = w.devices.map(
      (d) => `${d.uid}:${modelMay(w, key, d, VIEWING) ? "v" : ""}${modelMay(w, key, d, RECORDING) ? "r" : ""}`,
    );
    expect(decisions(principal, directory).split(",").sort()).toEqual(model.length > 0 ? model.sort() : [""]);
    for (const product of products) {
      for (const device of [null, "d1", "unknown"]) {
        const filter = { product, device };
        expect([key, filter, principal.couldEverView(filter)]).toEqual([key, filter, modelReaches(w, key, filter)]);
      }
    }
    for (const p of w.products) {
      const node = directory.productByUid(p.uid);
      expect(node && principal.seesProduct(node)).toBe(modelSees(w, key, p));
    }
    const account = w.users.find((u) => key === `u:${u.uid}`) ?? w.apiUsers.find((a) => key === `a:${a.uid}`);
    if (account && "admin" in account) expect([principal.operate, principal.mqtt]).toEqual([account.admin, true]);
    else expect(principal.mqtt).toBe(account?.mqtt ?? false);
  }
}

describe("rights against a naive model", () => {
  for (const manyDevices of [0, 1000]) {
    test(`decisions follow every change (${manyDevices === 0 ? "whole sets" : "single bits"})`, () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 10, maxLength: 50 }), (steps) => {
          const w: World = { products: [], devices: [], apiUsers: [], users: [], memberships: [] };
          const directory = new Directory();
          const authority = new Authority(directory, { manyDevices });
          directory.apply(
            WORKSPACES.map((uid) => ({ kind: "workspace", op: "put", row: { uid, slug: `w${uid}`, name: "" } })),
          );
          let uid = 0;
          const seen = new Map<Principal, string>();
          const told = new Map<Principal, boolean>();
          authority.onRights((p, change) => told.set(p, change.narrowed));
          for (const s of steps) {
            told.clear();
            const changes = advance(w, s, () => ++uid);
            // A grant dies with the row it names, in the model too.
            for (const a of w.apiUsers) {
              a.grants = a.grants.filter(
                (g) =>
                  (g.scope !== "product" || w.products.some((p) => p.uid === g.product)) &&
                  (g.scope !== "device" || w.devices.some((d) => d.uid === g.device)),
              );
            }
            directory.apply(changes);
            for (const [principal, before] of seen) {
              const now = decisions(principal, directory);
              if (now !== before && s.what !== "delete" && s.what !== "device" && s.what !== "devices") {
                expect(told.has(principal)).toBe(true);
              }
              seen.set(principal, now);
            }
            compare(w, directory, authority);
            for (const a of w.apiUsers) {
              const principal = authority.principalOf(`a:${a.uid}`);
              if (principal) seen.set(principal, decisions(principal, directory));
            }
          }
          const fresh = new Authority(directory);
          compare(w, directory, fresh);
        }),
        { numRuns: 120 },
      );
    });
  }
});
