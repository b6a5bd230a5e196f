import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ConnectPacket, Packet, PublishPacket, Qos, Subscription, Version } from "../codec/index.ts";
import { connectOf, type FakeWire, OTHER, publishOf, Rig } from "./rig.testing.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();
const FREE = { freeTopics: true };
const STORED = { properties: { sessionExpiryInterval: 1000 }, cleanStart: false };
const NO_LIMIT = { maxTopicLevels: 32, maxRetainedMessages: 1e6, maxRetainedBytes: 1e9 };

function subscribeTo(filter: string, more: Partial<Subscription> & { identifier?: number } = {}): Packet {
  const { identifier, ...options } = more;
  const subscription = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0, ...options } as const;
  const properties = identifier ? { properties: { subscriptionIdentifier: identifier } } : {};
  return { type: "subscribe", packetId: 1, subscriptions: [{ filter, ...subscription }], ...properties };
}
/** What a wire was sent, with its answers to QoS 1 and 2 given; the publishes of it. */
async function deliveries(rig: Rig, wire: FakeWire): Promise<PublishPacket[]> {
  const found: PublishPacket[] = [];
  for (let round = 0; round < 50; round++) {
    await rig.pass(0);
    const got = wire.got();
    if (got.length === 0) return found;
    for (const p of got) {
      if (p.type === "publish") found.push(p);
      if (p.type === "publish" && p.qos === 1) wire.send({ type: "puback", packetId: p.packetId ?? 0, reasonCode: 0 });
      if (p.type === "publish" && p.qos === 2) wire.send({ type: "pubrec", packetId: p.packetId ?? 0, reasonCode: 0 });
      if (p.type === "pubrel") wire.send({ type: "pubcomp", packetId: p.packetId, reasonCode: 0 });
    }
  }
  throw new Error("it does not come to rest");
}
const words = (packets: readonly PublishPacket[]): string[] =>
  packets.map((p) => `${p.topic} ${text.decode(p.payload)} ${p.qos}${p.retain ? " R" : ""}`);
/** A connection that has logged in; what it is sent at once is still to be taken. */
async function comeBack(rig: Rig, wish: Parameters<typeof connectOf>[0]): Promise<FakeWire> {
  const wire = rig.open();
  wire.send(connectOf({ ...STORED, ...wish }));
  return wire;
}
async function pair(
  rig: Rig,
  version: Version = 5,
  filter = "#",
  options: Parameters<typeof subscribeTo>[1] = {},
): Promise<[FakeWire, FakeWire]> {
  const pub = await rig.login({ clientId: "pub", version });
  const sub = await rig.login({ clientId: "sub", version });
  sub.send(subscribeTo(filter, options));
  await rig.pass(0);
  sub.got();
  return [pub, sub];
}

