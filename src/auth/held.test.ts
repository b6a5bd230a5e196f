import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Directory } from "../fleet/directory.ts";
import { DEVICE_PERMISSIONS, type FleetChange, type Grant, ROLES, WORKSPACE_PERMISSIONS } from "../fleet/types.ts";
import { Authority } from "./authority.ts";
import { deviceCan, grantsOfRole, heldBy, heldOnDevice, mayGive } from "./held.ts";

/** Two products with two devices each, with tags, in one workspace; a product with a device in another. */
function fleet(): FleetChange[] {
  const product = (uid: number, workspace: number): FleetChange => {
    const settings = { retainLastValues: false, publishBackfill: false, boolText: "true" } as const;
    return { kind: "product", op: "put", row: { uid, workspace, slug: `p${uid}`, name: "p", ...settings } };
  };
  const device = (uid: number, of: number, tags: string[]): FleetChange => ({
    kind: "device",
    op: "put",
    row: { uid, product: of, id: `d${uid}`, name: "d", serial: null, tags },
  });
  return [
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w", name: "w" } },
    { kind: "workspace", op: "put", row: { uid: 2, slug: "v", name: "v" } },
    product(1, 1),
    product(2, 1),
    product(3, 2),
    device(1, 1, ["a"]),
    device(2, 1, ["b"]),
    device(3, 2, ["a", "b"]),
    device(4, 2, []),
    device(5, 3, ["a"]),
  ];
}
const can = fc.subarray([...DEVICE_PERMISSIONS], { minLength: 1 });
const filters = fc.subarray(["#", "a/#", "a/+", "a/b", "b/#"], { minLength: 1 });
const grant: fc.Arbitrary<Grant> = fc.oneof(
  fc.record({ scope: fc.constant("all" as const), can }),
  fc.record({ scope: fc.constant("product" as const), product: fc.integer({ min: 1, max: 3 }), can }),
  fc.record({ scope: fc.constant("tag" as const), tag: fc.constantFrom("a", "b"), can }),
  fc.record({ scope: fc.constant("device" as const), device: fc.integer({ min: 1, max: 5 }), can }),
  fc.record({
    scope: fc.constant("workspace" as const),
    can: fc.subarray([...WORKSPACE_PERMISSIONS], { minLength: 1 }),
  }),
  fc.record({ scope: fc.constant("instance" as const), can: fc.constant(["operate"] as const) }),
  fc.record({
    scope: fc.constant("free_topics" as const),
    filters,
    except: fc.subarray(["a/b", "a/#", "b/c"]),
    can: fc.subarray(["publish", "subscribe"] as const, { minLength: 1 }),
  }),
);
const grants = fc.array(grant, { maxLength: 4 });

function world(own: readonly Grant[], other: readonly Grant[]) {
  const directory = new Directory();
  const authority = new Authority(directory, { freeTopics: true });
  const apiUser = (uid: number, list: readonly Grant[]): FleetChange => ({
    kind: "apiUser",
    op: "put",
    row: { uid, workspace: 1, name: `x${uid}`, mqtt: true, grants: list },
  });
  directory.apply([...fleet(), apiUser(1, own), apiUser(2, other)]);
  return { directory, authority };
}

describe("rights as grants", () => {
  test("what is held on a device is what the principal may: view and record, for API users of any rights", () => {
    fc.assert(
      fc.property(grants, (own) => {
        const { directory, authority } = world(own, []);
        const principal = authority.principalOf("a:1");
        const held = heldBy(directory, "a:1");
        for (const device of directory.devices()) {
          const have = deviceCan(heldOnDevice(held, device));
          expect([device.row.id, have.has("view")]).toEqual([device.row.id, principal?.mayView(device) ?? false]);
          const record = have.has("record_measurements") || have.has("record_only");
          expect([device.row.id, record]).toEqual([device.row.id, principal?.mayRecord(device) ?? false]);
        }
      }),
    );
  });

  test("what is given has nothing that the giver does not have, on any device, topic or workspace", () => {
    fc.assert(
      fc.property(grants, grants, (own, wanted) => {
        const before = world(own, []);
        const held = heldBy(before.directory, "a:1");
        const given = wanted.filter((g) => mayGive(before.directory, held, 1, g));
        const { directory, authority } = world(own, given);
        const [giver, taker] = [authority.principalOf("a:1"), authority.principalOf("a:2")];
        if (!giver || !taker) throw new Error("there are two accounts");
        for (const device of directory.devices()) {
          if (taker.mayView(device)) expect(giver.mayView(device)).toBe(true);
          if (taker.mayRecord(device)) expect(giver.mayRecord(device)).toBe(true);
          const [a, b] = ["a:1", "a:2"].map((key) => deviceCan(heldOnDevice(heldBy(directory, key), device)));
          expect([...(b ?? [])].filter((c) => !a?.has(c))).toEqual([]);
        }
        for (const permission of WORKSPACE_PERMISSIONS)
          if (taker.may(1, permission)) expect(giver.may(1, permission)).toBe(true);
        if (taker.operate) expect(giver.operate).toBe(true);
        for (const topic of ["a", "a/b", "a/c", "a/b/c", "b/c", "b/d", "c"]) {
          if (taker.free?.mayPublish(topic)) expect(giver.free?.mayPublish(topic)).toBe(true);
          if (taker.free?.mayReceive(topic)) expect(giver.free?.mayReceive(topic)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("what somebody has they may give as it is, but for rights that end at another workspace", () => {
    fc.assert(
      fc.property(grants, (own) => {
        const { directory } = world(own, []);
        const held = heldBy(directory, "a:1");
        for (const one of own) expect(mayGive(directory, held, 1, one)).toBe(true);
        for (const one of own) if (one.scope !== "instance") expect(mayGive(directory, held, 2, one)).toBe(false);
      }),
    );
  });

  test("a right on a tag gives no rights on its devices, which would outlast the tag", () => {
    const { directory } = world([{ scope: "tag", tag: "a", can: ["view"] }], []);
    const held = heldBy(directory, "a:1");
    expect(mayGive(directory, held, 1, { scope: "device", device: 1, can: ["view"] })).toBe(false);
  });

  test.each(ROLES.map((role) => [role] as const))("the role %s is what its grants are", (role) => {
    const { directory, authority } = world(grantsOfRole(role), []);
    directory.apply([
      { kind: "user", op: "put", row: { uid: 1, email: "a@b", admin: false } },
      { kind: "membership", op: "put", row: { uid: 1, user: 1, workspace: 1, role } },
    ]);
    const [person, program] = [authority.principalOf("u:1"), authority.principalOf("a:1")];
    for (const device of directory.devices()) {
      expect(person?.mayView(device)).toBe(program?.mayView(device) ?? false);
      expect(person?.mayRecord(device)).toBe(program?.mayRecord(device) ?? false);
    }
    for (const permission of WORKSPACE_PERMISSIONS)
      expect(person?.may(1, permission)).toBe(program?.may(1, permission) ?? false);
    expect(person?.free?.mayPublish("x/y") ?? false).toBe(program?.free?.mayPublish("x/y") ?? false);
  });
});
