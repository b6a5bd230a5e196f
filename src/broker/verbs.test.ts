import { describe, expect, test } from "bun:test";
import { encode, type Packet, type Version } from "../codec/index.ts";
import { connectOf, type FakeWire, OTHER, publishOf, Rig } from "./rig.testing.ts";

const VERSIONS = [3, 4, 5] as const;
const OPTIONS = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
const T = "dtck-pub/p/d1/T";

function subscribeTo(...filters: string[]): Packet {
  return { type: "subscribe", packetId: 1, subscriptions: filters.map((filter) => ({ filter, ...OPTIONS })) };
}

describe("CONNACK", () => {
  test.each<[Version, object]>([
    [3, { version: 3, reasonCode: 2 }],
    [4, { version: 4, reasonCode: 2 }],
  ])(
    "v%p: an empty client identifier needs a clean session [MQTT3-3.1.3-8] [MQTT-3.1.3-8]",
    async (version, { reasonCode }: { reasonCode?: number }) => {
      const rig = new Rig();
      const wire = rig.open();
      wire.send(connectOf({ version, clientId: "", cleanStart: false }));
      await rig.pass(1);
      expect(wire.got()).toEqual([{ type: "connack", sessionPresent: false, reasonCode: reasonCode as number }]);
      expect(wire.ended).toBe(true);
    },
  );
  test("[MQTT-3.2.2-3] session present: never in v3.1, and in no refusal", async () => {
    for (const version of VERSIONS) {
      const rig = new Rig();
      const properties = version === 5 ? { properties: { sessionExpiryInterval: 100 } } : {};
      const wish = { version, cleanStart: false, ...properties };
      (await rig.login(wish)).lost();
      await rig.pass(1);
      const again = rig.open();
      again.send(connectOf(wish));
      await rig.settle();
      expect(again.got()).toMatchObject([{ type: "connack", sessionPresent: version !== 3, reasonCode: 0 }]);
    }
  });
  test("[MQTT-3.1.2-24] nothing is sent to a client that cannot take a CONNACK, and nobody logged in", async () => {
    for (const maximumPacketSize of [1, 4, 12]) {
      const rig = new Rig();
      const wire = rig.open();
      wire.send(connectOf({ properties: { maximumPacketSize } }));
      await rig.pass(1);
      expect(wire.got()).toEqual([]);
      expect(wire.ended).toBe(true);
      expect(rig.metrics.sessions).toBe(0);
    }
  });
  test("[MQTT-4.12.0-1] an authentication method is refused with 0x8C", async () => {
    const rig = new Rig();
    const wire = rig.open();
    wire.send(connectOf({ properties: { authenticationMethod: "SCRAM" } }));
    await rig.pass(1);
    expect(wire.heard()).toEqual(["connack 140"]);
  });
  test("what follows a CONNECT that is refused is not looked at, nor kept [MQTT-3.1.4-6]", async () => {
    const rig = new Rig();
    const wire = rig.open();
    wire.send(connectOf({ token: "f".repeat(40) }), publishOf(T, "1"));
    for (let i = 0; i < 100; i++) wire.send(publishOf(T, "x".repeat(10_000)));
    expect(wire.kept).toBe(0);
    await rig.pass(2);
    expect(wire.heard()).toEqual(["connack 134"]);
    expect(wire.ended).toBe(true);
    expect(rig.metrics.publishesReceived).toBe(0);
  });
});

