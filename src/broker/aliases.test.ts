import { describe, expect, test } from "bun:test";
import type { ConnectPacket, Packet, PublishPacket, Qos, Version } from "../codec/index.ts";
import { encode } from "../codec/index.ts";
import type { Grant } from "../fleet/types.ts";
import { connectOf, type FakeWire, OTHER, publishOf, Rig } from "./rig.testing.ts";

const text = new TextDecoder();
const aliases = (topicAliasMaximum: number) => ({ properties: { topicAliasMaximum } });
type Wish = Partial<ConnectPacket> & { token?: string };

async function subscriber(rig: Rig, wish: Wish, filters: readonly string[], qos: Qos = 0): Promise<FakeWire> {
  const wire = await rig.login({ clientId: "sub", ...wish });
  const options = { qos, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
  wire.send({ type: "subscribe", packetId: 1, subscriptions: filters.map((filter) => ({ filter, ...options })) });
  await rig.pass(1);
  return wire;
}
async function publish(rig: Rig, ...topics: string[]): Promise<void> {
  const wire = await rig.login({ clientId: "publisher" });
  for (const [n, topic] of topics.entries()) wire.send(publishOf(topic, String(n)));
  await rig.pass(1);
  wire.lost();
}
const D1 = "dtck-pub/p/d1/T";
const D2 = "dtck-pub/p/d2/T";
const publishes = (packets: readonly Packet[]): PublishPacket[] => packets.filter((p) => p.type === "publish");
/** What came, as `topic`, `topic=1` or `=1`. */
const sent = (wire: FakeWire): string[] =>
  publishes(wire.got()).map(({ topic, properties }) => {
    const alias = properties?.topicAlias;
    return alias === undefined ? topic : `${topic}=${alias}`;
  });
/** What a client reads, with its topic; an alias that it does not know is an error. */
class Reader {
  private readonly known = new Map<number, string>();
  read(wire: FakeWire): string[] {
    return publishes(wire.got()).map(({ topic, properties, payload }) => {
      const alias = properties?.topicAlias ?? 0;
      if (alias > 0 && topic !== "") this.known.set(alias, topic);
      const name = topic === "" ? this.known.get(alias) : topic;
      if (name === undefined) throw new Error(`alias ${alias} was never set`);
      return `${name} ${text.decode(payload)}`;
    });
  }
}

describe("topic aliases towards a client", () => {
  test("the first publish has topic and alias, the next the alias alone, at QoS 2 both; for others it is as without", async () => {
    for (const qos of [0, 1, 2] as const) {
      const rig = new Rig();
      const with2 = await subscriber(rig, aliases(2), ["dtck/p/#"], qos);
      const without = await subscriber(rig, { clientId: "plain" }, ["dtck/p/#"], qos);
      const old = await subscriber(rig, { clientId: "old", version: 4 }, ["dtck/p/#"], qos);
      await publish(rig, D1, D1, D2, D1, D2);
      const [one, two] = ["dtck/p/d1/T", "dtck/p/d2/T"];
      const plain = [one, one, two, one, two];
      expect(sent(with2)).toEqual(
        qos < 2
          ? [`${one}=1`, "=1", `${two}=2`, "=1", "=2"]
          : [`${one}=1`, `${one}=1`, `${two}=2`, `${one}=1`, `${two}=2`],
      );
      for (const wire of [without, old]) expect(sent(wire)).toEqual(plain);
    }
  });
  test("the bytes of both, and how many are saved", async () => {
    const rig = new Rig();
    const wire = await subscriber(rig, aliases(9), ["dtck-errors/#"]);
    wire.got();
    const bytes: string[] = [];
    const { write } = wire;
    wire.write = (some) => {
      bytes.push(Buffer.from(some).toString("hex"));
      return write.call(wire, some);
    };
    await publish(rig, "dtck-pub/p/d9/T");
    await publish(rig, "dtck-pub/p/d9/T");
    const topic = Buffer.from("dtck-errors/p/d9/T").toString("hex");
    // remaining length, topic length, topic; properties: alias 1
    expect(bytes[0]).toMatch(new RegExp(`^30..01?0012${topic}03230001`));
    expect(bytes[1]).toMatch(/^30..01?000003230001/);
    expect((bytes[0] ?? "").length / 2 - (bytes[1] ?? "").length / 2).toBe("dtck-errors/p/d9/T".length);
  });
  test("no more than the client allows [MQTT-3.1.2-26] [MQTT-3.3.2-11], none where it allows none [MQTT-3.1.2-27]", async () => {
    const topics = ["dtck/p/d1/T", "dtck/p/d2/T"];
    const cases: [Partial<ConnectPacket> & { version?: Version }, number, string[]][] = [
      [aliases(1), 64, [`${topics[0]}=1`, `${topics[1]}`, "=1", `${topics[1]}`]],
      [aliases(65_535), 1, [`${topics[0]}=1`, `${topics[1]}`, "=1", `${topics[1]}`]],
      [aliases(0), 64, [...topics, ...topics]],
      [{}, 64, [...topics, ...topics]],
      [aliases(5), 0, [...topics, ...topics]],
      [{ version: 4 }, 64, [...topics, ...topics]],
    ];
    for (const [wish, ours, expected] of cases) {
      const rig = new Rig({ outboundTopicAliases: ours });
      const wire = await subscriber(rig, wish, ["dtck/p/#"]);
      await publish(rig, D1, D2, D1, D2);
      expect(sent(wire)).toEqual(expected);
    }
  });
  test("a new connection begins with none, also for what is sent again [MQTT-3.3.2-7]", async () => {
    const rig = new Rig();
    const wish = { cleanStart: false, properties: { topicAliasMaximum: 5, sessionExpiryInterval: 100 } };
    const wire = await subscriber(rig, wish, ["dtck/p/#"], 1);
    await publish(rig, D1, D1);
    expect(sent(wire)).toEqual(["dtck/p/d1/T=1", "=1"]);
    wire.lost();
    const again = rig.open();
    again.send(connectOf({ clientId: "sub", ...wish }));
    await rig.pass(1);
    expect(sent(again)).toEqual(["dtck/p/d1/T=1", "=1"]);
    again.lost();
    const other = rig.open();
    other.send(connectOf({ clientId: "sub", ...wish, properties: { sessionExpiryInterval: 100 } }));
    await rig.pass(1);
    expect(sent(other)).toEqual(["dtck/p/d1/T", "dtck/p/d1/T"]);
  });
  test("for all that is published: retained values, free topics, the platform's own, shared subscriptions", async () => {
    const rig = new Rig({}, { freeTopics: true });
    await publish(rig, "dtck-pub/kept/d1/T");
    const from = await rig.login({ clientId: "publisher" });
    from.send(publishOf("free/kept", "1", { retain: true }));
    await rig.pass(1);
    for (const qos of [0, 1] as const) {
      const wire = await subscriber(
        rig,
        aliases(9),
        ["dtck/kept/#", "free/#", "dtck-errors/#", "$share/g/dtck/p/#"],
        qos,
      );
      expect(sent(wire).sort()).toEqual(["dtck/kept/d1/T=1", "free/kept=2"]);
      for (let n = 0; n < 2; n++) await publish(rig, "dtck-pub/kept/d1/T", "free/kept", "dtck-pub/p/d9/T", D1);
      expect(sent(wire)).toEqual(
        expect.arrayContaining(["=1", "=2", "dtck-errors/p/d9/T=3", "dtck/p/d1/T=4", "=3", "=4"]),
      );
      wire.lost();
    }
  });
  test("a packet that is too large sets no alias; one that is so with an alias alone goes without [MQTT-3.1.2-24]", async () => {
    const rig = new Rig({}, { freeTopics: true });
    const message = (size: number) => publishOf("some/topic", "x".repeat(size));
    const most = 100;
    const empty = encode(5, publishOf("some/topic", "")).length;
    const properties = { topicAliasMaximum: 5, maximumPacketSize: most };
    const wire = await subscriber(rig, { properties }, ["some/#"]);
    const from = await rig.login({ clientId: "publisher" });
    for (const size of [
      most - empty + 1,
      most - empty,
      most - empty - 2,
      most - empty - 3,
      most - empty + 7,
      most - empty + 8,
    ])
      from.send(message(size));
    await rig.pass(1);
    expect(sent(wire)).toEqual(["some/topic", "some/topic", "some/topic=1", "=1"]);
  });
});

describe("what is taken out of the outbox when rights narrow", () => {
  const of = (...devices: number[]): Grant[] => devices.map((device) => ({ scope: "device", device, can: ["view"] }));
  test("an alias that it told is told again, by the next that needs it", async () => {
    const rig = new Rig();
    rig.grant(of(1, 2));
    const wire = await subscriber(rig, { token: OTHER, ...aliases(5) }, ["dtck/p/#"]);
    wire.got();
    const reader = new Reader();
    wire.room = 0;
    await publish(rig, D1, D2, D1, D2);
    rig.grant(of(2));
    await rig.pass(1);
    rig.grant(of(1, 2));
    await publish(rig, D1, D2);
    wire.room = Number.POSITIVE_INFINITY;
    wire.listener?.drained();
    await rig.pass(1);
    expect(reader.read(wire)).toEqual(["dtck/p/d2/T 1", "dtck/p/d2/T 3", "dtck/p/d1/T 0", "dtck/p/d2/T 1"]);
  });
  test("with it goes what has but the alias, at QoS 1 too, and the identifier of that is free", async () => {
    const rig = new Rig();
    rig.grant(of(1, 2));
    const wire = await subscriber(rig, { token: OTHER, ...aliases(5) }, ["dtck/p/d1/#"]);
    const options = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    wire.send({ type: "subscribe", packetId: 2, subscriptions: [{ filter: "$share/g/dtck/p/+/T", ...options }] });
    await rig.pass(1);
    wire.got();
    const reader = new Reader();
    await publish(rig, D2);
    expect(reader.read(wire)).toEqual(["dtck/p/d2/T 0"]);
    wire.room = 0;
    await publish(rig, D1);
    await publish(rig, D1);
    rig.grant(of(2));
    await rig.pass(1);
    wire.room = Number.POSITIVE_INFINITY;
    wire.listener?.drained();
    await rig.pass(1);
    expect(reader.read(wire)).toEqual([]);
    const { outlet } = [...rig.broker.sessions.values()].find(({ principal }) => principal.key === "a:2") ?? {};
    expect([1, 2, 3].map((id) => outlet?.awaits(id))).toEqual(["puback", null, null]);
    rig.grant(of(1, 2));
    await publish(rig, D1);
    expect(reader.read(wire)).toEqual(["dtck/p/d1/T 0", "dtck/p/d1/T 0"]);
  });
});
