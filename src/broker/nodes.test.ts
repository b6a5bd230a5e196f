import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Packet, Qos } from "../codec/index.ts";
import { Nodes, publishes } from "./nodes.testing.ts";
import { sessionKey } from "./session.ts";
import { connectOf, type FakeWire, publishOf, type Rig } from "./rig.testing.ts";

/** What no node knows: it is heard, and nothing follows from it. */
const UNKNOWN = 999;

const subscribeTo = (filter: string, qos: Qos): Packet => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: [{ filter, qos, noLocal: false, retainAsPublished: true, retainHandling: 0 }],
});

test("a publish is acknowledged when it is durable, and published when all before it in the log were told of", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const listener = await two.login({ clientId: "listener" });
  listener.send(subscribeTo("dtck/#", 1));
  await nodes.settle();
  listener.got();

  const first = await one.login({ clientId: "first" });
  first.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 1 }));
  await one.pass(0);
  expect(first.heard()).toEqual(["puback 1 0"]);
  // the other node has not been told of it yet
  const second = await two.login({ clientId: "second" });
  second.send(publishOf("dtck-pub/p/d2/T", "2", { qos: 1, packetId: 1 }));
  await two.pass(0);
  expect(second.heard()).toEqual(["puback 1 0"]);
  expect(listener.heard()).toEqual([]);
  await nodes.tell(2);
  expect(await publishes(two, listener)).toEqual(["dtck/p/d1/T 1 1", "dtck/p/d2/T 2 1"]);
});

test("the log may tell of a commit before its answer is here: what follows it waits", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const listener = await two.login({ clientId: "listener" });
  listener.send(subscribeTo("dtck/#", 0));
  await nodes.settle();
  listener.got();
  const [first, second] = [await one.login({ clientId: "first" }), await two.login({ clientId: "second" })];
  two.store.held = true;
  second.send(publishOf("dtck-pub/p/d2/T", "1", { qos: 1, packetId: 1 }));
  await two.pass(0);
  first.send(publishOf("dtck-pub/p/d1/T", "2", { qos: 1, packetId: 1 }));
  await one.pass(0);
  await nodes.tell(2);
  expect([second.heard(), listener.heard()]).toEqual([[], []]);
  two.store.answer();
  expect(await publishes(two, listener)).toEqual(["dtck/p/d2/T 1 0", "dtck/p/d1/T 2 0"]);
  expect(second.heard()).toEqual(["puback 1 0"]);
});

test("what a node tells is heard by all, by itself too, between the same rows", async () => {
  const nodes = new Nodes(3);
  const [one, two, three] = nodes.rigs as [Rig, Rig, Rig];
  const listener = await three.login({ clientId: "listener" });
  listener.send(subscribeTo("dtck/#", 0));
  const [first, second] = [await one.login({ clientId: "first" }), await two.login({ clientId: "second" })];
  await nodes.settle();
  for (const [rig, wire, device] of [
    [one, first, "d1"],
    [two, second, "d2"],
    [one, first, "d1"],
  ] as const) {
    wire.send(publishOf(`dtck-pub/p/${device}/T`, "1", { qos: 1, packetId: 1 }));
    rig.ingest.commits.news(UNKNOWN, [device === "d1" ? 1 : 2]);
    await rig.pass(0);
  }
  await nodes.settle();
  const heard = nodes.rigs.map(({ news }) =>
    news
      .filter(({ what }) => what === UNKNOWN)
      .map(({ node, numbers, seq, fanned }) => [node, numbers[0], seq, fanned]),
  );
  expect(heard[0]?.map(([node, number]) => [node, number])).toEqual([
    [1, 1],
    [2, 2],
    [1, 1],
  ]);
  // each is a record of its own with one row before, and the series when it is new: published were those before the record
  expect(heard[0]?.map(([, , seq = 0, fanned = 0]) => seq - fanned)).toEqual([3, 3, 2]);
  expect([heard[1], heard[2]]).toEqual([heard[0], heard[0]]);
});

test("while something that is heard takes its time, nothing behind it has its turn", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const { hub } = two.broker;
  const under: (() => void)[] = [];
  const heard: number[] = [];
  hub.heard = ({ numbers: [number = 0] }) => {
    heard.push(number);
    return new Promise((resolve) => under.push(resolve));
  };
  const numbers = Array.from({ length: 40 }, (_, i) => i);
  for (const number of numbers) {
    one.ingest.commits.news(UNKNOWN, [number]);
    await one.pass(0);
  }
  await nodes.tell(2);
  for (const number of numbers) {
    expect({ heard: heard.length, under: under.length }).toEqual({ heard: number + 1, under: 1 });
    under.pop()?.();
    await two.pass(0);
  }
  expect(heard).toEqual(numbers);
});