describe("messages", () => {
  test("[MQTT-3.8.4-8] every QoS to every QoS, in every version: the lower of both", async () => {
    for (const version of [3, 4, 5] as const)
      for (const subQos of [0, 1, 2] as const) {
        const rig = new Rig({}, FREE);
        const [pub, sub] = await pair(rig, version, "a/+", { qos: subQos });
        for (const qos of [0, 1, 2] as const)
          pub.send(publishOf("a/b", `${qos}`, qos === 0 ? { qos } : { qos, packetId: qos }));
        expect(words(await deliveries(rig, sub)).sort()).toEqual(
          [0, 1, 2].map((qos) => `a/b ${qos} ${Math.min(qos, subQos)}`),
        );
        pub.send({ type: "pubrel", packetId: 2, reasonCode: 0 });
        await rig.pass(0);
        const code = version === 5 ? " 0" : " 0";
        expect(pub.heard()).toEqual([`puback 1${code}`, `pubrec 2${code}`, `pubcomp 2${code}`]);
        expect(rig.store.rows).toBe(0);
      }
  });
  test("[MQTT-4.3.3-10] a QoS 2 publish that comes again is published once", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig);
    pub.send(publishOf("a", "x", { qos: 2, packetId: 9 }), publishOf("a", "x", { qos: 2, packetId: 9, dup: true }));
    expect(words(await deliveries(rig, sub))).toEqual(["a x 2"]);
    expect(pub.heard()).toEqual(["pubrec 9 0", "pubrec 9 0"]);
  });
  test("[MQTT-4.6.0-5] messages of one topic keep their order", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig);
    for (let i = 0; i < 50; i++) pub.send(publishOf("t", `${i}`, { qos: 1, packetId: i + 1 }));
    expect(words(await deliveries(rig, sub))).toEqual(Array.from({ length: 50 }, (_, i) => `t ${i} 1`));
  });
  test("[MQTT-4.6.0-6] runs of messages: each subscriber gets all that concern it, as they are and in order, whoever listens beside it", async () => {
    const message = fc.record({
      topic: fc.constantFrom("t/a", "t/a", "t/a", "t/b"),
      by: fc.constantFrom(0, 0, 0, 1),
      qos: fc.constantFrom<Qos>(0, 0, 0, 0, 1),
      retain: fc.constantFrom(false, false, false, true),
      expiry: fc.constantFrom(undefined, undefined, undefined, 60),
      size: fc.constantFrom(1, 1, 1, 3000, 5000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 30 }), fc.boolean(), async (messages, grouped) => {
        const rig = new Rig({}, FREE);
        const wish = (name: string, options: object, more: object = {}) => ({ name, options, more });
        const wishes = [
          wish("plain", {}),
          wish("same", {}),
          wish("marked", { identifier: 9 }),
          wish("too", { identifier: 9 }),
          wish("published", { retainAsPublished: true }),
          wish("old", {}, { version: 4 }),
          wish("small", {}, { properties: { maximumPacketSize: 2000 } }),
          wish("own", { noLocal: true }),
          ...(grouped ? [wish("shared", { share: true })] : []),
        ];
        const wires: FakeWire[] = [];
        for (const { name, options, more } of wishes) {
          const wire = await rig.login({ clientId: name, ...more });
          const { share, ...others } = options as { share?: boolean }; // as written above
          wire.send(subscribeTo(share ? "$share/g/t/#" : "t/#", { qos: 0, ...others }));
          wires.push(wire);
        }
        await rig.pass(0);
        for (const wire of wires) wire.got();
        // the sender 1 is the subscriber that does not want its own
        const senders = [await rig.login({ clientId: "sender" }), wires[7] as FakeWire]; // there are eight at least
        for (const [i, m] of messages.entries()) {
          const expiry = m.expiry === undefined ? {} : { messageExpiryInterval: m.expiry };
          const options = { qos: m.qos, retain: m.retain, properties: { contentType: `${i}`, ...expiry } };
          const id = m.qos === 0 ? {} : { packetId: i + 1 };
          senders[m.by]?.send(publishOf(m.topic, `${i} ${"x".repeat(m.size)}`, { ...options, ...id }));
        }
        for (const [k, { name, options }] of wishes.entries()) {
          const got = await deliveries(rig, wires[k] as FakeWire); // one for each wish
          const wanted = messages.flatMap((m, i) => {
            if ((name === "own" && m.by === 1) || (name === "small" && m.size > 2000)) return [];
            const flag = m.retain && name === "published";
            return [`${m.topic} ${i} ${"x".repeat(m.size)} 0${flag ? " R" : ""}`];
          });
          for (const topic of ["t/a ", "t/b "])
            expect(words(got).filter((word) => word.startsWith(topic))).toEqual(
              wanted.filter((word) => word.startsWith(topic)),
            );
          if (name === "old") continue;
          for (const p of got) {
            const i = Number(text.decode(p.payload).split(" ", 1)[0]);
            const identifier = "identifier" in options ? { subscriptionIdentifiers: [9] } : {};
            const expiry = messages[i]?.expiry === undefined ? {} : { messageExpiryInterval: 60 };
            expect(p.properties).toEqual({ contentType: `${i}`, ...expiry, ...identifier });
          }
        }
      }),
      { numRuns: 60 },
    );
  });
  test("[MQTT-3.3.4-2] overlapping subscriptions: one copy at the highest QoS, [MQTT-3.3.4-3] all identifiers", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig, 5, "a/#", { qos: 1, identifier: 7 });
    sub.send(subscribeTo("a/b", { qos: 2, identifier: 9 }), subscribeTo("+/b", { qos: 0, identifier: 268_435_455 }));
    pub.send(publishOf("a/b", "x", { qos: 2, packetId: 1 }), publishOf("a/b", "y"));
    const got = await deliveries(rig, sub);
    expect(words(got).sort()).toEqual(["a/b x 2", "a/b y 0"]);
    for (const p of got)
      expect([...(p.properties?.subscriptionIdentifiers ?? [])].sort((a, b) => a - b)).toEqual([7, 9, 268_435_455]);
  });
  test("[MQTT-3.8.3-3] No Local: not to the connection that published, unless another subscription asks for it", async () => {
    const rig = new Rig({}, FREE);
    const one = await rig.login({ clientId: "one" });
    const two = await rig.login({ clientId: "two" });
    for (const wire of [one, two]) wire.send(subscribeTo("a/#", { noLocal: true, identifier: 1 }));
    one.send(subscribeTo("a/own", { qos: 0, identifier: 2 }));
    await rig.pass(0);
    for (const wire of [one, two]) wire.got();
    one.send(publishOf("a/b", "1", { qos: 1, packetId: 5 }), publishOf("a/own", "2", { qos: 1, packetId: 6 }));
    const own = await deliveries(rig, one);
    expect(words(own)).toEqual(["a/own 2 0"]);
    expect(own[0]?.properties?.subscriptionIdentifiers).toEqual([2]);
    expect(words(await deliveries(rig, two))).toEqual(["a/b 1 1", "a/own 2 1"]);
  });
  test("[MQTT-3.3.1-12] [MQTT-3.3.1-13] RETAIN is sent as published only where that is wished", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig, 5, "#", { retainAsPublished: true });
    const plain = await rig.login({ clientId: "plain" });
    plain.send(subscribeTo("#"));
    await rig.pass(0);
    pub.send(publishOf("a", "1", { retain: true }), publishOf("a", "2", { retain: true, qos: 1, packetId: 1 }));
    pub.send(publishOf("a", "3"));
    expect(words(await deliveries(rig, sub)).sort()).toEqual(["a 1 0 R", "a 2 1 R", "a 3 0"]);
    expect(words(await deliveries(rig, plain)).sort()).toEqual(["a 1 0", "a 2 1", "a 3 0"]);
  });
  test.each<[string, Qos]>([
    ["straight", 0],
    ["through the queue", 1],
  ])(
    "[MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] all properties pass unaltered, %s",
    async (_, qos) => {
      const rig = new Rig({}, FREE);
      const [pub, sub] = await pair(rig);
      const properties: NonNullable<PublishPacket["properties"]> = {
        payloadFormatIndicator: 1,
        contentType: "text/plain",
        responseTopic: "answers/1",
        correlationData: Uint8Array.of(0, 255, 3),
        userProperties: [
          ["b", "2"],
          ["a", "1"],
          ["b", "2"],
          ["timestamp", "not a time"],
          ["x", "y".repeat(9000)],
        ],
      };
      const id = qos > 0 ? { packetId: 3 } : {};
      pub.send(
        publishOf("a", "x", { qos, ...id, properties: { ...properties, topicAlias: 4, messageExpiryInterval: 60 } }),
      );
      const [got] = await deliveries(rig, sub);
      const { messageExpiryInterval, ...rest } = got?.properties ?? {};
      expect(rest).toEqual(properties);
      expect(messageExpiryInterval).toBeGreaterThanOrEqual(59);
      const v4 = await rig.login({ clientId: "old", version: 4 });
      v4.send(subscribeTo("a"));
      await rig.pass(0);
      pub.send(publishOf("a", "z", { properties }));
      expect(words(await deliveries(rig, v4))).toEqual(["a z 0"]);
    },
  );
  test("[MQTT-3.3.2-5] [MQTT-3.3.2-6] expiry: the time left is sent on, and what is too late is not delivered", async () => {
    const rig = new Rig({}, FREE);
    const pub = await rig.login({ clientId: "pub" });
    const sub = await rig.login({ clientId: "sub", ...STORED });
    sub.send(subscribeTo("#"));
    await rig.pass(0);
    sub.lost();
    const expiring = (packetId: number, messageExpiryInterval: number): PublishPacket =>
      publishOf("a", `${messageExpiryInterval}`, { qos: 1, packetId, properties: { messageExpiryInterval } });
    pub.send(expiring(1, 5), expiring(2, 100));
    await rig.pass(20);
    const back = await comeBack(rig, { clientId: "sub" });
    const got = await deliveries(rig, back);
    expect(words(got)).toEqual(["a 100 1"]);
    const left = got[0]?.properties?.messageExpiryInterval ?? 0;
    expect(left).toBeGreaterThanOrEqual(79);
    expect(left).toBeLessThanOrEqual(81);
  });
  test("[MQTT-4.5.0-1] an absent session gets what was published meanwhile, with its properties, in order", async () => {
    const rig = new Rig({}, FREE);
    const pub = await rig.login({ clientId: "pub" });
    const sub = await rig.login({ clientId: "sub", ...STORED });
    sub.send(subscribeTo("a/#", { identifier: 3 }));
    await rig.pass(0);
    sub.lost();
    const properties = { correlationData: Uint8Array.of(1), userProperties: [["k", "v"]] as [string, string][] };
    for (let i = 1; i <= 5; i++) pub.send(publishOf("a/b", `${i}`, { qos: 2, packetId: i, properties }));
    pub.send(publishOf("a/b", "lost", { qos: 0 }));
    await rig.pass(1);
    const back = await comeBack(rig, { clientId: "sub" });
    const got = await deliveries(rig, back);
    expect(words(got)).toEqual([1, 2, 3, 4, 5].map((i) => `a/b ${i} 2`));
    for (const p of got) expect(p.properties).toEqual({ ...properties, subscriptionIdentifiers: [3] });
  });
  test("a subscriber to # gets free messages and the measurements it may view, not $SYS and not dtck-pub", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig);
    pub.send(publishOf("x/y", "1"), publishOf("dtck-pub/p/d1/T", "5"), publishOf("dtckx", "2"), publishOf("/", "3"));
    expect(words(await deliveries(rig, sub)).sort()).toEqual(["/ 3 0", "dtck/p/d1/T 5 2", "dtckx 2 0", "x/y 1 0"]);
    expect(rig.store.rows).toBe(1);
    expect(rig.metrics.messagesAccepted).toBe(3);
  });
  test("reserved topics stay reserved: $…, dtck, dtck/…, dtck-… are refused with 0x90", async () => {
    const rig = new Rig({}, FREE);
    const wire = await rig.login();
    const topics = ["$SYS/x", "$share/a/b", "$x", "dtck", "dtck/p/d1/T", "dtck-x", "dtck-errors/a/b"];
    for (const [i, topic] of topics.entries()) wire.send(publishOf(topic, "1", { qos: 1, packetId: i + 1 }));
    await rig.pass(0);
    expect(wire.heard()).toEqual(topics.map((_, i) => `puback ${i + 1} 144`));
  });
  test("a client that takes nothing loses QoS 0 alone, counted; others are not held up", async () => {
    const rig = new Rig({ maxUnsent: 20_000 }, FREE);
    const [pub, sub] = await pair(rig, 5, "#", { qos: 0 });
    const slow = await rig.login({ clientId: "slow" });
    slow.send(subscribeTo("#", { qos: 0 }));
    await rig.pass(0);
    slow.room = 0;
    for (let i = 0; i < 100; i++) pub.send(publishOf("a", "x".repeat(1000)));
    expect((await deliveries(rig, sub)).length).toBe(100);
    expect(rig.metrics.qos0Dropped).toBeGreaterThan(50);
  });
  test("[MQTT-3.1.2-24] [MQTT-3.1.2-25] a message above the client's Maximum Packet Size is left out", async () => {
    const rig = new Rig({}, FREE);
    const pub = await rig.login({ clientId: "pub" });
    const sub = await rig.login({ clientId: "sub", properties: { maximumPacketSize: 200 } });
    sub.send(subscribeTo("#"));
    await rig.pass(0);
    for (const size of [500, 5])
      pub.send(publishOf("a", "x".repeat(size)), publishOf("a", "y".repeat(size), { qos: 1, packetId: size }));
    expect(words(await deliveries(rig, sub)).sort()).toEqual(["a xxxxx 0", "a yyyyy 1"]);
  });
  test("deep topics are refused, and say so", async () => {
    const rig = new Rig({}, { ...FREE, messages: { ...NO_LIMIT, maxTopicLevels: 4 } });
    const wire = await rig.login();
    wire.send(publishOf("a/b/c/d", "", { qos: 1, packetId: 1 }), publishOf("a/b/c/d/e", "", { qos: 1, packetId: 2 }));
    await rig.pass(0);
    expect(wire.heard()).toEqual(["puback 1 0", "puback 2 144"]);
  });
});