describe("protocol errors close the connection, and say why in v5 [MQTT-4.13.1-1]", () => {
  const raw = (...bytes: number[]) => Uint8Array.from(bytes);
  const unknownLevel = encode(4, connectOf({ version: 4 }));
  unknownLevel[8] = 9;
  test.each<[string, Uint8Array, number]>([
    ["[MQTT-3.1.0-2] a second CONNECT", encode(5, connectOf()), 0x82],
    ["[MQTT-3.1.0-2] a second CONNECT of a level that does not exist", unknownLevel, 0x82],
    [
      "AUTH without a method in CONNECT [MQTT-4.12.0-7]",
      encode(5, { type: "auth", reasonCode: 0x18, properties: { authenticationMethod: "x" } }),
      0x82,
    ],
    ["a PINGRESP", raw(0xd0, 0), 0x82],
    ["a packet type 0", raw(0, 0), 0x81],
    ["a QoS 3 publish", raw(0x36, 5, 0, 1, 0x61, 0, 1), 0x81],
    ["an empty topic without an alias", raw(0x30, 3, 0, 0, 0), 0x82],
    ["a wildcard in a topic", encode(4, publishOf("a/b", "1")).map((b) => (b === 0x62 ? 0x2b : b)), 0x90],
    ["a topic alias that was not set", encode(5, publishOf("", "1", { properties: { topicAlias: 1 } })), 0x82],
    ["a topic alias above the maximum", encode(5, publishOf(T, "1", { properties: { topicAlias: 65 } })), 0x94],
    ["SUBSCRIBE without a filter", raw(0x82, 3, 0, 1, 0), 0x82],
  ])("%s", async (_, bytes, reason) => {
    const rig = new Rig();
    const wire = await rig.login();
    wire.listener?.data(bytes);
    expect(wire.heard()).toEqual([`disconnect ${reason}`]);
    expect(wire.ended).toBe(true);
    expect(rig.broker.connections.size).toBe(0);
    expect(rig.logged.filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("topic aliases", () => {
  test("one that came with a publish sent again counts, too", async () => {
    const rig = new Rig();
    const wish = { cleanStart: false, properties: { sessionExpiryInterval: 100 } };
    const first = await rig.login(wish);
    first.send(publishOf(T, "1", { qos: 2, packetId: 7 }));
    await rig.settle();
    expect(first.heard()).toEqual(["pubrec 7 0"]);
    first.lost();
    const again = await rig.login(wish);
    again.send(
      publishOf(T, "1", { qos: 2, packetId: 7, dup: true, properties: { topicAlias: 3 } }),
      publishOf("", "2", { qos: 1, packetId: 8, properties: { topicAlias: 3 } }),
    );
    await rig.pass(1);
    expect(again.heard()).toEqual(["pubrec 7 0", "puback 8 0"]);
    expect(rig.store.rows).toBe(2);
  });
  test("are a connection's own, and may be set anew [MQTT-3.3.2-7]", async () => {
    const rig = new Rig();
    const wire = await rig.login();
    const alias = { topicAlias: 1 };
    wire.send(publishOf(T, "1", { qos: 1, packetId: 1, properties: alias }));
    wire.send(publishOf("dtck-pub/p/nope/T", "1", { qos: 1, packetId: 2, properties: alias }));
    wire.send(publishOf("", "1", { qos: 1, packetId: 3, properties: alias }));
    await rig.settle();
    expect(wire.heard()).toEqual(["puback 1 0", "puback 2 144", "puback 3 144"]);
    const next = await rig.login();
    next.send(publishOf("", "1", { properties: alias }));
    expect(next.heard()).toEqual(["disconnect 130"]);
  });
});

describe("SUBSCRIBE and UNSUBSCRIBE", () => {
  test("[MQTT-3.8.4-6] one code for each filter, in every version", async () => {
    for (const [version, codes] of [
      [5, "0,0,135,0,143,0,135"],
      [4, "0,0,128,0,128,0,128"],
      [3, "0,0,0,0,0,0,0"],
    ] as const) {
      const rig = new Rig();
      const wire = await rig.login({ version });
      const filters = ["dtck/p/+/T", "#", "dtck-pub/p/#", "$share/g/dtck/p/#", "a/#/b", "dtck-errors/#", "elsewhere"];
      wire.send(subscribeTo(...filters));
      await rig.settle();
      expect(wire.heard()).toEqual([`suback 1 ${codes}`]);
      expect(rig.metrics.subscriptions).toBe(4);
    }
  });
  test("long filters that are read otherwise do not make the SUBACK impossible", async () => {
    const rig = new Rig();
    const wire = await rig.login();
    const long = "A".repeat(60_000);
    wire.send(subscribeTo(...["a", "b", "c"].map((last) => `dtck-errors/*/${long}/${last}`)));
    await rig.settle();
    const [suback] = wire.got();
    expect(suback).toMatchObject({ type: "suback", reasonCodes: [0, 0, 0] });
    const { properties } = suback as { properties?: { reasonString?: string } };
    expect(properties?.reasonString?.length).toBeLessThan(2000);
  });
  test("one SUBSCRIBE of many refused filters is one line in the log, and a short one", async () => {
    const rig = new Rig();
    const wire = await rig.login();
    wire.send(subscribeTo(...Array.from({ length: 500 }, (_, i) => `nothing/${i}/${"x".repeat(300)}`)));
    await rig.settle();
    const lines = rig.logged.filter(({ text }) => text === "refused a subscription");
    expect(lines.length).toBe(1);
    expect(lines[0]?.fields).toMatchObject({ refused: 500 });
    expect(JSON.stringify(lines).length).toBeLessThan(1000);
  });
  test("[MQTT-3.10.4-5] UNSUBACK says what there was; [MQTT-3.1.2-24] it is not sent when it is too large", async () => {
    const rig = new Rig();
    const wire = await rig.login({ properties: { maximumPacketSize: 60 } });
    wire.send(subscribeTo("dtck/p/+/T"));
    const unsubscribe = (...filters: string[]) => wire.send({ type: "unsubscribe", packetId: 2, filters });
    unsubscribe("dtck/p/+/T", "dtck/p/+/t", "dtck/p/+/T");
    await rig.settle();
    expect(wire.heard()).toEqual(["suback 1 0", "unsuback 2 0,17,17"]);
    unsubscribe(...Array.from({ length: 100 }, (_, i) => `a/${i}`));
    wire.send({ type: "pingreq" });
    await rig.settle();
    expect(wire.heard()).toEqual(["pingresp"]);
  });
  test("a replaced subscription keeps its place, and both spellings are two [MQTT-3.8.4-3] [MQTT-3.10.4-1]", async () => {
    const rig = new Rig();
    const wire = await rig.login();
    wire.send(subscribeTo("dtck/p/+/T", "dtck/p/+/t", "dtck/p/+/T"));
    wire.send(publishOf(T, "1"));
    await rig.settle();
    expect(wire.heard()).toEqual(["suback 1 0,0,0", "publish dtck/p/d1/T 1"]);
    expect(rig.metrics.subscriptions).toBe(2);
    wire.send({ type: "unsubscribe", packetId: 2, filters: ["dtck/p/+/T"] }, publishOf(T, "2"));
    await rig.pass(1);
    expect(wire.heard()).toEqual(["unsuback 2 0", "publish dtck/p/d1/T 2"]);
  });
  test("hundreds of overlapping subscriptions with identifiers: the payload stays what it is", async () => {
    const rig = new Rig({ maxSubscriptions: 1000 });
    // levels 2 and 3 each literally, as + and as *, below #, at QoS 1: through the queue
    const wire = await rig.login({ properties: { sessionExpiryInterval: 100 } });
    const field = "ABCDEFGH";
    rig.directory.apply([
      { kind: "field", op: "put", row: { uid: 9, product: 1, id: field, type: "NUMERIC", name: "", unit: null } },
    ]);
    for (let i = 0; i < 300; i++) {
      const spelled = [...field].map((c, k) => ((i >> k) & 1 ? c.toLowerCase() : c)).join("");
      const filter = `dtck/${i < 256 ? "p" : "+"}/d1/${spelled}`;
      wire.send({
        type: "subscribe",
        packetId: 1,
        subscriptions: [{ filter, ...OPTIONS, qos: 1 }],
        properties: { subscriptionIdentifier: i + 1 },
      });
    }
    await rig.pass(1);
    wire.got();
    wire.send(publishOf(`dtck-pub/p/d1/${field}`, "42"));
    await rig.pass(1);
    expect(wire.heard()).toEqual([`publish dtck/p/d1/${field} 42`]);
  });
});

describe("retained values", () => {
  /** Every value of product kept is 7. */
  async function kept(rig: Rig): Promise<FakeWire> {
    const wire = await rig.login({ clientId: "filler" });
    for (const id of ["d1", "d2"]) wire.send(publishOf(`dtck-pub/kept/${id}/T`, "7"));
    await rig.pass(1);
    return wire;
  }
  const both = ["publish dtck/kept/d1/T 7", "publish dtck/kept/d2/T 7"];
  test.each<[string, string[]]>([
    ["#", both],
    ["dtck/#", both],
    ["dtck/kept/+/T", both],
    ["dtck/kept/*/t", both],
    ["+/+/d2/+", ["publish dtck/kept/d2/T 7"]],
    ["dtck/kept/d1/T", ["publish dtck/kept/d1/T 7"]],
    ["dtck/p/#", []],
    ["dtck/kept/d3/T", []],
    ["dtck/kept/d1/OTHER", []],
  ])("of %s", async (filter, expected) => {
    const rig = new Rig();
    await kept(rig);
    const wire = await rig.login();
    wire.send(subscribeTo(filter));
    await rig.pass(1);
    expect(wire.heard().sort()).toEqual([...expected, "suback 1 0"]);
  });
  test("of many subscriptions come once each, in turn, and what was unsubscribed meanwhile does not", async () => {
    const rig = new Rig({ maxSubscriptions: 1000 });
    await kept(rig);
    const wire = await rig.login();
    for (let i = 0; i < 300; i++) wire.send(subscribeTo("dtck/kept/+/T", "dtck/kept/d1/T"));
    wire.send({ type: "unsubscribe", packetId: 2, filters: ["dtck/kept/d1/T"] });
    await rig.pass(1);
    const heard = wire.heard();
    expect(heard.filter((h) => h.startsWith("suback")).length).toBe(300);
    // a subscription that is replaced before its values have left sends those of the newer one
    expect(heard.filter((h) => h.startsWith("publish")).sort()).toEqual(both);
  });
});

describe("rights that narrow", () => {
  test("without MQTT: 0x87; the will is gone for good, also of a session whose client is away", async () => {
    const rig = new Rig();
    rig.grant([{ scope: "all", can: ["record_measurements"] }]);
    const will = { topic: T, payload: Uint8Array.of(0x31), qos: 0 as const, retain: false };
    const properties = { sessionExpiryInterval: 1000 };
    const delayed = { ...will, properties: { willDelayInterval: 100 } };
    const here = await rig.login({ token: OTHER, clientId: "here", will, properties });
    (await rig.login({ token: OTHER, clientId: "away", will: delayed, properties })).lost();
    await rig.settle();
    rig.grant([{ scope: "all", can: ["record_measurements"] }], false);
    await rig.settle();
    expect(here.heard()).toEqual(["disconnect 135"]);
    await rig.pass(200);
    expect(rig.store.rows).toBe(0);
    const stored = new Map<string, boolean>();
    for (const { ops } of rig.store.commits)
      for (const op of ops) if (op.op === "session_put") stored.set(op.session.clientId, op.session.will !== null);
    expect([...stored]).toEqual([
      ["here", false],
      ["away", false],
    ]);
  });
});

test("the limit of connections is said in the log, not once for each", async () => {
  const rig = new Rig({ maxConnections: 1 });
  rig.open();
  for (let i = 0; i < 50; i++) expect(rig.open().terminated).toBe(true);
  expect(rig.metrics.connectionsRefused).toEqual(new Map([["connections", 50]]));
  expect(rig.logged.filter(({ level }) => level === "warn").length).toBe(1);
});

test("a refusal on a topic far too long is told on dtck-errors/_/_/_, with its beginning", async () => {
  const rig = new Rig();
  const wire = await rig.login();
  wire.send(subscribeTo("dtck-errors/#"), publishOf(`dtck-pub/p/${"x".repeat(60_000)}/T`, "1"));
  await rig.settle();
  const heard = wire.heard();
  expect(heard.length).toBe(2);
  const said = heard.find((h) => h.startsWith("publish dtck-errors/_/_/_ "));
  expect(said).toContain(`dtck-pub/p/${"x".repeat(100)}`);
  expect(said?.length).toBeLessThan(1500);
});
