import { describe, expect, test } from "bun:test";
import type { Packet, PublishPacket } from "../codec/index.ts";
import type { Grant } from "../fleet/types.ts";
import { connectOf, type FakeWire, OTHER, publishOf, Rig } from "./rig.testing.ts";

const VERSIONS = [4, 5] as const;
const T = "dtck-pub/p/d1/T";
const text = new TextDecoder();

type Back = { readonly wire: FakeWire; readonly came: readonly Packet[] };
/** A client whose session outlives its connections, subscribed to product p. `again`: it is back, and what it then got. */
async function hearer(rig: Rig, version: 4 | 5, qos: 1 | 2): Promise<{ wire: FakeWire; again(): Promise<Back> }> {
  const properties = version === 5 ? { properties: { sessionExpiryInterval: 100_000 } } : {};
  const again = async () => {
    const wire = rig.open();
    wire.send(connectOf({ version, clientId: "hearer", cleanStart: false, ...properties }));
    await rig.pass(1);
    return { wire, came: wire.got().filter(({ type }) => type !== "connack") };
  };
  const { wire } = await again();
  const options = { qos, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
  wire.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/#", ...options }] });
  await rig.pass(1);
  wire.got();
  return { wire, again };
}
/** Publishes with a client of its own. */
async function publish(rig: Rig, payload: string, messageExpiryInterval?: number): Promise<void> {
  const properties = messageExpiryInterval === undefined ? {} : { properties: { messageExpiryInterval } };
  const wire = await rig.login({ clientId: "publisher" });
  wire.send(publishOf(T, payload, { qos: 1, packetId: 1, ...properties }));
  await rig.pass(1);
  expect(wire.heard()).toEqual(["puback 1 0"]);
  wire.lost();
}
const publishes = (packets: readonly Packet[]): PublishPacket[] => packets.filter((p) => p.type === "publish");
/** `1: payload`, or `1: payload again` with DUP. */
const words = (packets: readonly Packet[]) =>
  packets.map((p) => {
    if (p.type === "publish") return `${p.packetId}: ${text.decode(p.payload)}${p.dup ? " again" : ""}`;
    return "packetId" in p ? `${p.packetId}: ${p.type}` : p.type;
  });

describe("deliveries that have no answer yet", () => {
  test("stay so while the connection is open, and are not sent again on it [MQTT-4.3.2-3] [MQTT-4.3.3-3] [MQTT-4.4.0-1]", async () => {
    for (const version of VERSIONS)
      for (const qos of [1, 2] as const) {
        const rig = new Rig();
        const { wire, again } = await hearer(rig, version, qos);
        await publish(rig, "1");
        expect(words(wire.got())).toEqual(["1: 1"]);
        await rig.pass(3600);
        expect(wire.got()).toEqual([]);
        // each new connection gets it, until there is an answer
        wire.lost();
        for (let n = 0; n < 3; n++) {
          const back = await again();
          expect(words(back.came)).toEqual(["1: 1 again"]);
          back.wire.lost();
        }
        const { wire: last } = await again();
        if (qos === 1) last.send({ type: "puback", packetId: 1, reasonCode: 0 });
        else last.send({ type: "pubrec", packetId: 1, reasonCode: 0 }, { type: "pubcomp", packetId: 1, reasonCode: 0 });
        await rig.pass(1);
        last.lost();
        expect((await again()).came).toEqual([]);
      }
  });
  test("QoS 2: after the PUBREC the PUBREL alone comes again, until its PUBCOMP [MQTT-4.3.3-5] [MQTT-4.3.3-6]", async () => {
    for (const version of VERSIONS) {
      const rig = new Rig();
      const { wire, again } = await hearer(rig, version, 2);
      await publish(rig, "1");
      wire.send({ type: "pubrec", packetId: 1, reasonCode: 0 });
      await rig.pass(1);
      expect(words(wire.got())).toEqual(["1: 1", "1: pubrel"]);
      wire.lost();
      for (let n = 0; n < 3; n++) {
        const { wire: back, came } = await again();
        expect(words(came)).toEqual(["1: pubrel"]);
        // a PUBREC that comes again changes nothing
        back.send({ type: "pubrec", packetId: 1, reasonCode: 0 });
        await rig.pass(1);
        expect(words(back.got())).toEqual(["1: pubrel"]);
        back.lost();
      }
      const { wire: last } = await again();
      last.send({ type: "pubcomp", packetId: 1, reasonCode: 0 });
      await rig.pass(1);
      last.lost();
      expect((await again()).came).toEqual([]);
    }
  });
  test("come again in the order they were sent, PUBLISH and PUBREL, and before what is new [MQTT-4.6.0-1] [MQTT-4.6.0-4] [MQTT-4.6.0-5]", async () => {
    for (const version of VERSIONS) {
      const rig = new Rig();
      const { wire, again } = await hearer(rig, version, 2);
      for (const n of [1, 2, 3, 4]) await publish(rig, `${n}`);
      wire.send({ type: "pubrec", packetId: 3, reasonCode: 0 }, { type: "pubrec", packetId: 2, reasonCode: 0 });
      await rig.pass(1);
      wire.lost();
      for (const n of [5, 6]) await publish(rig, `${n}`);
      const came = words((await again()).came);
      expect(came.filter((word) => !word.endsWith("pubrel"))).toEqual(["1: 1 again", "4: 4 again", "5: 5", "6: 6"]);
      expect(came.filter((word) => word.endsWith("pubrel"))).toEqual(["2: pubrel", "3: pubrel"]);
    }
  });
});

describe("deliveries in flight of which the right to read was taken [departs from MQTT-4.4.0-1]", () => {
  const may = (...devices: number[]): Grant[] => devices.map((device) => ({ scope: "device", device, can: ["view"] }));
  /** One message of each device in flight with a client that may then read the second alone. */
  async function narrowed(qos: 1 | 2, version: 4 | 5) {
    const rig = new Rig();
    rig.grant(may(1, 2));
    const login = { version, clientId: "hearer", userName: OTHER, password: new TextEncoder().encode(OTHER) };
    const properties = version === 5 ? { properties: { sessionExpiryInterval: 100_000 } } : {};
    const again = async (): Promise<FakeWire> => {
      const wire = rig.open();
      wire.version = version;
      wire.send(connectOf({ ...login, cleanStart: false, ...properties }));
      await rig.pass(1);
      return wire;
    };
    const first = await again();
    const options = { qos, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
    first.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/#", ...options }] });
    await rig.pass(1);
    first.got();
    const from = await rig.login({ clientId: "publisher" });
    from.send(publishOf("dtck-pub/p/d1/T", "1"), publishOf("dtck-pub/p/d2/T", "2"));
    return { rig, first, again, from };
  }
  test("what the client has is not sent again: QoS 1 frees the identifier, QoS 2 ends in a PUBREL", async () => {
    for (const version of VERSIONS)
      for (const qos of [1, 2] as const) {
        const { rig, first, again, from } = await narrowed(qos, version);
        await rig.pass(1);
        expect(words(first.got())).toEqual(["1: 1", "2: 2"]);
        first.lost();
        rig.grant(may(2));
        const back = await again();
        const came = words(back.got().filter(({ type }) => type !== "connack"));
        expect(came.sort()).toEqual(qos === 1 ? ["2: 2 again"] : ["1: pubrel", "2: 2 again"]);
        if (qos === 2) back.send({ type: "pubcomp", packetId: 1, reasonCode: 0 });
        await rig.pass(1);
        const [session] = rig.broker.sessions.of("a:2");
        expect(session?.outlet.waiting).toBe(1);
        from.send(publishOf("dtck-pub/p/d1/T", "3"), publishOf("dtck-pub/p/d2/T", "4"));
        await rig.pass(1);
        expect(words(back.got())).toEqual(["3: 4"]);
      }
  });
  test("what has not left the server does not leave any more, and nothing stays behind", async () => {
    for (const version of VERSIONS)
      for (const qos of [1, 2] as const) {
        const { rig, first, again } = await narrowed(qos, version);
        first.room = 0;
        await rig.pass(1);
        rig.grant(may(2));
        first.room = Number.POSITIVE_INFINITY;
        first.listener?.drained();
        await rig.pass(1);
        const came = words(first.got());
        expect(came.sort()).toEqual(qos === 1 ? ["2: 2"] : ["1: pubrel", "2: 2"]);
        if (qos === 2) first.send({ type: "pubcomp", packetId: 1, reasonCode: 0 });
        first.lost();
        const back = await again();
        expect(words(back.got().filter(({ type }) => type !== "connack"))).toEqual(["2: 2 again"]);
      }
  });
});

test("an answer of another QoS, or out of its order, is a protocol error; one to nothing is none", async () => {
  for (const version of VERSIONS)
    for (const [qos, answers] of [
      [1, ["pubrec"]],
      [1, ["pubcomp"]],
      [2, ["puback"]],
      [2, ["pubcomp"]],
      [2, ["pubrec", "puback"]],
    ] as const) {
      const rig = new Rig();
      const { wire, again } = await hearer(rig, version, qos);
      await publish(rig, "1");
      wire.got();
      for (const type of ["puback", "pubcomp"] as const) wire.send({ type, packetId: 77, reasonCode: 0 });
      await rig.pass(1);
      expect(wire.ended).toBe(false);
      for (const type of answers) {
        wire.send({ type, packetId: 1, reasonCode: 0 });
        await rig.pass(1);
      }
      expect(wire.ended).toBe(true);
      expect(wire.heard().at(-1)).toBe(
        version === 5 ? "disconnect 130" : answers.length > 1 ? "pubrel 1 0" : undefined,
      );
      // nothing is lost by it
      expect(words((await again()).came)).toEqual([answers.length > 1 ? "1: pubrel" : "1: 1 again"]);
    }
});

describe("Message Expiry Interval", () => {
  test("what waited longer is not delivered; what is, says what is left [MQTT-3.3.2-5] [MQTT-3.3.2-6]", async () => {
    const rig = new Rig();
    const { wire, again } = await hearer(rig, 5, 1);
    wire.lost();
    for (const [payload, seconds] of [
      ["10", 10],
      ["1000", 1000],
      ["0", undefined],
    ] as const)
      await publish(rig, payload, seconds);
    await rig.pass(100);
    const [long, ever, ...more] = publishes((await again()).came);
    expect(more).toEqual([]);
    expect(text.decode(long?.payload)).toBe("1000");
    const left = long?.properties?.messageExpiryInterval ?? 0;
    expect(left).toBeGreaterThanOrEqual(895);
    expect(left).toBeLessThanOrEqual(900);
    expect(text.decode(ever?.payload)).toBe("0");
    expect(ever?.properties).not.toHaveProperty("messageExpiryInterval");
  });
  test("is not applied once the sending has begun: it comes again, and the exchange goes on [MQTT-4.3.3-7] [MQTT-4.3.3-13]", async () => {
    for (const qos of [1, 2] as const) {
      const rig = new Rig();
      const { wire, again } = await hearer(rig, 5, qos);
      await publish(rig, "1", 10);
      expect(words(wire.got())).toEqual(["1: 1"]);
      wire.lost();
      await rig.pass(1000);
      const { wire: back, came } = await again();
      expect(words(came)).toEqual(["1: 1 again"]);
      back.send({ type: qos === 1 ? "puback" : "pubrec", packetId: 1, reasonCode: 0 });
      await rig.pass(1);
      expect(words(back.got())).toEqual(qos === 1 ? [] : ["1: pubrel"]);
    }
  });
  test("of a publish that came in: its PUBREL is answered whenever it comes [MQTT-4.3.3-13]", async () => {
    const rig = new Rig();
    const wire = await rig.login();
    wire.send(publishOf(T, "1", { qos: 2, packetId: 7, properties: { messageExpiryInterval: 1 } }));
    await rig.pass(1000);
    wire.send({ type: "pubrel", packetId: 7, reasonCode: 0 });
    await rig.pass(1);
    expect(wire.heard()).toEqual(["pubrec 7 0", "pubcomp 7 0"]);
  });
});

test("a session is not discarded while its client is connected, however short its expiry [MQTT-4.1.0-1]", async () => {
  for (const sessionExpiryInterval of [0, 1]) {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "short", properties: { sessionExpiryInterval } });
    const options = { qos: 2 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
    wire.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/#", ...options }] });
    wire.send(publishOf("dtck-pub/p/d2/T", "0", { qos: 2, packetId: 9 }));
    await rig.pass(10_000);
    expect(wire.heard().sort()).toEqual(["publish dtck/p/d2/T 0", "pubrec 9 0", "suback 1 2"]);
    // the subscription, the delivery without an answer and the identifier are still there
    await publish(rig, "1");
    wire.send(publishOf("dtck-pub/p/d2/T", "0", { qos: 2, packetId: 9, dup: true }));
    wire.send({ type: "pubrec", packetId: 1, reasonCode: 0 });
    await rig.pass(1);
    expect(wire.heard().sort()).toEqual(["publish dtck/p/d1/T 1", "pubrec 9 0", "pubrel 1 0"]);
    expect(rig.store.rows).toBe(2);
    wire.lost();
    await rig.pass(3);
    expect(rig.metrics.sessions).toBe(0);
  }
});

test("who logs in anew leaves the cached routes as they are; a session that is back in another version does not", async () => {
  const rig = new Rig();
  const { routes } = rig.hub;
  const changed = routes.changed.bind(routes);
  let changes = 0;
  routes.changed = () => {
    changes++;
    changed();
  };
  const lasting = { clientId: "hearer", cleanStart: false } as const;
  const wire = await rig.login({ ...lasting, version: 4 });
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  wire.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/#", ...options }] });
  await publish(rig, "1");
  expect(publishes(wire.got()).map(({ properties }) => properties)).toEqual([undefined]);
  for (const version of [3, 4, 5] as const) await rig.login({ clientId: `new-${version}`, version });
  expect(changes).toBe(0);
  const back = await rig.login({ ...lasting, version: 5 });
  await publish(rig, "2");
  expect(changes).toBe(1);
  expect(publishes(back.got())[0]?.properties?.userProperties?.[0]?.[0]).toBe("timestamp");
});