describe("what one client sends is dealt with in its order", () => {
  test("a publish before SUBSCRIBE is not for it, but is retained by then; one before UNSUBSCRIBE is", async () => {
    for (const version of [3, 4, 5] as const)
      for (const wish of [{}, STORED]) {
        const rig = new Rig({}, FREE);
        const wire = await rig.login({ version, ...wish });
        wire.send(
          publishOf("a", "before", { qos: 1, packetId: 1 }),
          publishOf("r", "kept", { retain: true }),
          publishOf("r/gone", "1", { retain: true }),
          publishOf("r/gone", "", { retain: true }),
          subscribeTo("#", { qos: 0 }),
          publishOf("a", "within"),
        );
        expect(wire.paused).toBe(true);
        expect(words(await deliveries(rig, wire)).sort()).toEqual(["a within 0", "r kept 0 R"]);
        expect([wire.paused, wire.ended]).toEqual([false, false]);
        wire.send(publishOf("a", "last"), { type: "unsubscribe", packetId: 2, filters: ["#"] });
        wire.send(publishOf("a", "after"));
        expect(words(await deliveries(rig, wire))).toEqual(["a last 0"]);
      }
  });
  test("nothing waits where nothing was published before", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig, 5, "none");
    rig.store.held = true;
    pub.send(publishOf("a", "x", { qos: 1, packetId: 1 }));
    sub.send(subscribeTo("a"));
    await rig.settle();
    expect(sub.heard()).toEqual(["suback 1 2"]);
  });
  test("what waits behind a SUBSCRIBE is recorded also when the client is gone by then", async () => {
    for (const end of ["lost", "fin"] as const) {
      const rig = new Rig({}, FREE);
      const wire = await rig.login();
      rig.store.held = true;
      const record = (n: number) => publishOf("dtck-pub/p/d1/T", `${n}`, { qos: 1, packetId: n });
      wire.send(record(1), subscribeTo("a"), record(2));
      wire.send(record(3));
      await rig.settle();
      if (end === "lost") wire.lost();
      else wire.listener?.ended();
      for (let n = 0; n < 5; n++) {
        rig.store.answer();
        await rig.pass(0);
      }
      expect(rig.store.rows).toBe(3);
      expect(rig.broker.connections.size).toBe(0);
      if (end === "fin") expect(wire.heard()).toEqual(["puback 1 0", "suback 1 2", "puback 2 0", "puback 3 0"]);
    }
  });
});

