import { describe, expect, test } from "bun:test";
import type { ConnectPacket, Packet, PublishPacket, Qos } from "../../codec/index.ts";
import { Kind, RecordReader, Told } from "../../store/record.ts";
import { Nodes } from "../nodes.testing.ts";
import { connectOf, type FakeWire, publishOf, type Rig, willOf } from "../rig.testing.ts";

const subscribeTo = (filter: string, qos: Qos): Packet => ({
  type: "subscribe",
  packetId: 50,
  subscriptions: [{ filter, qos, noLocal: false, retainAsPublished: true, retainHandling: 2 }],
});
const lasting = (more: Partial<ConnectPacket> = {}) =>
  connectOf({ clientId: "m", cleanStart: false, properties: { sessionExpiryInterval: 1000 }, ...more });
const text = new TextDecoder();
const TOPIC = "dtck-pub/p/d1/T";
const at = (qos: 1 | 2, packetId: number, more: Partial<PublishPacket> = {}) => ({ qos, packetId, ...more });

/** Three nodes, and a client with a stored session on the first, which listens at QoS 2. */
async function begun(
  wish: Partial<ConnectPacket> = {},
): Promise<{ nodes: Nodes; rigs: [Rig, Rig, Rig]; wire: FakeWire }> {
  const nodes = new Nodes(3);
  const rigs = nodes.rigs as [Rig, Rig, Rig];
  const wire = rigs[0].open();
  wire.send(lasting(wish));
  await nodes.settle();
  wire.send(subscribeTo("dtck/#", 2));
  await nodes.settle();
  expect(wire.heard()).toEqual(["connack 0", "suback 50 2"]);
  return { nodes, rigs, wire };
}
/** A login, of which all is settled. */
async function enters(nodes: Nodes, rig: Rig, wish: Partial<ConnectPacket> = {}): Promise<FakeWire> {
  const wire = rig.open();
  wire.send(lasting(wish));
  await nodes.settle();
  return wire;
}
async function publishes(nodes: Nodes, rig: Rig, payload: string): Promise<void> {
  const wire = await rig.login({ clientId: `p${payload}` });
  wire.send(publishOf(TOPIC, payload, at(1, 1)));
  await nodes.settle();
  expect(wire.heard()).toEqual(["puback 1 0"]);
}
const present = (wire: FakeWire): boolean[] =>
  wire.got().flatMap((p) => (p.type === "connack" ? [p.sessionPresent && p.reasonCode === 0] : []));
const holders = (nodes: Nodes, id = "m"): number[] =>
  nodes.alive.flatMap(({ broker, members }) => (broker.sessions.get(`a:1\0${id}`) ? [members?.self ?? 0] : []));
/** How often nodes told of something. */
function told(nodes: Nodes, what: number): number {
  let count = 0;
  for (const { firstSeq, body } of nodes.records)
    for (const reader = new RecordReader(body, firstSeq); reader.next(); )
      if (reader.kind === Kind.Note && reader.id === what) count++;
  return count;
}

