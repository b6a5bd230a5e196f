import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { SubscribePacket } from "../codec/index.ts";
import { Nodes, publishes } from "./nodes.testing.ts";
import { connectOf, type FakeWire, OTHER, publishOf, type Rig } from "./rig.testing.ts";

const SHARED = "$share/g/dtck/p/+/T";
const text = new TextDecoder();
const subscribeTo = (filter: string, qos: 0 | 1 | 2): SubscribePacket => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: [{ filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
});

/** A client in the group, at one node, whose session goes on. */
class Client {
  wire: FakeWire | null = null;
  private isIn = false;
  isMember = false;
  /** What it was sent, and how often without DUP. */
  readonly got = new Map<string, number>();

  constructor(
    readonly nodes: Nodes,
    public node: number,
    readonly name: string,
    readonly qos: 0 | 1 | 2,
    readonly expiry = 3600,
  ) {}
  get rig(): Rig {
    return this.nodes.rigs[this.node - 1] as Rig;
  }
  get isHere(): boolean {
    return this.nodes.alive.includes(this.rig);
  }
  async connect(): Promise<void> {
    if (this.wire !== null) return;
    this.wire = this.rig.open();
    const properties = { sessionExpiryInterval: this.expiry };
    this.wire.send(connectOf({ clientId: this.name, cleanStart: false, properties }));
    await this.rig.pass(0);
  }
  async join(): Promise<void> {
    if (this.isMember || this.wire === null) return;
    this.wire.send(subscribeTo(SHARED, this.qos));
    await this.rig.pass(0);
    this.read(true);
  }
  async leave(): Promise<void> {
    this.read(true);
    if (!this.isMember || this.wire === null) return;
    this.wire.send({ type: "unsubscribe", packetId: 2, filters: [SHARED] });
    await this.rig.pass(0);
  }
  /** Its connection is lost, unless its login waits for another node. Returns whether it is. */
  lose(): boolean {
    this.read(false);
    if (this.wire !== null && !this.isIn && this.isHere) return false;
    this.wire?.lost();
    this.wire = null;
    this.isIn = false;
    if (this.expiry === 0) this.isMember = false;
    return true;
  }
  /** Reads what came. Returns whether anything did. */
  read(answers: boolean): boolean {
    const packets = this.wire?.got() ?? [];
    for (const p of packets) {
      if (p.type === "publish") {
        const word = text.decode(p.payload);
        this.got.set(word, (this.got.get(word) ?? 0) + (p.dup ? 0 : 1));
        if (p.dup && !this.got.has(word)) this.got.set(word, 0);
        const packetId = p.packetId ?? 0;
        if (answers && p.qos > 0) this.wire?.send({ type: p.qos === 1 ? "puback" : "pubrec", packetId, reasonCode: 0 });
      }
      if (p.type === "connack") this.isIn = p.reasonCode === 0;
      if (p.type === "suback") this.isMember = true;
      if (p.type === "unsuback") this.isMember = false;
      if (answers && p.type === "pubrel") this.wire?.send({ type: "pubcomp", packetId: p.packetId, reasonCode: 0 });
    }
    return packets.length > 0;
  }
}
/** Everybody who lives is there, and takes all there is. */
async function drain(nodes: Nodes, clients: readonly Client[]): Promise<void> {
  for (let round = 0, quiet = 0; round < 300 && quiet < 4; round++) {
    for (const client of clients) if (client.isHere) await client.connect();
    await nodes.settle();
    // what lies unanswered is sent again when its client comes back
    const came = clients.filter((client) => client.isHere && client.read(true)).length > 0;
    quiet = came ? 0 : quiet + 1;
  }
}

/** Members that join and go; then 40 messages come, which wait for them. */
async function leaveWaiting(nodes: Nodes, clients: readonly Client[]): Promise<void> {
  for (const client of clients) {
    await client.connect();
    await nodes.settle();
    await client.join();
    await nodes.settle();
    expect(client.lose()).toBe(true);
  }
  await nodes.settle();
  const publisher = await (nodes.rigs[0] as Rig).login({ clientId: "publisher" });
  for (let n = 1; n <= 40; n++) publisher.send(publishOf("dtck-pub/p/d1/T", `${n}`));
  await nodes.settle();
}