describe("retained messages", () => {
  const hears = async (rig: Rig, filter: string, more: Parameters<typeof subscribeTo>[1] = {}, connect = {}) => {
    const wire = await rig.login({ clientId: "hears", ...connect });
    wire.send(subscribeTo(filter, more));
    const got = words(await deliveries(rig, wire));
    wire.lost();
    return got;
  };
  test("[MQTT-3.3.1-5] [MQTT-3.3.1-8] [MQTT-3.3.2-3] the newest of a topic goes to a new subscription, with RETAIN", async () => {
    for (const version of [3, 4, 5] as const) {
      const rig = new Rig({}, FREE);
      const [pub] = await pair(rig, version, "none");
      pub.send(publishOf("a/1", "old", { retain: true }), publishOf("a/1", "new", { retain: true }));
      pub.send(publishOf("a/2", "two", { retain: true, qos: 2, packetId: 1 }), publishOf("b", "x", { retain: true }));
      pub.send(publishOf("a/1", "passes by"));
      await rig.pass(0);
      expect((await hears(rig, "a/#", {}, { version })).sort()).toEqual(["a/1 new 0 R", "a/2 two 2 R"]);
      expect(await hears(rig, "+/2", { qos: 1 })).toEqual(["a/2 two 1 R"]);
      expect(await hears(rig, "b/#")).toEqual(["b x 0 R"]);
    }
  });
  test("[MQTT-3.3.1-6] [MQTT-3.3.1-7] an empty payload removes it, and is no retained message itself", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig, 5, "a", { retainAsPublished: true });
    pub.send(
      publishOf("a", "1", { retain: true }),
      publishOf("a", "", { retain: true }),
      publishOf("b", "", { retain: true }),
    );
    expect(words(await deliveries(rig, sub))).toEqual(["a 1 0 R", "a  0 R"]);
    expect(await hears(rig, "#")).toEqual([]);
    expect(rig.hub.retained.count).toBe(0);
  });
  test("[MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] Retain Handling", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig, 5, "none");
    pub.send(publishOf("a", "1", { retain: true }));
    await rig.pass(0);
    const again = async (retainHandling: 0 | 1 | 2): Promise<number> => {
      sub.send(subscribeTo("a", { retainHandling }));
      return (await deliveries(rig, sub)).length;
    };
    expect([await again(2), await again(1), await again(0), await again(0), await again(1)]).toEqual([0, 0, 1, 1, 0]);
    sub.send({ type: "unsubscribe", packetId: 2, filters: ["a"] });
    expect(await again(1)).toBe(1);
  });
  test("it bears its properties, the time left, and the new subscription's identifier [MQTT-3.3.4-3]", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig, 5, "none");
    const properties = { contentType: "c", userProperties: [["k", "v"]] as [string, string][] };
    pub.send(publishOf("a", "1", { retain: true, properties: { ...properties, messageExpiryInterval: 100 } }));
    await rig.pass(10);
    sub.send(subscribeTo("a", { identifier: 5 }));
    const [got] = await deliveries(rig, sub);
    const { messageExpiryInterval, ...rest } = got?.properties ?? {};
    expect(rest).toEqual({ ...properties, subscriptionIdentifiers: [5] });
    expect(messageExpiryInterval).toBeGreaterThanOrEqual(89);
    expect(messageExpiryInterval).toBeLessThanOrEqual(91);
  });
  test("section 3.3.2.3.3: one that has expired is not sent, and is forgotten in memory and in the store", async () => {
    const rig = new Rig({}, FREE);
    const [pub] = await pair(rig, 5, "none");
    pub.send(publishOf("a", "1", { retain: true, properties: { messageExpiryInterval: 5 } }));
    await rig.pass(3);
    expect(rig.hub.retained.count).toBe(1);
    rig.now += 4e6;
    expect(await hears(rig, "a")).toEqual([]);
    await rig.pass(1);
    expect(rig.hub.retained.count).toBe(0);
    expect(rig.store.commits.flatMap(({ ops }) => ops).filter(({ op }) => op === "retained").length).toBe(2);
  });
  test("SUBACK comes before what is retained, also where it waits until the subscription is stored", async () => {
    for (const wish of [{}, STORED]) {
      const rig = new Rig({}, FREE);
      const pub = await rig.login({ clientId: "pub" });
      pub.send(publishOf("a", "1", { retain: true }), publishOf("dtck-pub/kept/d1/T", "7"));
      await rig.pass(0);
      const sub = await rig.login({ clientId: "sub", ...wish });
      rig.store.held = true;
      sub.send(subscribeTo("#"));
      await rig.settle();
      // what is newer than the subscription comes once, by itself
      pub.send(publishOf("a", "2", { retain: true }));
      for (let n = 0; n < 5; n++) {
        rig.store.answer();
        await rig.pass(0);
      }
      const heard = sub.heard();
      expect(heard[0]).toBe("suback 1 2");
      expect(heard.filter((h) => h === "publish a 2").length).toBe(1);
      expect(heard.filter((h) => h === "publish dtck/kept/d1/T 7").length).toBe(1);
    }
  });
  test("[MQTT-3.3.1-9] a client that goes before its SUBACK gets them when it is back, at QoS 1 and 2", async () => {
    const rig = new Rig({}, FREE);
    const pub = await rig.login({ clientId: "pub" });
    pub.send(publishOf("a", "1", { retain: true, qos: 1, packetId: 1 }));
    await rig.pass(0);
    const sub = await rig.login({ clientId: "sub", ...STORED });
    rig.store.held = true;
    sub.send(subscribeTo("a", { qos: 1 }));
    await rig.settle();
    sub.lost();
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(0);
    expect(words(await deliveries(rig, await comeBack(rig, { clientId: "sub" })))).toEqual(["a 1 1 R"]);
  });
  test("[MQTT-3.3.1-10] a subscription that is made again at once and wants none does not take away what the first one gets", async () => {
    const rig = new Rig({}, FREE);
    const [pub, sub] = await pair(rig, 5, "other");
    pub.send(publishOf("a", "1", { retain: true }));
    await rig.pass(0);
    sub.send(subscribeTo("a", { retainHandling: 1 }), subscribeTo("a", { retainHandling: 1 }));
    expect(words(await deliveries(rig, sub))).toEqual(["a 1 0 R"]);
  });
  test("what comes after the subscription is sent once, as it comes, and not as a retained message, too", async () => {
    const rig = new Rig({}, FREE);
    const pub = await rig.login({ clientId: "pub" });
    const put = (payload: string): void => {
      for (let i = 0; i < 40; i++) pub.send(publishOf(`t/${i}`, payload, { retain: true, qos: 1, packetId: i + 1 }));
    };
    put("old");
    await rig.pass(0);
    const sub = await rig.login({ clientId: "sub", properties: { receiveMaximum: 3 } });
    sub.send(subscribeTo("t/#", { qos: 1 }));
    await rig.pass(0);
    put("new");
    const got = words(await deliveries(rig, sub));
    expect(got.filter((word) => word.includes("new")).sort()).toEqual(
      Array.from({ length: 40 }, (_, i) => `t/${i} new 1`).sort(),
    );
  });
  test("[MQTT-3.8.3-3] No Local holds for retained messages, too", async () => {
    const rig = new Rig({}, FREE);
    const [pub] = await pair(rig, 5, "none");
    pub.send(publishOf("a", "1", { retain: true }));
    await rig.pass(0);
    pub.send(subscribeTo("a", { noLocal: true }));
    expect(await deliveries(rig, pub)).toEqual([]);
    expect(await hears(rig, "a", { noLocal: true })).toEqual(["a 1 0 R"]);
  });
  test("CVE-2018-12546: not sent when its publisher has lost the right to publish there, or is gone", async () => {
    const rig = new Rig({}, FREE);
    const line = { scope: "free_topics", filters: ["a/#"], except: [], can: ["publish"] } as const;
    rig.grant([line]);
    const other = await rig.login({ clientId: "o", token: OTHER });
    other.send(publishOf("a/1", "x", { retain: true }), publishOf("a/2", "y", { retain: true }));
    await rig.pass(0);
    expect((await hears(rig, "#")).length).toBe(2);
    rig.grant([{ ...line, except: ["a/1"] }]);
    expect(await hears(rig, "#")).toEqual(["a/2 y 0 R"]);
    rig.directory.apply([{ kind: "apiUser", op: "delete", uid: 2 }]);
    await rig.pass(0);
    expect(await hears(rig, "#")).toEqual([]);
  });
  test("limits: no more topics or bytes than that; removing makes room; a known topic is replaced", async () => {
    const rig = new Rig({}, { ...FREE, messages: { ...NO_LIMIT, maxRetainedMessages: 3, maxRetainedBytes: 2000 } });
    const wire = await rig.login();
    const put = async (topic: string, size: number): Promise<string[]> => {
      wire.send(publishOf(topic, "x".repeat(size), { retain: true, qos: 1, packetId: 1 }));
      await rig.pass(0);
      return wire.heard();
    };
    for (const topic of ["a", "b", "c", "a"]) expect(await put(topic, 5)).toEqual(["puback 1 0"]);
    expect(await put("d", 5)).toEqual(["puback 1 151"]);
    expect(await put("b", 0)).toEqual(["puback 1 0"]);
    expect(await put("d", 5)).toEqual(["puback 1 0"]);
    expect(await put("a", 3000)).toEqual(["puback 1 151"]);
    expect(rig.hub.retained.count).toBe(3);
    // in one commit, too
    const two = new Rig({}, { ...FREE, messages: { ...NO_LIMIT, maxRetainedMessages: 2 } });
    const flood = await two.login();
    for (let i = 1; i <= 5; i++) flood.send(publishOf(`t/${i}`, "x", { retain: true, qos: 1, packetId: i }));
    await two.pass(0);
    expect(flood.heard().filter((word) => word.endsWith(" 0")).length).toBe(2);
  });
  test("a commit that is given up leaves no retained message, and no claim on room", async () => {
    const rig = new Rig({}, { ...FREE, messages: { ...NO_LIMIT, maxRetainedMessages: 1 } });
    const wire = await rig.login();
    rig.store.failure = new Error("full");
    wire.send(publishOf("a", "x", { retain: true, qos: 1, packetId: 1 }));
    await rig.pass(40);
    rig.store.failure = null;
    await rig.pass(3);
    const again = await rig.login();
    again.send(publishOf("b", "y", { retain: true, qos: 1, packetId: 1 }));
    await rig.pass(0);
    expect(again.heard()).toEqual(["puback 1 0"]);
    expect(await hears(rig, "#")).toEqual(["b y 1 R"]);
    const ops = rig.store.commits.flatMap(({ ops: some }) => some).filter(({ op }) => op === "retained");
    expect(ops.length).toBe(1);
  });
  test("[MQTT-3.3.1-9] a stored session that went away meanwhile gets the rest when it is back; at QoS 0 it does not", async () => {
    for (const qos of [1, 0] as const) {
      const rig = new Rig({ maxUnsent: 1e6 }, FREE);
      const pub = await rig.login({ clientId: "pub" });
      for (let i = 0; i < 100; i++)
        pub.send(publishOf(`t/${i}`, "x".repeat(2000), { retain: true, qos: 1, packetId: i + 1 }));
      await rig.pass(0);
      const properties = { sessionExpiryInterval: 1000, receiveMaximum: 10 };
      const away = await comeBack(rig, { clientId: "s", properties });
      away.room = 8000;
      away.send(subscribeTo("t/#", { qos }));
      await rig.pass(0);
      const first = away
        .got()
        .filter((p) => p.type === "publish")
        .map((p) => p.topic);
      away.lost();
      await rig.pass(1);
      const back = await comeBack(rig, { clientId: "s", properties });
      const rest = (await deliveries(rig, back)).map((p) => p.topic);
      expect(first.length).toBeLessThan(10);
      if (qos === 0) expect(rest).toEqual([]);
      else expect(new Set([...first, ...rest]).size).toBe(100);
      expect(new Set(rest).size).toBe(rest.length);
    }
  });
  test("many are sent at the pace of a client that takes little, and a connection that ends leaves nothing behind", async () => {
    const rig = new Rig({ maxUnsent: 1e6 }, FREE);
    const pub = await rig.login({ clientId: "pub" });
    for (let i = 0; i < 3000; i++) pub.send(publishOf(`t/${i}`, "x".repeat(100), { retain: true }));
    await rig.pass(0);
    const slow = await rig.login({ clientId: "slow" });
    slow.room = 0;
    slow.send(subscribeTo("t/#", { qos: 0 }));
    await rig.pass(1);
    const [connection] = [...rig.broker.connections].filter((c) => c.session?.clientId === "slow");
    expect(connection?.box.unsent).toBeLessThan(100_000);
    slow.lost();
    expect((await hears(rig, "t/#", { qos: 0 })).length).toBe(3000);
  });
});

