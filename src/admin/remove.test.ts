import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Directory } from "../fleet/directory.ts";
import type { DeviceNode, FieldNode } from "../fleet/nodes.ts";
import { deviceNamed, fieldNamed, productNamed } from "../fleet/named.ts";
import { FleetService } from "../fleet/service.ts";
import { MemoryFleet } from "../fleet/testing.ts";
import { describeDevice, describeField } from "./describe.ts";
import { remove, type Target, takenBy } from "./remove.ts";

const FILE = `
workspaces:
  - slug: acme
    products:
      - { slug: p, fields: [{ id: T, type: INT }, { id: B, type: BOOL }], devices: [{ id: a, serial: S1 }, { id: b }] }
      - { slug: q, fields: [{ id: T, type: INT }], devices: [{ id: c }] }
    api_users:
      - { name: x, token: ${"a".repeat(40)}, rights: [{ device_ids: [a], can: [view] }, { products: [p], can: [view] }] }
`;

/** A fleet of which every device measured every field, ten times each. */
async function make() {
  const directory = new Directory();
  const store = new MemoryFleet();
  const fleet = new FleetService({ store, directory, micros: () => 1000, random: (n) => new Uint8Array(n).fill(7) });
  await fleet.applyFile(FILE);
  const forgotten: { devices: number[]; fields: number[] }[] = [];
  const asked: number[] = [];
  const deps = {
    directory,
    durable: async () => {},
    eraser: {
      erase: async () => {},
      forget: async (devices: readonly DeviceNode[], fields: readonly FieldNode[]) => {
        forgotten.push({ devices: devices.map(({ row }) => row.uid), fields: fields.map(({ row }) => row.uid) });
      },
    },
    index: {
      open: async () => ({ idOf: (device: number, field: number) => device * 10 + field }),
      all: async () => [],
    },
    store: {
      seriesStats: async ({ series }: { series: Uint32Array }) => {
        asked.push(...series);
        return { points: Float64Array.from(series, () => 10) };
      },
    },
  } as unknown as Parameters<typeof remove>[0]; // the rest is not looked at
  const p = productNamed(directory, "p");
  const targets = {
    device: { kind: "devices", nodes: [deviceNamed(p, "S1")] },
    field: { kind: "field", node: fieldNamed(p, "t") },
    product: { kind: "product", node: p },
    workspace: {
      kind: "workspace",
      row: directory.workspaceBySlug("acme") as { uid: number; slug: string; name: string },
    },
    apiUser: { kind: "apiUser", row: [...directory.apiUsers()][0] as NonNullable<Target & { kind: "apiUser" }>["row"] },
  } as const satisfies Record<string, Target>;
  return { directory, fleet, deps, targets, forgotten, asked, store };
}

describe("what a deletion takes", () => {
  const none = { products: 0, fields: 0, devices: 0, series: 0, measurements: 0, grants: 0, apiUsers: 0, tokens: 0 };
  test.each([
    ["device", { ...none, devices: 1, series: 2, measurements: 20, grants: 1 }],
    ["field", { ...none, fields: 1, series: 2, measurements: 20 }],
    ["product", { ...none, products: 1, fields: 2, devices: 2, series: 4, measurements: 40, grants: 2 }],
    [
      "workspace",
      { products: 2, fields: 3, devices: 3, series: 5, measurements: 50, grants: 2, apiUsers: 1, tokens: 1 },
    ],
    ["apiUser", { ...none, grants: 2, apiUsers: 1, tokens: 1 }],
  ] as const)("of a %s", async (kind, expected) => {
    const { deps, targets } = await make();
    expect(await takenBy(deps, targets[kind])).toEqual({ ...expected, sessions: 0 });
  });
  test("is told in words first", async () => {
    const { directory, targets } = await make();
    const text = describeDevice(directory, targets.device.nodes[0]).join("\n");
    for (const part of ["Device a", "serial S1", '"x"', "cannot be undone"]) expect(text).toContain(part);
    expect(describeField(targets.field.node).join()).toContain("2 devices");
  });
});

describe("remove", () => {
  test("a dry run counts, and changes nothing", async () => {
    const { deps, fleet, targets, store, forgotten } = await make();
    const before = store.commits;
    const { dryRun, taken } = await remove(deps, (decide) => fleet.edit(decide), targets.product, { dryRun: true });
    expect([dryRun, taken.devices, store.commits - before, forgotten]).toEqual([true, 2, 0, []]);
  });
  test("the fleet goes first, then what was measured", async () => {
    const { directory, deps, fleet, targets, forgotten } = await make();
    const edit = fleet.edit.bind(fleet);
    await remove(deps, edit, targets.device, { dryRun: false });
    expect(targets.device.nodes[0].deleted).toBe(true);
    expect([...directory.apiUsers()][0]?.grants).toHaveLength(1);
    await remove(deps, edit, targets.field, { dryRun: false });
    expect([...targets.product.node.fields.keys()]).toEqual(["B"]);
    await remove(deps, edit, targets.apiUser, { dryRun: false });
    expect([...directory.apiUsers()]).toEqual([]);
    await remove(deps, edit, targets.workspace, { dryRun: false });
    expect([...directory.products()]).toEqual([]);
    expect(forgotten).toEqual([
      { devices: [1], fields: [] },
      { devices: [], fields: [1] },
      { devices: [2, 3], fields: [2, 3] },
    ]);
  });
  test("what may not be any more when it is decided stays, with what was measured", async () => {
    const { deps, fleet, targets, store, forgotten } = await make();
    const before = store.commits;
    const again = () => {
      throw new Refusal("not_permitted", "not any more");
    };
    const removing = remove(deps, fleet.edit.bind(fleet), targets.device, { dryRun: false, again });
    await expect(removing).rejects.toThrow("not any more");
    expect([store.commits - before, forgotten]).toEqual([0, []]);
  });
});