describe("a shared subscription on several nodes", () => {
  for (const qos of [0, 1, 2] as const)
    test(`QoS ${qos}: each message goes to one member, to each node as often as it has members`, async () => {
      const nodes = new Nodes(3);
      const clients = [1, 1, 2].map((node, i) => new Client(nodes, node, `c${i}`, qos));
      for (const client of clients) {
        await client.connect();
        await client.join();
      }
      await nodes.settle();
      const three = nodes.rigs[2] as Rig;
      const publisher = await three.login({ clientId: "publisher" });
      for (let n = 1; n <= 300; n++) publisher.send(publishOf(`dtck-pub/p/d${1 + (n % 2)}/T`, `${n}`));
      await nodes.settle();
      await drain(nodes, clients);
      const all = clients.flatMap(({ got }) => [...got.keys()]);
      expect(new Set(all).size).toBe(300);
      expect(all.length).toBe(300);
      for (const { got } of clients) {
        expect(got.size).toBeGreaterThan(70);
        expect([...got.values()].every((n) => n === 1)).toBe(true);
      }
    });

  test("what waits where nobody is connected goes where somebody is", async () => {
    const nodes = new Nodes(2);
    const [away, here] = [new Client(nodes, 1, "away", 1), new Client(nodes, 2, "here", 1)];
    await away.connect();
    await nodes.settle();
    await away.join();
    await nodes.settle();
    expect(away.lose()).toBe(true);
    await nodes.settle();
    const publisher = await (nodes.rigs[1] as Rig).login({ clientId: "publisher" });
    for (let n = 1; n <= 50; n++) publisher.send(publishOf("dtck-pub/p/d1/T", `${n}`));
    await nodes.settle();
    await here.connect();
    await here.join();
    await nodes.settle();
    await drain(nodes, [here]);
    expect([...here.got.keys()]).toEqual(Array.from({ length: 50 }, (_, i) => `${i + 1}`));
    for (const { hub } of nodes.rigs) for (const group of hub.shares.values()) expect(group.waiting).toBe(0);
  });

  test("a member gets only what it may read, and what nobody may read any more where it waits goes where somebody may", async () => {
    const nodes = new Nodes(2);
    const [one, two] = nodes.rigs as [Rig, Rig];
    const view = (...devices: number[]): void => {
      for (const rig of nodes.rigs) rig.grant(devices.map((device) => ({ scope: "device", device, can: ["view"] })));
    };
    view(1);
    const all = new Client(nodes, 1, "all", 1);
    await all.connect();
    await nodes.settle();
    await all.join();
    await nodes.settle();
    expect(all.lose()).toBe(true);
    // it takes one at a time
    const some = two.open();
    some.send(connectOf({ clientId: "some", token: OTHER, properties: { receiveMaximum: 1 } }));
    await nodes.settle();
    some.send(subscribeTo(SHARED, 1));
    await nodes.settle();
    expect(some.heard()).toEqual(["connack 0", "suback 1 1"]);
    const publisher = await one.login({ clientId: "publisher" });
    for (let n = 1; n <= 10; n++) publisher.send(publishOf(`dtck-pub/p/d${1 + (n % 2)}/T`, `${n}`));
    await nodes.settle();
    expect(some.heard()).toEqual(["publish dtck/p/d1/T 2"]);
    view();
    some.send({ type: "puback", packetId: 1, reasonCode: 0 });
    await nodes.settle();
    await drain(nodes, [all]);
    expect([...all.got.keys()].sort((a, b) => Number(a) - Number(b))).toEqual([
      "1",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9",
      "10",
    ]);
    expect(some.heard()).toEqual([]);
  });

  test("the last one leaves: nothing is left of it anywhere", async () => {
    const nodes = new Nodes(2);
    const clients = [new Client(nodes, 1, "a", 1), new Client(nodes, 2, "b", 2)];
    for (const client of clients) {
      await client.connect();
      await nodes.settle();
      await client.join();
    }
    await nodes.settle();
    for (const client of clients) await client.leave();
    await nodes.settle();
    for (const { hub } of nodes.rigs) {
      expect([...hub.shares.values()]).toEqual([]);
      expect(hub.shares.parts?.telling.weights.of(`w:1\0${SHARED}`)).toEqual([]);
    }
    expect(nodes.groups).toEqual([]);
  });

  type Step =
    | { readonly do: "connect" | "lose" | "join" | "leave" | "take"; readonly who: number }
    | { readonly do: "publish"; readonly node: number; readonly count: number }
    | { readonly do: "tell"; readonly node: number; readonly most: number };
  const who = fc.nat(5);
  const node = fc.integer({ min: 1, max: 3 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("connect", "lose", "join", "leave", "take"), who }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("publish" as const), node, count: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("tell" as const), node, most: fc.nat(4) }) },
  ) as fc.Arbitrary<Step>; // constantFrom() widens `do`

  test("property: whoever comes, goes and hesitates, and whenever nodes hear: each message goes to exactly one member", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const nodes = new Nodes(3);
        const clients = Array.from(
          { length: 6 },
          (_, i) => new Client(nodes, 1 + (i % 3), `c${i}`, i % 2 === 0 ? 1 : 2),
        );
        const publishers = await Promise.all(nodes.rigs.map((rig, i) => rig.login({ clientId: `p${i}` })));
        // one is in it all the time, though maybe not connected
        await clients[0]?.connect();
        await nodes.settle();
        await clients[0]?.join();
        await nodes.settle();
        let sent = 0;
        for (const s of steps) {
          const client = "who" in s ? (clients[s.who] as Client) : null;
          if (s.do === "connect") await client?.connect();
          else if (s.do === "lose") client?.lose();
          else if (s.do === "join") await client?.join();
          else if (s.do === "leave" && s.who > 0) await client?.leave();
          else if (s.do === "take") client?.read(true);
          else if (s.do === "tell") await nodes.tell(s.node, s.most);
          else if (s.do === "publish") {
            for (let n = 0; n < s.count; n++)
              publishers[s.node - 1]?.send(publishOf(`dtck-pub/p/d${1 + (sent % 2)}/T`, `${++sent}`));
            await nodes.rigs[s.node - 1]?.pass(0);
          }
        }
        await nodes.settle();
        await drain(nodes, clients);
        const all = clients.flatMap(({ got }) => [...got.keys()]).sort((a, b) => Number(a) - Number(b));
        expect(all).toEqual(Array.from({ length: sent }, (_, i) => `${i + 1}`));
        for (const { got, qos } of clients) if (qos === 2) expect([...got.values()].every((n) => n === 1)).toBe(true);
        const [first, ...others] = nodes.rigs.map(({ hub }) => hub.shares.parts?.telling.weights.of(`w:1\0${SHARED}`));
        for (const other of others) expect(other).toEqual(first as object as typeof other);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("a node dies: what waited there is taken elsewhere, also when the node that takes it over dies", async () => {
    const nodes = new Nodes(3);
    const [one, two, three] = [1, 2, 3].map((node) => new Client(nodes, node, `c${node}`, 1)) as [
      Client,
      Client,
      Client,
    ];
    for (const client of [one, two]) {
      await client.connect();
      await nodes.settle();
      await client.join();
      await nodes.settle();
      expect(client.lose()).toBe(true);
    }
    await nodes.settle();
    const publisher = await (nodes.rigs[2] as Rig).login({ clientId: "publisher" });
    const publish = (from: number, to: number): void => {
      for (let n = from; n <= to; n++) publisher.send(publishOf("dtck-pub/p/d1/T", `${n}`));
    };
    publish(1, 40);
    await nodes.settle();
    nodes.kill(1);
    await nodes.tell(2);
    publish(41, 80);
    await nodes.settle();
    nodes.kill(2);
    publish(81, 100);
    await nodes.settle();
    await three.connect();
    await nodes.settle();
    await three.join();
    await drain(nodes, [three]);
    const got = [...three.got.keys()].sort((a, b) => Number(a) - Number(b));
    expect(got).toEqual(Array.from({ length: 100 }, (_, i) => `${i + 1}`));
    expect(nodes.groups).toHaveLength(1);
    expect(three.rig.hub.shares.parts?.telling.weights.of(`w:1\0${SHARED}`)).toHaveLength(1);
  });

  test("all die, and one begins alone: what waited in all parts is taken there", async () => {
    const nodes = new Nodes(2);
    const clients = [new Client(nodes, 1, "a", 1), new Client(nodes, 2, "b", 2)];
    await leaveWaiting(nodes, clients);
    expect(nodes.rigs.map(({ hub }) => [...hub.shares.values()].every(({ waiting }) => waiting > 5))).toEqual([
      true,
      true,
    ]);
    nodes.kill(1);
    nodes.kill(2);
    const rig = await nodes.revive(1);
    await nodes.settle();
    const late = new Client(nodes, 1, "late", 1);
    await late.connect();
    await nodes.settle();
    await late.join();
    await drain(nodes, [late]);
    expect([...late.got.keys()].sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 40 }, (_, i) => `${i + 1}`),
    );
    expect([nodes.groups.length, rig.hub.shares.orphans.size]).toEqual([1, 0]);
  });

  test("a server alone goes on with what nodes had: their parts are one group again", async () => {
    const nodes = new Nodes(2);
    const clients = [new Client(nodes, 1, "a", 1), new Client(nodes, 2, "b", 1)];
    await leaveWaiting(nodes, clients);
    for (const { broker } of nodes.rigs) broker.sessions.checkpointAll();
    await nodes.settle();
    const rig = await nodes.alone();
    await rig.pass(1);
    expect([...rig.hub.shares.values()].map(({ waiting }) => waiting)).toEqual([40]);
    expect(nodes.groups).toHaveLength(1);
    const wire = rig.open();
    wire.send(connectOf({ clientId: "a", cleanStart: false, properties: { sessionExpiryInterval: 3600 } }));
    const came = (await publishes(rig, wire)).map((word) => word.split(" ")[1]);
    expect(came.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 40 }, (_, i) => `${i + 1}`));
  });

  test("property: nodes die: each message is delivered at least once, and nothing is lost", async () => {
    const kill = fc.record({ do: fc.constant("kill" as const), node });
    const lives = fc.array(fc.oneof({ weight: 20, arbitrary: step }, { weight: 1, arbitrary: kill }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(lives, async (steps) => {
        const nodes = new Nodes(3);
        const clients = Array.from({ length: 6 }, (_, i) => new Client(nodes, 1 + (i % 3), `c${i}`, 1, 0));
        const publishers = await Promise.all(nodes.rigs.map((rig, i) => rig.login({ clientId: `p${i}` })));
        // somebody is in it who never comes
        const absent = new Client(nodes, 1, "absent", 1);
        await absent.connect();
        await nodes.settle();
        await absent.join();
        await nodes.settle();
        absent.lose();
        await nodes.settle();
        expect(absent.isMember).toBe(true);
        let sent = 0;
        for (const s of steps) {
          const client = "who" in s ? (clients[s.who] as Client) : null;
          if (client !== null && !client.isHere) continue;
          if ("node" in s && !nodes.alive.includes(nodes.rigs[s.node - 1] as Rig)) continue;
          if (s.do === "connect") await client?.connect();
          else if (s.do === "lose") client?.lose();
          else if (s.do === "join") await client?.join();
          else if (s.do === "leave") await client?.leave();
          else if (s.do === "take") client?.read(true);
          else if (s.do === "tell") await nodes.tell(s.node, s.most);
          else if (s.do === "kill" && nodes.alive.length > 1) {
            nodes.kill(s.node);
            for (const other of clients) if (other.node === s.node) other.lose();
          } else if (s.do === "publish") {
            for (let n = 0; n < s.count; n++)
              publishers[s.node - 1]?.send(publishOf(`dtck-pub/p/d${1 + (sent % 2)}/T`, `${++sent}`));
            await nodes.rigs[s.node - 1]?.pass(0);
          }
        }
        await nodes.settle();
        const left = clients.filter((client) => client.isHere);
        for (const client of left) {
          await client.connect();
          await nodes.settle();
          await client.join();
        }
        await drain(nodes, left);
        const all = new Set(clients.flatMap(({ got }) => [...got.keys()]));
        expect([...all].sort((a, b) => Number(a) - Number(b))).toEqual(
          Array.from({ length: sent }, (_, i) => `${i + 1}`),
        );
        for (const { hub } of nodes.alive) for (const group of hub.shares.values()) expect(group.waiting).toBe(0);
        for (const { hub } of nodes.alive) expect(hub.shares.orphans.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("property: members move between nodes, and nodes die: nothing is lost, and at QoS 2 nothing comes twice, nor to two", async () => {
    const move = fc.record({ do: fc.constant("move" as const), who, node });
    const kill = fc.record({ do: fc.constant("kill" as const), node });
    const revive = fc.record({ do: fc.constant("revive" as const), node });
    const lives = fc.array(
      fc.oneof(
        { weight: 20, arbitrary: step },
        { weight: 3, arbitrary: move },
        { weight: 1, arbitrary: kill },
        { weight: 1, arbitrary: revive },
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(lives, fc.boolean(), async (steps, isTwo) => {
        const nodes = new Nodes(3);
        const clients = Array.from(
          { length: 6 },
          (_, i) => new Client(nodes, 1 + (i % 3), `c${i}`, isTwo || i % 2 === 1 ? 2 : 1),
        );
        const publishers = await Promise.all(nodes.rigs.map((rig, i) => rig.login({ clientId: `p${i}` })));
        // one is in it all the time, wherever it is
        await clients[0]?.connect();
        await nodes.settle();
        await clients[0]?.join();
        await nodes.settle();
        let sent = 0;
        for (const s of steps) {
          const client = "who" in s ? (clients[s.who] as Client) : null;
          const isAlive = "node" in s && nodes.alive.includes(nodes.rigs[s.node - 1] as Rig);
          if (s.do === "revive" && !isAlive) {
            const rig = await nodes.revive(s.node);
            await nodes.settle();
            publishers[s.node - 1] = await rig.login({ clientId: `again${s.node}` });
          }
          if ("node" in s && !isAlive) continue;
          if (s.do === "move" && client !== null) {
            if (!client.lose()) continue;
            client.node = s.node;
            await client.connect();
            continue;
          }
          if (client !== null && !client.isHere) continue;
          if (s.do === "connect") await client?.connect();
          else if (s.do === "lose") client?.lose();
          else if (s.do === "join") await client?.join();
          else if (s.do === "leave" && client !== clients[0]) await client?.leave();
          else if (s.do === "take") client?.read(true);
          else if (s.do === "tell") await nodes.tell(s.node, s.most);
          else if (s.do === "kill" && nodes.alive.length > 1) {
            nodes.kill(s.node);
            for (const other of clients) if (other.node === s.node) other.lose();
          } else if (s.do === "publish") {
            for (let n = 0; n < s.count; n++)
              publishers[s.node - 1]?.send(publishOf(`dtck-pub/p/d${1 + (sent % 2)}/T`, `${++sent}`));
            await nodes.rigs[s.node - 1]?.pass(0);
          }
        }
        await nodes.settle();
        const [alive] = nodes.alive;
        for (const client of clients)
          if (!client.isHere && client.lose()) client.node = nodes.rigs.indexOf(alive as Rig) + 1;
        await drain(nodes, clients);
        const came = clients.flatMap(({ got }) => [...got.keys()]);
        const all = new Set(came);
        if (isTwo) expect(came.length).toBe(all.size);
        expect([...all].sort((a, b) => Number(a) - Number(b))).toEqual(
          Array.from({ length: sent }, (_, i) => `${i + 1}`),
        );
        for (const { got, qos } of clients) if (qos === 2) expect([...got.values()].every((n) => n <= 1)).toBe(true);
        for (const { hub } of nodes.alive) for (const group of hub.shares.values()) expect(group.waiting).toBe(0);
        for (const { hub } of nodes.alive) expect(hub.shares.orphans.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