describe("rights", () => {
  test("wire contract 8: what is queued and may not be read any more is dropped, QoS 0 that has not left, too", async () => {
    const rig = new Rig({}, FREE);
    const line = { scope: "free_topics", filters: ["#"], except: [], can: ["subscribe"] } as const;
    rig.grant([line]);
    const pub = await rig.login({ clientId: "pub" });
    const sub = await rig.login({ clientId: "sub", token: OTHER, ...STORED });
    sub.send(subscribeTo("#"));
    await rig.pass(0);
    sub.got();
    sub.room = 0;
    pub.send(publishOf("a", "0"), publishOf("b", "0"));
    await rig.pass(0);
    rig.grant([{ ...line, except: ["a"] }]);
    sub.room = Number.POSITIVE_INFINITY;
    sub.listener?.drained();
    expect(words(await deliveries(rig, sub))).toEqual(["b 0 0"]);
    sub.lost();
    for (const [i, topic] of ["a", "b", "c"].entries()) pub.send(publishOf(topic, "1", { qos: 1, packetId: i + 1 }));
    await rig.pass(0);
    rig.grant([{ ...line, except: ["a", "b"] }]);
    const back = await comeBack(rig, { clientId: "sub", token: OTHER });
    expect(words(await deliveries(rig, back))).toEqual(["c 1 1"]);
    pub.send(publishOf("b", "2"), publishOf("c", "2"));
    expect(words(await deliveries(rig, back))).toEqual(["c 2 0"]);
  });
  test("publishing needs the right: 0x87 in v5, told on dtck-errors; the next publish after a change obeys it", async () => {
    const rig = new Rig({}, FREE);
    const line = { scope: "free_topics", filters: ["a/#"], except: ["a/no"], can: ["publish"] } as const;
    rig.grant([line]);
    const wire = await rig.login({ token: OTHER });
    wire.send(subscribeTo("dtck-errors/#"));
    await rig.pass(0);
    wire.got();
    const publish = async (topic: string): Promise<string[]> => {
      wire.send(publishOf(topic, "x", { qos: 1, packetId: 1 }));
      await rig.pass(2);
      return wire.heard().filter((word) => word.startsWith("puback"));
    };
    expect([...(await publish("a/b")), ...(await publish("a/no")), ...(await publish("b"))]).toEqual([
      "puback 1 0",
      "puback 1 135",
      "puback 1 135",
    ]);
    rig.grant([{ ...line, except: ["a/b"] }]);
    expect(await publish("a/b")).toEqual(["puback 1 135"]);
    expect(rig.metrics.refusals.get("not_permitted")).toBe(3);
  });
  test("workspaces never hear each other", async () => {
    const rig = new Rig({}, FREE);
    rig.directory.apply([
      { kind: "workspace", op: "put", row: { uid: 2, slug: "w2", name: "" } },
      {
        kind: "apiUser",
        op: "put",
        row: {
          uid: 2,
          workspace: 2,
          name: "other",
          mqtt: true,
          grants: [{ scope: "free_topics", filters: ["#"], except: [], can: ["publish", "subscribe"] }],
        },
      },
    ]);
    const [pub, sub] = await pair(rig);
    const far = await rig.login({ clientId: "far", token: OTHER });
    far.send(subscribeTo("#"));
    await rig.pass(0);
    far.got();
    pub.send(publishOf("a", "1", { retain: true }), publishOf("a", "2", { qos: 1, packetId: 1 }));
    far.send(publishOf("a", "3", { retain: true }));
    expect(words(await deliveries(rig, sub)).sort()).toEqual(["a 1 0", "a 2 1"]);
    expect(words(await deliveries(rig, far))).toEqual(["a 3 0"]);
    far.send(subscribeTo("a"));
    expect(words(await deliveries(rig, far))).toEqual(["a 3 0 R"]);
  });
});