test("what other nodes retained counts for the limit as what this one did", async () => {
  const nodes = new Nodes(2, { maxTopicLevels: 8, maxRetainedMessages: 2, maxRetainedBytes: 1e6 });
  const [one, two] = nodes.rigs as [Rig, Rig];
  const [first, second] = [await one.login({ clientId: "first" }), await two.login({ clientId: "second" })];
  const keep = (topic: string, packetId: number) => publishOf(topic, "x", { qos: 1, packetId, retain: true });
  first.send(keep("a", 1), keep("b", 2));
  await nodes.settle();
  second.send(keep("c", 1), keep("a", 2));
  await nodes.settle();
  expect(second.heard()).toEqual(["puback 1 151", "puback 2 0"]);
  expect(nodes.rigs.map(({ hub }) => hub.retained.count)).toEqual([2, 2]);
});

test("a node that gives a commit up must begin anew: it may be in the log all the same", async () => {
  const { rigs } = new Nodes(2);
  const [one, two] = rigs as [Rig, Rig];
  const client = await one.login({ clientId: "c" });
  one.store.failure = new Error("away");
  client.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 1 }));
  await one.pass(29);
  expect(one.failures).toEqual([]);
  await one.pass(3);
  expect(one.failures.map(({ message }) => message)).toEqual([
    "A commit was given up: what others have read of it can be told by a new start alone.",
  ]);
  expect([client.heard(), two.failures]).toEqual([["disconnect 137"], []]);
});

test("a series that came to be on another node is known before its first row, and later ones have its number", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const client = await one.login({ clientId: "c" });
  client.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 1, packetId: 1 }));
  await nodes.settle();
  const other = await two.login({ clientId: "c2" });
  other.send(publishOf("dtck-pub/p/d1/T", "2", { qos: 1, packetId: 1 }));
  await nodes.settle();
  const ids = nodes.rigs.map(({ series }) => series.idOf(1, 1));
  expect(ids).toEqual([1001, 1001]);
  for (const { series } of nodes.rigs) expect(series.current(1001)).toMatchObject({ value: 2 });
});

test("two nodes that make the same series at the same moment come to one, and every row of both is in it", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const [first, second] = [await one.login({ clientId: "first" }), await two.login({ clientId: "second" })];
  const send = (to: typeof first, payload: string, packetId: number): void =>
    to.send(publishOf("dtck-pub/p/d1/T", payload, { qos: 1, packetId }));
  two.store.failure = new Error("for a moment");
  send(second, "2", 1);
  await two.pass(0);
  send(second, "3", 2); // collected, while the commit before it is tried again
  send(first, "1", 1);
  await one.pass(0);
  two.store.failure = null;
  await two.pass(1);
  send(second, "4", 3); // by what the connection knows of its last topic
  await nodes.settle();
  expect([first.heard(), second.heard()]).toEqual([["puback 1 0"], ["puback 1 0", "puback 2 0", "puback 3 0"]]);
  for (const { series, store } of nodes.rigs) {
    expect([...series.refs()].map(({ id }) => id)).toEqual([1001]);
    expect([series.idOf(1, 1), series.current(1001)?.value]).toEqual([1001, 4]);
    expect((await store.read(1001, 0, 1e16, 10)).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  }
});

test("a message of QoS 0 on a free topic reaches clients of other nodes, and is not kept", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const [client, listener] = [await one.login({ clientId: "c" }), await two.login({ clientId: "l" })];
  listener.send(subscribeTo("a/#", 2));
  await nodes.settle();
  listener.got();
  client.send(publishOf("a/b", "x"), publishOf("a/c", "y", { qos: 1, packetId: 3 }));
  await nodes.settle();
  expect(await publishes(two, listener)).toEqual(["a/b x 0", "a/c y 1"]);
  const late = await two.login({ clientId: "late" });
  late.send(subscribeTo("a/#", 2));
  await nodes.settle();
  expect(await publishes(two, late)).toEqual([]);
});

test("[MQTT-3.1.4-3] who logs in on another node ends the connection of the same client, and no other's", async () => {
  const nodes = new Nodes(2);
  const [one, two] = nodes.rigs as [Rig, Rig];
  const [first, neighbour] = [await one.login({ clientId: "c" }), await one.login({ clientId: "d" })];
  await nodes.settle();
  const second = await two.login({ clientId: "c" });
  expect([first.ended, second.ended]).toEqual([false, false]);
  await nodes.settle();
  expect([first.heard(), first.ended]).toEqual([["disconnect 142"], true]);
  expect([second.heard(), second.ended, neighbour.ended]).toEqual([[], false, false]);
  // and back again
  const third = await one.login({ clientId: "c" });
  await nodes.settle();
  expect([second.heard(), third.heard(), third.ended]).toEqual([["disconnect 142"], [], false]);
});

