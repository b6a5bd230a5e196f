import { expect, test } from "bun:test";
import type { ConnectPacket, Packet, PublishPacket, Subscription } from "../codec/index.ts";
import { packWill, unpackWill, willOf } from "../session/will.ts";
import { connectOf, FakeWire, publishOf } from "./rig.testing.ts";
import { Disk, Life } from "./simulation.testing.ts";

const text = new TextDecoder();
const utf8 = new TextEncoder();
const STORED = { cleanStart: false, properties: { sessionExpiryInterval: 100_000 } };

/** A server that crashes and starts again over the same disk. */
class Server {
  readonly disk = new Disk();
  readonly time = { now: 1_772_366_400_000_000, drift: 0 };
  life = new Life(this.disk, this.time);

  /** All that is under way comes to rest; commits land. */
  async rest(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      this.time.now += 2000;
      await this.life.run();
      this.life.store.land(true);
      await this.life.run();
    }
  }
  async login(clientId: string, more: Partial<ConnectPacket> = {}): Promise<FakeWire> {
    await this.life.ready;
    const wire = new FakeWire("192.0.2.1");
    wire.listener = this.life.broker.accept(wire);
    wire.send(connectOf({ clientId, ...STORED, ...more }));
    await this.rest();
    return wire;
  }
  async send(wire: FakeWire, ...packets: Packet[]): Promise<void> {
    wire.send(...packets);
    await this.rest();
  }
  /** What is on the disk is all that is left. */
  async crash(): Promise<void> {
    this.life = new Life(this.disk, this.time);
    await this.life.ready;
    await this.rest();
  }
}
const subscribeTo = (filter: string, more: Partial<Subscription> = {}): Packet => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: [{ filter, qos: 2, noLocal: false, retainAsPublished: true, retainHandling: 0, ...more }],
  properties: { subscriptionIdentifier: 9 },
});
const publishes = (wire: FakeWire): PublishPacket[] => wire.got().filter((p) => p.type === "publish");
const words = (all: readonly PublishPacket[]): string[] =>
  all.map((p) => `${p.topic} ${text.decode(p.payload)} ${p.qos}${p.retain ? " R" : ""}`);

test("after a crash an absent session gets what was acknowledged, with RETAIN, properties and the time left", async () => {
  const server = new Server();
  const sub = await server.login("sub");
  await server.send(sub, subscribeTo("a/#"));
  sub.lost();
  const pub = await server.login("pub");
  const properties = { contentType: "t", userProperties: [["k", "v"]] as [string, string][] };
  await server.send(
    pub,
    publishOf("a/1", "x", {
      qos: 1,
      packetId: 1,
      retain: true,
      properties: { ...properties, messageExpiryInterval: 100 },
    }),
    publishOf("a/2", "late", { qos: 1, packetId: 2, properties: { messageExpiryInterval: 5 } }),
    publishOf("a/3", "y", { qos: 2, packetId: 3 }),
    publishOf("a/4", "gone", { qos: 0 }),
  );
  server.time.now += 10e6;
  await server.crash();
  const got = publishes(await server.login("sub"));
  expect(words(got)).toEqual(["a/1 x 1 R", "a/3 y 2"]);
  const { messageExpiryInterval = 0, ...rest } = got[0]?.properties ?? {};
  expect(rest).toEqual({ ...properties, subscriptionIdentifiers: [9] });
  expect(Math.abs(messageExpiryInterval - 89)).toBeLessThanOrEqual(1);
});

test("[MQTT-3.8.3-3] No Local holds for what is matched again after a crash", async () => {
  const server = new Server();
  const both = await server.login("both");
  await server.send(both, subscribeTo("a/#", { noLocal: true }));
  await server.send(both, publishOf("a/own", "1", { qos: 1, packetId: 1 }));
  const other = await server.login("other");
  await server.send(other, publishOf("a/other", "2", { qos: 1, packetId: 1 }));
  await server.crash();
  expect(words(publishes(await server.login("both")))).toEqual(["a/other 2 1"]);
});

test("retained messages are there after a crash: the newest, without those that were removed", async () => {
  const server = new Server();
  const pub = await server.login("pub");
  const put = (topic: string, payload: string): Packet => publishOf(topic, payload, { retain: true });
  await server.send(pub, put("a", "1"), put("b", "1"), put("c", "1"));
  await server.send(pub, put("a", "2"), put("b", ""));
  await server.crash();
  const sub = await server.login("sub", { cleanStart: true });
  await server.send(sub, subscribeTo("#"));
  expect(words(publishes(sub)).sort()).toEqual(["a 2 0 R", "c 1 0 R"]);
});

test("[MQTT-3.1.2-8] a will on a free topic fires after a crash, with QoS, RETAIN and properties", async () => {
  const server = new Server();
  const sub = await server.login("sub");
  await server.send(sub, subscribeTo("state/+"));
  const properties = { responseTopic: "r", correlationData: Uint8Array.of(7), willDelayInterval: 5 };
  const will = { topic: "state/x", payload: utf8.encode("gone"), qos: 1, retain: true, properties } as const;
  await server.login("dies", { will });
  await server.crash();
  const back = await server.login("sub");
  expect(publishes(back)).toEqual([]);
  server.time.now += 6e6;
  server.life.broker.tick();
  await server.rest();
  const got = publishes(back);
  expect(words(got)).toEqual(["state/x gone 1 R"]);
  expect(got[0]?.properties).toEqual({
    responseTopic: "r",
    correlationData: Uint8Array.of(7),
    subscriptionIdentifiers: [9],
  });
});

test("a will that was stored before there were free topics is still read", () => {
  const json = utf8.encode(JSON.stringify({ topic: "dtck-pub/p/d/T", delay: 3, expiry: 0, timestamp: null }));
  const old = new Uint8Array(4 + json.length + 2);
  new DataView(old.buffer).setUint32(0, json.length, true);
  old.set(json, 4);
  old.set(utf8.encode("21"), 4 + json.length);
  const will = unpackWill(old);
  expect(will).toEqual({
    topic: "dtck-pub/p/d/T",
    delay: 3,
    expiry: 0,
    timestamp: null,
    qos: 0,
    retain: false,
    forwarded: new Uint8Array(0),
    payload: utf8.encode("21"),
  });
  const fresh = willOf({
    topic: "a",
    payload: utf8.encode("x"),
    qos: 2,
    retain: true,
    properties: { userProperties: [["timestamp", "1"]], messageExpiryInterval: 4 },
  });
  expect(unpackWill(packWill(fresh))).toEqual(fresh);
});