describe("wills", () => {
  const will: NonNullable<ConnectPacket["will"]> = {
    topic: "state/c",
    payload: utf8.encode("gone"),
    qos: 1,
    retain: true,
    properties: { contentType: "t", userProperties: [["a", "b"]], messageExpiryInterval: 90, responseTopic: "r" },
  };
  test("[MQTT-3.1.2-8] [MQTT-3.1.2-14] [MQTT-3.1.2-15] [MQTT-3.1.3-10] it is published with its QoS, RETAIN and properties", async () => {
    const rig = new Rig({}, FREE);
    const [, sub] = await pair(rig, 5, "state/#", { retainAsPublished: true });
    const dying = await rig.login({ clientId: "c", will });
    dying.lost();
    const got = await deliveries(rig, sub);
    expect(words(got)).toEqual(["state/c gone 1 R"]);
    const { messageExpiryInterval, ...rest } = got[0]?.properties ?? {};
    expect(rest).toEqual({ contentType: "t", userProperties: [["a", "b"]], responseTopic: "r" });
    expect(messageExpiryInterval).toBeGreaterThan(85);
    sub.send(subscribeTo("state/c"));
    expect(words(await deliveries(rig, sub))).toEqual(["state/c gone 1 R"]);
  });
  test("[MQTT-3.1.3-9] after its delay, and not when the client comes back before", async () => {
    const rig = new Rig({}, FREE);
    const [, sub] = await pair(rig, 5, "state/#");
    const delayed = { ...will, properties: { willDelayInterval: 10 } };
    (await rig.login({ clientId: "c", ...STORED, will: delayed })).lost();
    await rig.pass(5);
    const back = await rig.login({ clientId: "c", ...STORED, will: delayed });
    await rig.pass(20);
    expect(await deliveries(rig, sub)).toEqual([]);
    back.lost();
    await rig.pass(12);
    expect(words(await deliveries(rig, sub))).toEqual(["state/c gone 1"]);
  });
  test("one that may not be published is reported when it fires", async () => {
    const rig = new Rig({}, FREE);
    rig.grant([{ scope: "free_topics", filters: ["x"], except: [], can: ["publish"] }]);
    const [, sub] = await pair(rig, 5, "state/#");
    (await rig.login({ clientId: "c", token: OTHER, will })).lost();
    expect(await deliveries(rig, sub)).toEqual([]);
    expect(rig.metrics.refusals.get("not_permitted")).toBe(1);
  });
});