test("property: of the connections of a client that logs in on three nodes the one stays whose login is last in the log", async () => {
  const login = fc.record({
    do: fc.constant("login" as const),
    node: fc.integer({ min: 1, max: 3 }),
    client: fc.constantFrom("c", "d"),
  });
  const other = fc.record({
    do: fc.constantFrom("run", "tell") as fc.Arbitrary<"run" | "tell">,
    node: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(login, other), { minLength: 2, maxLength: 30, size: "max" }), async (life) => {
      const nodes = new Nodes(3);
      const wires: { readonly wire: FakeWire; readonly client: string; readonly node: number }[] = [];
      for (const step of life) {
        const rig = nodes.rigs[step.node - 1] as Rig;
        if (step.do === "run") await rig.pass(0);
        else if (step.do === "tell") await nodes.tell(step.node, 1);
        else if (step.do === "login") {
          const wire = rig.open();
          wire.send(connectOf({ clientId: step.client }));
          wires.push({ wire, client: step.client, node: step.node });
        }
      }
      await nodes.settle();
      for (const client of ["c", "d"]) {
        const own = wires.filter((one) => one.client === client);
        const alive = own.filter(({ wire }) => !wire.ended);
        expect(alive.length).toBe(own.length === 0 ? 0 : 1);
        if (own.length > 0) expect(alive[0]?.node).toBe(nodes.lastLogin(sessionKey("a:1", client)));
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);

type Step =
  | {
      readonly do: "measure";
      readonly node: number;
      readonly qos: Qos;
      readonly device: number;
      readonly product: number;
    }
  | {
      readonly do: "say";
      readonly node: number;
      readonly qos: Qos;
      readonly topic: number;
      readonly isEmpty: boolean;
      readonly retain: boolean;
    }
  | { readonly do: "run"; readonly node: number }
  | { readonly do: "tell"; readonly node: number; readonly most: number };
/** uids of devices and fields of the rig's fleet. */
const SERIES = [
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 2],
] as const;
const node = fc.integer({ min: 1, max: 3 });
const qos = fc.constantFrom<Qos>(0, 1, 2);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("measure" as const),
        node,
        qos,
        device: fc.constantFrom(1, 2),
        product: fc.nat(1),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("say" as const),
        node,
        qos,
        topic: fc.nat(2),
        isEmpty: fc.boolean(),
        retain: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("run" as const), node }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("tell" as const), node, most: fc.nat(2) }) },
  ),
  { minLength: 1, maxLength: 40, size: "max" },
);

test("property: clients of three nodes hear the same in the same order, and retained messages are the same everywhere", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (life) => {
      const nodes = new Nodes(3);
      const { rigs } = nodes;
      const clients = await Promise.all(rigs.map((rig, i) => rig.login({ clientId: `c${i}` })));
      const listeners = await Promise.all(rigs.map((rig, i) => rig.login({ clientId: `l${i}` })));
      for (const [i, listener] of listeners.entries()) {
        listener.send(subscribeTo(`dtck/#`, 0));
        await rigs[i]?.pass(0);
        listener.send(subscribeTo(`free/#`, 0));
      }
      await nodes.settle();
      const heard: string[][] = [[], [], []];
      const listen = async (): Promise<void> => {
        for (const [i, rig] of rigs.entries())
          heard[i]?.push(...(await publishes(rig, listeners[i] as (typeof listeners)[0])));
      };
      for (const listener of listeners) listener.got();
      for (const [n, step] of life.entries()) {
        const rig = rigs[step.node - 1];
        const client = clients[step.node - 1];
        if (step.do === "run") await rig?.pass(0);
        else if (step.do === "tell") await nodes.tell(step.node, step.most);
        else {
          const more = step.qos === 0 ? {} : { qos: step.qos, packetId: 100 + n };
          if (step.do === "measure")
            client?.send(publishOf(`dtck-pub/${["p", "kept"][step.product]}/d${step.device}/T`, `${n}`, more));
          else
            client?.send(publishOf(`free/${step.topic}`, step.isEmpty ? "" : `${n}`, { ...more, retain: step.retain }));
        }
      }
      await nodes.settle();
      await listen();
      const [first, ...others] = heard;
      for (const one of others) expect(one).toEqual(first as string[]);
      const sent = life.filter((step) => step.do === "measure" || step.do === "say").length;
      expect(first?.length).toBe(sent);
      const kept = await Promise.all(
        rigs.map(async (rig) => {
          const late = await rig.login({ clientId: "late" });
          late.send(subscribeTo("free/#", 0));
          return (await publishes(rig, late)).sort();
        }),
      );
      for (const one of kept) expect(one).toEqual(kept[0] as string[]);
      for (const { hub, series } of rigs) {
        const { count, bytes } = hub.retained;
        expect({ count, bytes }).toMatchObject({
          count: rigs[0]?.hub.retained.count,
          bytes: rigs[0]?.hub.retained.bytes,
        });
        for (const [device, field] of SERIES) {
          const id = series.idOf(device, field) ?? 0;
          expect(id).toBe(rigs[0]?.series.idOf(device, field) ?? 0);
          expect(series.current(id)).toEqual(rigs[0]?.series.current(id) ?? null);
        }
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
