import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { encode, type Version } from "../../src/codec/index.ts";
import { connectPacket, payloadText, Raw, type Wish } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { Peer, Peers, startGeneral, willOf } from "./general.ts";

// What public interoperability suites expect of any broker, in MQTT 3.1.1 and 5; those of MQTT 5 alone: 31-general5.

let server: TestServer;
beforeAll(async () => {
  server = await startGeneral();
});
afterAll(() => server.remove());

const VERSIONS = [4, 5] as const;
const peers = new Peers(() => server.ports.mqtt);
const connect = (clientId: string, wish: Wish = {}): Promise<Peer> => peers.connect({ clientId, ...wish });
/** A session that stays; in MQTT 5 it can be a fresh one, too. */
const lasting = (version: Version, fresh = false): Wish => ({
  version,
  cleanStart: version === 5 && fresh,
  ...(version === 5 ? { properties: { sessionExpiryInterval: 1000 } } : {}),
});
afterEach(async () => {
  await peers.reset();
  const cleaner = await Peer.connect(server.ports.mqtt, { clientId: "cleaner" });
  await cleaner.subscribe("#", { qos: 0 });
  for (const { topic, retain } of await cleaner.rest())
    if (retain) await cleaner.publish(topic, "", { retain: true, qos: 1 });
  await cleaner.leave();
});

