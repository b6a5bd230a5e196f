import { expect, test } from "bun:test";
import type { Packet, Qos } from "../../codec/index.ts";
import { Nodes, publishes } from "../nodes.testing.ts";
import { connectOf, type FakeWire, publishOf, type Rig } from "../rig.testing.ts";

const subscribeTo = (filter: string, qos: Qos): Packet => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: [{ filter, qos, noLocal: false, retainAsPublished: true, retainHandling: 0 }],
});
const lasting = { cleanStart: false, properties: { sessionExpiryInterval: 1000 } } as const;

/** A login that may wait for another node. Returns what came of it once all is settled. */
async function enter(
  nodes: Nodes,
  rig: Rig,
  wish: Parameters<Rig["login"]>[0],
): Promise<{ wire: FakeWire; heard: string[]; present: boolean }> {
  const wire = rig.open();
  wire.send(connectOf(wish));
  await nodes.settle();
  const got = wire.got();
  const [first] = got;
  const present = first?.type === "connack" && first.sessionPresent;
  return { wire, present, heard: got.map((p) => ("reasonCode" in p ? `${p.type} ${p.reasonCode}` : p.type)) };
}

test("a session comes along to the node where its client logs in: subscriptions, what waits, and what is published meanwhile", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const { wire } = await enter(nodes, one, { clientId: "m", ...lasting });
  wire.send(subscribeTo("dtck/#", 1));
  await nodes.settle();
  wire.lost();
  await nodes.settle();
  const publisher = await two.login({ clientId: "p" });
  publisher.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 1 }));
  await nodes.settle();
  const moved = await enter(nodes, two, { clientId: "m", ...lasting });
  expect([moved.present, moved.heard]).toEqual([true, ["connack 0", "publish"]]);
  expect(one.broker.sessions.get("a:1\0m")).toBeUndefined();
  publisher.send(publishOf("dtck-pub/p/d1/T", "2", { qos: 1, packetId: 2 }));
  await nodes.settle();
  expect(await publishes(two, moved.wire)).toEqual(["dtck/p/d1/T 2 1"]);
});

test("sessions of a node that is gone go on with the others", async () => {
  const nodes = new Nodes(3);
  const [one, two, three] = nodes.rigs as [Rig, Rig, Rig];
  for (let i = 0; i < 4; i++) {
    const { wire } = await enter(nodes, one, { clientId: `m${i}`, ...lasting });
    wire.send(subscribeTo("dtck/#", 1));
    await nodes.settle();
  }
  const publisher = await two.login({ clientId: "p" });
  publisher.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 1 }));
  await nodes.settle();
  nodes.kill(1);
  publisher.send(publishOf("dtck-pub/p/d1/T", "2", { qos: 1, packetId: 2 }));
  await nodes.settle();
  const places = [two, three].map(({ broker }) =>
    [...broker.sessions.values()].filter(({ clientId }) => clientId !== "p"),
  );
  expect(places.map(({ length }) => length)).toEqual([2, 2]);
  for (let i = 0; i < 4; i++) {
    const { present, heard } = await enter(nodes, three, { clientId: `m${i}`, ...lasting });
    expect([present, heard]).toEqual([true, ["connack 0", "publish", "publish"]]);
  }
});