describe("CONNECT, where the session is", () => {
  test("nowhere: it is made, at once where the client begins anew, and all hear whose it is", async () => {
    const { nodes, rigs } = await begun();
    expect([told(nodes, Told.Wanted), told(nodes, Told.Owner)]).toEqual([1, 1]);
    const anew = rigs[1].open();
    anew.send(lasting({ clientId: "n", cleanStart: true }));
    await rigs[1].pass(0);
    expect(anew.heard()).toEqual(["connack 0"]);
    expect([told(nodes, Told.Wanted), told(nodes, Told.Owner)]).toEqual([1, 2]);
  });
  test("here: nobody is asked", async () => {
    const { nodes, rigs, wire } = await begun();
    wire.lost();
    const again = rigs[0].open();
    again.send(lasting());
    await rigs[0].pass(0);
    expect(present(again)).toEqual([true]);
    expect(told(nodes, Told.Wanted)).toBe(1);
  });
  test("on a live node: that one's connection ends, and the session is with the later of two who want it", async () => {
    const { nodes, rigs, wire } = await begun();
    const two = rigs[1].open();
    two.send(lasting());
    await rigs[1].pass(0);
    const three = await enters(nodes, rigs[2]);
    expect(wire.heard()).toEqual(["disconnect 142"]);
    expect(present(three)).toEqual([true]);
    expect([two.ended, holders(nodes)]).toEqual([true, [3]]);
  });
  test("on its way to a node that the client has left meanwhile: it comes back, and no row too many is told", async () => {
    const { nodes, rigs, wire } = await begun();
    await publishes(nodes, rigs[2], "1");
    wire.lost();
    const two = rigs[1].open();
    two.send(lasting());
    await rigs[1].pass(0);
    await nodes.tell(1, 2);
    two.lost();
    const back = await enters(nodes, rigs[0]);
    expect([present(back), holders(nodes)]).toEqual([[true], [1]]);
    expect(told(nodes, Told.Wanted)).toBeLessThan(6);
    // two that wait at once: it is with the one that asked later
    const [first, second] = [rigs[1].open(), rigs[2].open()];
    for (const [i, one] of [first, second].entries()) {
      one.send(lasting());
      await rigs[i + 1]?.pass(0);
    }
    await nodes.settle();
    expect([first.ended, present(second), holders(nodes)]).toEqual([true, [true], [3]]);
    expect(told(nodes, Told.Wanted)).toBeLessThan(10);
  });
  test("on a live node, and the client begins anew: CONNACK comes when it has ended, with its will, in the store", async () => {
    const { nodes, rigs } = await begun({ will: willOf("7") });
    const [before] = nodes.stored;
    const anew = rigs[1].open();
    anew.send(lasting({ cleanStart: true }));
    await rigs[1].pass(0);
    await nodes.tell(1);
    expect([anew.heard(), nodes.stored]).toEqual([[], []]);
    await nodes.settle();
    expect([present(anew), nodes.stored.includes(before ?? 0), holders(nodes)]).toEqual([[false], false, [2]]);
    expect(nodes.alive.map(({ series }) => series.current(series.idOf(1, 1) ?? 0)?.value)).toEqual([7, 7, 7]);
  });
  test("on two nodes that made one at once: that stays which is later in the log, the other is over", async () => {
    const nodes = new Nodes(2);
    const rigs = nodes.rigs as [Rig, Rig];
    const [first, second] = rigs.map((rig) => rig.open()) as [FakeWire, FakeWire];
    for (const [i, wire] of [first, second].entries()) {
      wire.send(lasting({ cleanStart: true }));
      await rigs[i]?.pass(0);
      expect(wire.heard()).toEqual(["connack 0"]);
    }
    await nodes.settle();
    expect([first.heard(), second.heard(), holders(nodes)]).toEqual([["disconnect 142"], [], [2]]);
    expect(nodes.stored).toHaveLength(1);
  });
  test("on a node that does not answer: it waits, is refused after 15 s, and is let in when the node was missed", async () => {
    const { nodes, rigs } = await begun();
    nodes.kill(1, false);
    const wire = await enters(nodes, rigs[1]);
    await rigs[1].pass(14);
    expect(wire.heard()).toEqual([]);
    await rigs[1].pass(2);
    expect([wire.heard(), wire.ended]).toEqual([["connack 136"], true]);
    const patient = await enters(nodes, rigs[1]);
    nodes.kill(1);
    await nodes.settle();
    expect(present(patient)).toEqual([true]);
  });
});