describe.each(VERSIONS)("30: version %p", (version) => {
  const v = { version };
  test("a client hears what it publishes, at every QoS", async () => {
    const a = await connect("a", v);
    expect(await a.subscribe("TopicA")).toEqual([2]);
    await a.three(["TopicA"]);
    expect((await a.hear(3)).sort()).toEqual(["TopicA qos 0 0", "TopicA qos 1 1", "TopicA qos 2 2"]);
    await a.leave();
  });
  test("a second CONNECT and another protocol name end the connection", async () => {
    const twice = await connect("twice", v);
    twice.raw.send(connectPacket({ clientId: "twice", ...v }));
    await twice.raw.ended();
    const raw = await Raw.open(server.ports.mqtt);
    const bytes = encode(version, connectPacket({ clientId: "name", ...v }));
    bytes.set([0x68, 0x6a], 4);
    raw.bytes(bytes);
    expect(await raw.ended()).toEqual([]);
  });
  test("retained messages: sent to who subscribes, also by wildcards, at the lower QoS; cleared by an empty one [MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-7]", async () => {
    const topics = ["TopicA/B", "Topic/C", "TopicA/C"];
    const a = await connect("a", v);
    await a.three(topics, { retain: true });
    await a.subscribe("+/+");
    expect((await a.hear(3)).sort()).toEqual(["Topic/C qos 1 1 R", "TopicA/B qos 0 0 R", "TopicA/C qos 2 2 R"]);
    const b = await connect("b", v);
    await b.subscribe("TopicA/#", { qos: 1 });
    expect((await b.hear(2)).sort()).toEqual(["TopicA/B qos 0 0 R", "TopicA/C qos 2 1 R"]);
    for (const [qos, topic] of topics.entries()) await b.publish(topic, "", { retain: true, qos: qos as 0 | 1 | 2 }); // there are three
    await b.quiet();
    const c = await connect("c", v);
    await c.subscribe(["+/+", "#"]);
    expect(await c.quiet()).toEqual([]);
  });
  test("messages for an absent client are kept, at QoS 1 and 2 [MQTT-4.5.0-1]", async () => {
    const first = await connect("kept", lasting(version, true));
    await first.subscribe("+/+");
    await first.leave();
    const b = await connect("b", v);
    await b.three(["TopicA/B", "Topic/C", "TopicA/C"]);
    const back = await connect("kept", lasting(version));
    expect(back.connack?.sessionPresent).toBe(true);
    expect(await back.hear(2)).toEqual(["Topic/C qos 1 1", "TopicA/C qos 2 2"]);
    expect(await back.quiet()).toEqual([]);
  });
  test("a will is published when the connection is lost, not when it is closed, retained where asked for [MQTT-3.1.2-8] [MQTT-3.1.2-14] [MQTT-3.1.2-15] [MQTT-3.14.4-3]", async () => {
    const b = await connect("b", v);
    await b.subscribe("wills/+");
    for (const qos of [0, 1, 2] as const)
      for (const retain of [false, true]) {
        const will = willOf(`wills/${qos}`, "client not disconnected", { qos, retain });
        const lost = await connect("lost", { ...v, will });
        lost.raw.reset();
        expect(await b.hear(1)).toEqual([`wills/${qos} client not disconnected ${qos}`]);
      }
    const left = await connect("left", { ...v, will: willOf("wills/0", "never") });
    await left.leave();
    expect(await b.quiet()).toEqual([]);
    const c = await connect("c", v);
    await c.subscribe("wills/+");
    expect((await c.hear(3)).every((text) => text.endsWith(" R"))).toBe(true);
  });
  test("silence for one and a half times the keep alive: the connection is closed, the will published [MQTT-3.1.2-22]", async () => {
    const b = await connect("b", v);
    await b.subscribe("/TopicA");
    await connect("silent", { ...v, keepAlive: 1, will: willOf("/TopicA", "keepalive expiry") });
    expect(await b.hear(1)).toEqual(["/TopicA keepalive expiry 0"]);
  });
  test("overlapping subscriptions: one copy, at the highest QoS [MQTT-3.3.4-2]", async () => {
    const a = await connect("a", v);
    a.raw.send({
      type: "subscribe",
      packetId: 900,
      subscriptions: (["TopicA/#", "TopicA/+"] as const).map((filter, n) => ({
        filter,
        qos: n === 0 ? 2 : 1,
        noLocal: false,
        retainAsPublished: false,
        retainHandling: 0,
      })),
    });
    await a.wait("suback");
    await a.publish("TopicA/C", "overlapping", { qos: 2 });
    expect(await a.hear(1)).toEqual(["TopicA/C overlapping 2"]);
    expect(await a.quiet()).toEqual([]);
  });
  test("what was not answered comes again after reconnecting [MQTT-4.4.0-1]", async () => {
    const b = await connect("again", lasting(version, true));
    await b.subscribe("TopicA/#");
    b.silent = true;
    await b.publish("TopicA/B", "one", { qos: 1 });
    await b.publish("TopicA/C", "two", { qos: 2 });
    await b.hear(2);
    await b.leave();
    const back = await connect("again", lasting(version));
    while (back.messages.length < 2) await back.wait("publish");
    expect(back.messages.map((p) => [payloadText(p), p.dup])).toEqual([
      ["one", true],
      ["two", true],
    ]);
  });
  test("a filter that is not allowed is refused, others of the packet are not [MQTT-3.8.4-7]", async () => {
    // # is more than the topics of clients: refusals are told below it
    const a = await connect("a", v);
    const refused = version === 5 ? 0x87 : 0x80;
    expect(await a.subscribe(["test/nosubscribe", "test/other", "#"])).toEqual([refused, 2, 2]);
    await a.publish("test/nosubscribe", "not for #", { qos: 1 });
    await a.publish("test/other", "once", { qos: 1 });
    const heard = await a.quiet();
    expect(heard.filter((text) => !text.startsWith("dtck-errors/"))).toEqual(["test/other once 1"]);
  });
  test("topics that begin with $ do not match wildcards in front [MQTT-4.7.2-1]", async () => {
    const b = await connect("b", v);
    await b.subscribe(["+/+", "#"]);
    await b.publish("$TopicA/B", "hidden", { qos: 1 });
    expect((await b.quiet()).filter((text) => text.startsWith("$"))).toEqual([]);
  });
  test("unsubscribing ends one subscription and no other [MQTT-3.10.4-2]", async () => {
    const b = await connect("b", v);
    for (const filter of ["TopicA", "TopicA/B", "Topic/C"]) await b.subscribe(filter);
    await b.unsubscribe("TopicA");
    const a = await connect("a", v);
    for (const topic of ["TopicA", "TopicA/B", "Topic/C"]) await a.publish(topic, "x", { qos: 1 });
    expect((await b.hear(2)).sort()).toEqual(["Topic/C x 1", "TopicA/B x 1"]);
    expect(await b.quiet()).toEqual([]);
  });
  test("a session ends when it is told to: clean start, and with its connection", async () => {
    const present = async (wish: Wish) => {
      const peer = await connect("ends", wish);
      const known = peer.connack?.sessionPresent;
      await peer.leave();
      return known;
    };
    expect(await present(lasting(version, true))).toBe(false);
    expect(await present(lasting(version))).toBe(true);
    expect(await present({ version, cleanStart: true })).toBe(false);
    expect(await present({ version, cleanStart: false })).toBe(false);
  });
  test("topics of every form: levels that are empty, spaces, other scripts, the longest", async () => {
    const topics = [
      "/",
      "//",
      "/a",
      "a/",
      "a//b",
      " ",
      "a b/c d",
      "日本/温度",
      "\u{1f600}",
      "+x".replace("+", "*"),
      "x".repeat(65_535),
    ];
    const a = await connect("a", v);
    await a.subscribe(topics);
    const b = await connect("b", v);
    for (const topic of topics) expect(await b.publish(topic, "x", { qos: 1 })).toBe(0);
    while (a.messages.length < topics.length) await a.wait("publish");
    expect(a.messages.map(({ topic }) => topic)).toEqual(topics);
  });
  test("QoS 2 both ways is exactly once across reconnects and a restart of the server [MQTT-4.3.3-10] [MQTT-4.3.3-6]", async () => {
    const out = await connect("out", lasting(version, true));
    const inn = await connect("in", lasting(version, true));
    await inn.subscribe("twice");
    inn.silent = true;
    out.raw.publish("twice", "once", { qos: 2, packetId: 77 });
    await out.wait("pubrec");
    await inn.hear(1);
    for (const how of ["stop", "kill"] as const) {
      if (how === "kill") await server.kill9();
      else await server.stop();
      await server.restart();
    }
    const again = await connect("out", lasting(version));
    again.raw.publish("twice", "once", { qos: 2, packetId: 77, dup: true });
    await again.wait("pubrec");
    again.raw.send({ type: "pubrel", packetId: 77, reasonCode: 0 });
    await again.wait("pubcomp");
    const back = await connect("in", lasting(version));
    const only = await back.wait("publish");
    expect([payloadText(only), only.dup]).toEqual(["once", true]);
    expect((await back.rest()).length).toBe(1);
  });
});

test("30: an empty client identifier needs a clean session in 3.1.1", async () => {
  const raw = await Raw.open(server.ports.mqtt);
  expect((await raw.connect({ version: 4, clientId: "", cleanStart: false })).reasonCode).toBe(2);
  await raw.ended();
  for (const version of [3, 4] as const) await connect("", { version, cleanStart: true });
});
test("30: MQTT 3.1, 3.1.1 and 5 hear each other", async () => {
  const peers = await Promise.all(([3, 4, 5] as const).map((version) => connect(`mixed${version}`, { version })));
  for (const peer of peers) await peer.subscribe("mixed/#");
  for (const [n, peer] of peers.entries()) await peer.publish(`mixed/${n}`, "x", { qos: 1 });
  for (const peer of peers) expect((await peer.hear(3)).sort()).toEqual([0, 1, 2].map((n) => `mixed/${n} x 1`));
});
test("30: a session that may not stay ends with its connection", async () => {
  const sessions = () => server.metric("fieldcast_sessions");
  const peer = await connect("alone", { version: 5, properties: { sessionExpiryInterval: 0 } });
  const before = await sessions();
  await peer.leave();
  await until("the end of its session", async () => (await sessions()) === before - 1);
});
