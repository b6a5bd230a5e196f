import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { DeviceNode } from "../fleet/nodes.ts";
import { Nodes } from "./nodes.testing.ts";
import type { FakeWire, Rig } from "./rig.testing.ts";

/** By its client identifier TOKEN's client is one of p's devices, once those of the other product are gone. */
function world(count: number) {
  const nodes = new Nodes(count);
  for (const { directory } of nodes.rigs) {
    directory.apply([3, 4].map((uid) => ({ kind: "device", op: "delete", uid }) as const));
  }
  const deviceOf = ({ directory }: Rig, uid: number): DeviceNode => {
    const device = directory.deviceByUid(uid);
    if (!device) throw new Error("there is no device");
    return device;
  };
  const facts = (): object[] =>
    nodes.alive.map((rig) => [1, 2].map((uid) => rig.broker.presence.of(deviceOf(rig, uid))));
  const stored = () =>
    [1, 2].map(
      (uid) => nodes.presence.get(uid) ?? { connected: false, number: 0, connectedAt: null, disconnectedAt: null },
    );
  return { nodes, facts, stored };
}

describe("presence among several nodes", () => {
  test("a device is connected while any node has a connection of it, and all tell the same", async () => {
    const { nodes, facts } = world(2);
    const [one, two] = nodes.rigs as [Rig, Rig];
    const first = await one.login({ clientId: "d1" });
    await nodes.settle();
    const [a, b] = facts() as [object[], object[]];
    expect(a[0]).toMatchObject({ connected: true, number: 1 });
    expect(b).toEqual(a);
    // it moves: the new one is there before the old one is closed
    const second = await two.login({ clientId: "d1" });
    await nodes.settle();
    expect(first.ended).toBe(true);
    expect(facts()).toEqual([a, a]);
    second.lost();
    await nodes.settle();
    const [c, d] = facts() as [object[], object[]];
    expect(c[0]).toMatchObject({ connected: false, number: 2 });
    expect(d).toEqual(c);
  });
  test("who held it is gone: the others change it alike, and one of them tells the store", async () => {
    const { nodes, facts, stored } = world(3);
    const [, two, three] = nodes.rigs as [Rig, Rig, Rig];
    await three.login({ clientId: "d1" });
    await three.login({ clientId: "d2" });
    await nodes.settle();
    two.broker.presence.hold({}, two.directory.deviceByUid(2) ?? null, two.now);
    await nodes.settle();
    nodes.kill(3);
    await nodes.settle();
    const [a, b] = facts() as [object[], object[]];
    expect(a).toMatchObject([
      { connected: false, number: 2 },
      { connected: true, number: 1 },
    ]);
    expect(b).toEqual(a);
    expect(stored()).toMatchObject(a);
    // also when the one whose duty it was dies before it told
    nodes.kill(2);
    await nodes.settle();
    expect(facts()).toMatchObject([[{ number: 2 }, { connected: false, number: 2 }]]);
  });

  type Step =
    | { readonly do: "connect" | "lose"; readonly node: number; readonly device: 1 | 2 }
    | { readonly do: "tell"; readonly node: number; readonly most: number }
    | { readonly do: "kill"; readonly node: number };
  const node = fc.integer({ min: 1, max: 3 });
  const device = fc.constantFrom(1 as const, 2 as const);
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constantFrom("connect" as const, "lose" as const), node, device }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("tell" as const), node, most: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("kill" as const), node }) },
  );
  test("property: whoever comes, goes and dies: equal on all nodes and in the store, numbers only grow, and in the end it is the truth", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { nodes, facts, stored } = world(3);
        const open = new Map<string, FakeWire>();
        const numbers = new Map<string, number>();
        const look = (): void => {
          for (const [i, rig] of nodes.rigs.entries())
            for (const uid of [1, 2]) {
              const found = rig.directory.deviceByUid(uid);
              const number = found ? rig.broker.presence.of(found).number : 0;
              expect(number).toBeGreaterThanOrEqual(numbers.get(`${i} ${uid}`) ?? 0);
              numbers.set(`${i} ${uid}`, number);
            }
        };
        for (const s of steps) {
          const rig = nodes.rigs[s.node - 1] as Rig;
          if (!nodes.alive.includes(rig)) continue;
          if (s.do === "tell") await nodes.tell(s.node, s.most);
          else if (s.do === "kill") {
            if (nodes.alive.length === 1) continue;
            nodes.kill(s.node);
            for (const key of [...open.keys()]) if (key.startsWith(`${s.node} `)) open.delete(key);
          } else {
            const key = `${s.node} ${s.device}`;
            const wire = open.get(key);
            if (s.do === "lose") {
              if (wire && !wire.ended) wire.lost();
              open.delete(key);
            } else if (!wire || wire.ended) open.set(key, await rig.login({ clientId: `d${s.device}` }));
          }
          look();
        }
        await nodes.settle();
        look();
        const [first, ...others] = facts();
        for (const other of others) expect(other).toEqual(first as object);
        expect(stored()).toMatchObject(first as object[]);
        const truth = [1, 2].map((uid) => [...open].some(([key, wire]) => key.endsWith(` ${uid}`) && !wire.ended));
        expect((first as { connected: boolean }[]).map(({ connected }) => connected)).toEqual(truth);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