describe("what goes along", () => {
  test("QoS 2 of both sides: nothing is recorded or delivered twice, and what was released is answered", async () => {
    const { nodes, rigs, wire } = await begun();
    wire.send(publishOf(TOPIC, "1", at(2, 7)));
    await nodes.settle();
    expect(wire.heard().sort()).toEqual(["publish dtck/p/d1/T 1", "pubrec 7 0"]);
    for (const [i, rig] of [rigs[1], rigs[2], rigs[0]].entries()) {
      const next = await enters(nodes, rig);
      expect(next.heard()).toEqual(["connack 0", "publish dtck/p/d1/T 1"]);
      next.send(publishOf(TOPIC, "1", at(2, 7, { dup: true })));
      await nodes.settle();
      expect(next.heard()).toEqual(["pubrec 7 0"]);
      if (i < 2) continue;
      next.send({ type: "pubrec", packetId: 1, reasonCode: 0 }, { type: "pubrel", packetId: 7, reasonCode: 0 });
      await nodes.settle();
      nodes.kill(1);
      await nodes.settle();
      const last = await enters(nodes, rigs[1]);
      expect(last.heard()).toEqual(["connack 0", "pubrel 1 0"]);
      last.send({ type: "pubcomp", packetId: 1, reasonCode: 0 }, { type: "pubrel", packetId: 7, reasonCode: 0 });
      await nodes.settle();
      expect(last.heard()[0]).toStartWith("pubcomp 7");
    }
    expect(nodes.alive.map(({ store }) => store.rows)).toEqual([0, 0]);
  });
  test("what other nodes published while it was away, and while it was on its way", async () => {
    const { nodes, rigs, wire } = await begun();
    wire.lost();
    await publishes(nodes, rigs[1], "1");
    const two = rigs[1].open();
    two.send(lasting());
    await rigs[1].pass(0);
    await nodes.tell(1);
    await publishes(nodes, rigs[2], "2");
    await nodes.settle();
    expect(two.heard()).toEqual(["connack 0", "publish dtck/p/d1/T 1", "publish dtck/p/d1/T 2"]);
  });
  test("a long queue, in memory, on its way to the store and there: all of it once, in order, wherever it goes", async () => {
    const { nodes, rigs, wire } = await begun();
    wire.send(subscribeTo("t/#", 2));
    await nodes.settle();
    wire.lost();
    await nodes.settle();
    const payload = (n: number): string => `${n} ${"x".repeat(200)}`;
    let sent = 0;
    const publisher = await rigs[1].login({ clientId: "p" });
    const some = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        publisher.send(publishOf("t/1", payload(++sent), at(1, 1 + (sent % 100))));
        if (sent % 50 === 0) await nodes.tell(2);
      }
      await nodes.settle();
      publisher.got();
    };
    await some(300);
    const got: string[] = [];
    // it takes some of it at each node, and answers all that it took
    const takes = async (rig: Rig, most: number): Promise<FakeWire> => {
      const next = await enters(nodes, rig);
      for (let rounds = 0; rounds < 400 && got.length < most; rounds++) {
        for (const p of next.got()) {
          if (p.type !== "publish") continue;
          got.push(text.decode(p.payload));
          next.send({ type: "puback", packetId: p.packetId ?? 0, reasonCode: 0 });
        }
        await nodes.settle();
      }
      return next;
    };
    (await takes(rigs[2], 100)).lost();
    await some(100);
    const there = await takes(rigs[1], 200);
    there.lost();
    nodes.kill(1);
    nodes.kill(3);
    await some(100);
    await takes(rigs[1], 500);
    const numbers = got.map((one) => Number(one.split(" ", 1)[0]));
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  });
  test("a will that is to be delayed is not sent when the client is back on another node in time, and once if not", async () => {
    const { nodes, rigs, wire } = await begun({ will: willOf("7", 10) });
    wire.lost();
    await nodes.settle();
    const two = await enters(nodes, rigs[1], { will: willOf("8", 10) });
    for (const rig of nodes.alive) await rig.pass(20);
    await nodes.settle();
    expect(two.heard()).toEqual(["connack 0"]);
    nodes.kill(2);
    await nodes.settle();
    for (const rig of nodes.alive) await rig.pass(20);
    await nodes.settle();
    expect((await enters(nodes, rigs[2])).heard()).toEqual(["connack 0", "publish dtck/p/d1/T 8"]);
  });
});

describe("a node that ends", () => {
  test("and one of those that take its sessions over, too: all of them are with the last one", async () => {
    const { nodes, rigs } = await begun();
    for (const id of ["n", "o", "q"]) await enters(nodes, rigs[0], { clientId: id });
    nodes.kill(1);
    await nodes.tell(2, 1);
    nodes.kill(2);
    await nodes.settle();
    expect(["m", "n", "o", "q"].map((id) => holders(nodes, id))).toEqual([[3], [3], [3], [3]]);
  });
  test("and begins again before it is missed: it has its own; after that it has what nobody took", async () => {
    const { nodes, rigs } = await begun();
    nodes.kill(1, false);
    const back = await nodes.revive(1);
    await nodes.settle();
    expect(holders(nodes)).toEqual([1]);
    expect(present(await enters(nodes, back))).toEqual([true]);
    for (const number of [2, 3]) nodes.kill(number);
    nodes.kill(1);
    const alone = await nodes.revive(2);
    await nodes.settle();
    expect([holders(nodes), present(await enters(nodes, alone))]).toEqual([[2], [true]]);
    expect(rigs[2].failures).toEqual([]);
  });
  test("by being stopped: its sessions are with the others, whose clients are let in at once", async () => {
    const { nodes, rigs } = await begun();
    await enters(nodes, rigs[0], { clientId: "n" });
    const stopped = rigs[0].broker.stop();
    for (let i = 0; i < 5; i++) await nodes.settle();
    await stopped;
    await nodes.settle();
    expect([...holders(nodes), ...holders(nodes, "n")].sort()).toEqual([2, 3]);
    expect(present(await enters(nodes, rigs[2]))).toEqual([true]);
  });
});
