import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { PublishPacket } from "../../src/codec/index.ts";
import { payloadText, Raw, type Wish } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { type Peer, Peers, startGeneral, willOf } from "./general.ts";

// What public interoperability suites expect of any broker in MQTT 5 alone; the rest: 30-general.

let server: TestServer;
beforeAll(async () => {
  server = await startGeneral("--max-keep-alive", "60s", "--receive-maximum", "20", "--topic-alias-maximum", "10");
});
afterAll(() => server.remove());

const peers = new Peers(() => server.ports.mqtt);
const connect = (clientId: string, wish: Wish = {}): Promise<Peer> => peers.connect({ clientId, ...wish });
afterEach(() => peers.reset());
const DAY = { properties: { sessionExpiryInterval: 86_400 } };
/** How the server ends a connection, given what it is sent last. */
async function endOf(peer: Peer): Promise<number | null> {
  const packets = [...peer.others, ...(await peer.raw.ended())];
  const last = packets.find((p) => p.type === "disconnect");
  return last?.type === "disconnect" ? last.reasonCode : null;
}

describe("31: messages", () => {
  const SENT: NonNullable<PublishPacket["properties"]> = {
    payloadFormatIndicator: 1,
    contentType: "My name",
    responseTopic: "5/answers",
    correlationData: Uint8Array.of(51, 51, 52),
    userProperties: [
      ["a", "2"],
      ["c", "3"],
      ["a", "2"],
    ],
  };
  test("properties arrive as they were sent, at every QoS, also retained and in a will [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] [MQTT-3.1.3-10]", async () => {
    const a = await connect("a");
    await a.subscribe("5/props");
    await a.three(["5/props"], { properties: SENT, retain: true });
    for (const { properties } of await a.rest()) expect(properties).toEqual(SENT);
    const b = await connect("b");
    await b.subscribe("5/props");
    const [kept] = await b.rest();
    expect(kept?.properties).toEqual(SENT);
    await b.publish("5/props", "", { retain: true, qos: 1 });
    await b.rest();
    const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = SENT;
    const properties = { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties };
    const lost = await connect("lost", { will: willOf("5/props", "will", { properties: properties as object }) });
    lost.raw.reset();
    const will = await b.wait("publish");
    expect(payloadText(will)).toBe("will");
    expect(will.properties).toEqual(SENT);
  });
  test("request and response: the answer goes to the Response Topic with the Correlation Data", async () => {
    const [asks, answers] = [await connect("asks"), await connect("answers")];
    await asks.subscribe("5/answers", { noLocal: true });
    await answers.subscribe("5/questions", { noLocal: true });
    await asks.publish("5/questions", "request", {
      qos: 1,
      properties: { responseTopic: "5/answers", correlationData: Uint8Array.of(1) },
    });
    const question = await answers.wait("publish");
    const { responseTopic = "", correlationData } = question.properties ?? {};
    await answers.publish(responseTopic, "response", {
      qos: 1,
      properties: { correlationData: correlationData ?? new Uint8Array() },
    });
    const answer = await asks.wait("publish");
    expect([payloadText(answer), answer.properties?.correlationData]).toEqual(["response", Uint8Array.of(1)]);
  });
  test("what expired is not delivered; what is says less than was published [MQTT-3.3.2-5] [MQTT-3.3.2-6]", async () => {
    const first = await connect("expiry", DAY);
    await first.subscribe("5/expiry");
    await first.leave();
    const a = await connect("a");
    for (const [seconds, qos] of [
      [1, 1],
      [1, 2],
      [60, 1],
      [60, 2],
    ] as const)
      await a.publish("5/expiry", `${seconds}`, { qos, properties: { messageExpiryInterval: seconds } });
    // the server's own clock passes what expires after a second: a retained message that goes says so
    await a.publish("5/clock", "x", { qos: 1, retain: true, properties: { messageExpiryInterval: 1 } });
    for (let kept = 1; kept > 0; ) {
      await a.subscribe("5/clock");
      kept = (await a.rest()).length;
    }
    const back = await connect("expiry", { cleanStart: false, ...DAY });
    while (back.messages.length < 2) await back.wait("publish");
    const got = await back.rest();
    expect(got.map(payloadText)).toEqual(["60", "60"]);
    for (const { properties } of got) expect(properties?.messageExpiryInterval).toBeLessThan(60);
  });
});

describe("31: subscribing", () => {
  test("No Local, Retain As Published, Retain Handling [MQTT-3.8.3-3] [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11] [MQTT-3.3.1-12] [MQTT-3.3.1-13]", async () => {
    const [a, b] = [await connect("a"), await connect("b")];
    for (const peer of [a, b]) await peer.subscribe("5/local", { noLocal: true });
    await a.publish("5/local", "x", { qos: 1 });
    expect(await b.hear(1)).toEqual(["5/local x 1"]);
    expect(await a.quiet()).toEqual([]);
    await a.subscribe("5/as", { retainAsPublished: true });
    await a.publish("5/as", "false", { qos: 1 });
    await a.publish("5/as", "true", { qos: 1, retain: true });
    expect(await a.hear(2)).toEqual(["5/as false 1", "5/as true 1 R"]);
    const heard = async (retainHandling: 0 | 1 | 2) => {
      await b.subscribe("5/as", { retainHandling });
      return b.quiet();
    };
    const kept = ["5/as true 1 R"];
    expect([await heard(2), await heard(1), await heard(0), await heard(0)]).toEqual([[], [], kept, kept]);
    await b.unsubscribe("5/as");
    expect([await heard(1), await heard(1)]).toEqual([kept, []]);
    await a.publish("5/as", "", { qos: 1, retain: true });
  });
  test("identifiers of all subscriptions that match [MQTT-3.3.4-3] [MQTT-3.3.4-4]", async () => {
    const [a, b] = [await connect("a"), await connect("b")];
    await a.subscribe("5/ids", {}, { subscriptionIdentifier: 456_789 });
    await b.subscribe("5/ids", {}, { subscriptionIdentifier: 2 });
    await b.subscribe("5/ids/#", {}, { subscriptionIdentifier: 3 });
    await b.publish("5/ids", "x", { qos: 1 });
    expect((await a.wait("publish")).properties?.subscriptionIdentifiers).toEqual([456_789]);
    const [one, ...more] = await b.rest();
    expect(more).toEqual([]);
    expect(one?.properties?.subscriptionIdentifiers?.toSorted()).toEqual([2, 3]);
  });
});

describe("31: shared subscriptions", () => {
  test("each message goes to one member, ordinary subscriptions beside them get theirs [MQTT-4.8.2-1] [MQTT-4.8.2-3]", async () => {
    const [a, b] = [await connect("a"), await connect("b")];
    for (const peer of [a, b]) expect(await peer.subscribe(["$share/sharename/5/shared", "5/plain"])).toEqual([2, 2]);
    await b.publish("5/plain", "x", { qos: 1 });
    for (const peer of [a, b]) expect(await peer.hear(1)).toEqual(["5/plain x 1"]);
    for (let n = 0; n < 9; n++) await b.publish("5/shared", `${n}`, { qos: (n % 3) as 0 | 1 | 2 }); // 0 to 2
    const heard: string[] = [];
    const shares: number[] = [];
    for (let most = 100; heard.length < 9 && most > 0; most--)
      for (const [n, peer] of [a, b].entries()) {
        const some = await peer.quiet();
        heard.push(...some);
        shares[n] = (shares[n] ?? 0) + some.length;
      }
    expect(heard.sort()).toEqual(Array.from({ length: 9 }, (_, n) => `5/shared ${n} ${n % 3}`));
    expect(Math.min(...shares)).toBeGreaterThan(2);
    // properties pass, and a member's own identifier
    await a.subscribe("$share/other/5/props", { qos: 1 }, { subscriptionIdentifier: 7 });
    await b.publish("5/props", "x", { qos: 2, properties: { contentType: "text/plain" } });
    const one = await a.wait("publish");
    expect([one.qos, one.properties]).toEqual([1, { contentType: "text/plain", subscriptionIdentifiers: [7] }]);
  });
  test("who leaves leaves its part to the others [MQTT-4.8.2-4]", async () => {
    const [a, b] = [await connect("a"), await connect("b")];
    for (const peer of [a, b]) await peer.subscribe("$share/group/5/leaves");
    await a.leave();
    for (const text of ["1", "2"]) await b.publish("5/leaves", text, { qos: 1 });
    expect(await b.hear(2)).toEqual(["5/leaves 1 1", "5/leaves 2 1"]);
    await b.unsubscribe("$share/group/5/leaves");
    await b.publish("5/leaves", "3", { qos: 1 });
    expect(await b.quiet()).toEqual([]);
  });
});

describe("31: connections and sessions", () => {
  test("an assigned Client Identifier [MQTT-3.2.2-16]", async () => {
    const peer = await connect("", { cleanStart: false });
    expect(peer.connack).toMatchObject({ sessionPresent: false });
    expect(peer.connack?.properties?.assignedClientIdentifier).not.toBe("");
  });
  test("the server's keep alive takes the place of a longer one [MQTT-3.1.2-21]", async () => {
    for (const [keepAlive, told] of [
      [120, 60],
      [0, 60],
      [60, undefined],
      [10, undefined],
    ] as const)
      expect((await connect("alive", { keepAlive })).connack?.properties?.serverKeepAlive).toBe(told as number);
  });
  test("Session Expiry Interval: 0 ends with the connection, DISCONNECT may change it [MQTT-3.1.2-23] [MQTT-4.1.0-2]", async () => {
    const enter = (cleanStart: boolean, sessionExpiryInterval: number) =>
      connect("stays", { cleanStart, properties: { sessionExpiryInterval } });
    const end = async (peer: Peer, sessionExpiryInterval?: number): Promise<void> => {
      const more = sessionExpiryInterval === undefined ? {} : { properties: { sessionExpiryInterval } };
      peer.raw.send({ type: "disconnect", reasonCode: 0, ...more });
      await peer.raw.ended();
    };
    const present: (boolean | undefined)[] = [];
    const pass = async (cleanStart: boolean, expiry: number, last?: number): Promise<void> => {
      const peer = await enter(cleanStart, expiry);
      present.push(peer.connack?.sessionPresent);
      await end(peer, last);
    };
    await pass(true, 0);
    await pass(false, 100); // it ended
    await pass(false, 1, 100); // DISCONNECT prolongs it
    await pass(false, 100, 0); // or ends it
    await pass(false, 100);
    expect(present).toEqual([false, false, true, true, false]);
  });
  test("a session and a delayed will end when their time is over, whichever is shorter [MQTT-3.1.2-8] [MQTT-3.1.3-9]", async () => {
    const b = await connect("b");
    await b.subscribe("5/wills/+");
    const delayed = (n: number, sessionExpiryInterval: number, willDelayInterval: number): Promise<Peer> =>
      connect(`delayed${n}`, {
        properties: { sessionExpiryInterval },
        will: willOf(`5/wills/${n}`, "late", { properties: { willDelayInterval } }),
      });
    // by the delay, by the session's end, at once
    const lost = [
      await delayed(1, 100, 1),
      await delayed(2, 1, 100),
      await delayed(3, 0, 100),
      await delayed(4, 100, 1),
    ];
    for (const peer of lost) peer.raw.reset();
    const back = await connect("delayed4", { cleanStart: false, ...DAY });
    expect(back.connack?.sessionPresent).toBe(true);
    expect(await b.hear(1)).toEqual(["5/wills/3 late 0"]);
    expect((await b.hear(2)).sort()).toEqual(["5/wills/1 late 0", "5/wills/2 late 0"]);
    expect(await b.quiet()).toEqual([]); // the fourth came back in time
    expect((await connect("delayed2", { cleanStart: false })).connack?.sessionPresent).toBe(false);
    expect((await connect("delayed1", { cleanStart: false })).connack?.sessionPresent).toBe(true);
  });
});

describe("31: limits of both sides", () => {
  test("flow control: as many deliveries as the client takes, as many publishes as the server takes [MQTT-3.3.4-7] [MQTT-3.3.4-9]", async () => {
    const peer = await connect("flow", { properties: { receiveMaximum: 2 } });
    expect(peer.connack?.properties?.receiveMaximum).toBe(20);
    await peer.subscribe("5/flow");
    peer.silent = true;
    for (const text of ["1", "2", "3"]) await peer.publish("5/flow", text, { qos: 1 });
    expect(await peer.quiet()).toEqual(["5/flow 1 1", "5/flow 2 1"]);
    peer.raw.send({ type: "puback", packetId: 1, reasonCode: 0 });
    expect(await peer.hear(1)).toEqual(["5/flow 3 1"]);
    for (let packetId = 100; packetId <= 120; packetId++) peer.raw.publish("5/other", "x", { qos: 2, packetId });
    expect(await endOf(peer)).toBe(0x93);
  });
  test("the client's Maximum Packet Size: what is larger is left out [MQTT-3.1.2-24] [MQTT-3.1.2-25]", async () => {
    const peer = await connect("small", { properties: { maximumPacketSize: 64 } });
    await peer.subscribe("5/size");
    await peer.publish("5/size", ".".repeat(32));
    await peer.publish("5/size", ".".repeat(64), { qos: 1 });
    expect(await peer.quiet()).toEqual([`5/size ${".".repeat(32)} 0`]);
  });
  test("the server's: DISCONNECT 0x95", async () => {
    const peer = await connect("large");
    peer.raw.publish("5/size", ".".repeat(peer.connack?.properties?.maximumPacketSize ?? 0));
    expect(await endOf(peer)).toBe(0x95);
  });
  test("topic aliases of a client: set, used, set anew; not known to its next connection; 0 and too large are mistakes [MQTT-3.3.2-7] [MQTT-3.3.2-8] [MQTT-3.3.2-12]", async () => {
    const peer = await connect("alias", DAY);
    await peer.subscribe("5/alias/+");
    const most = peer.connack?.properties?.topicAliasMaximum ?? 0;
    expect(most).toBeGreaterThan(0);
    for (const topicAlias of [1, most])
      for (const topic of ["5/alias/a", "", "5/alias/b", ""])
        await peer.publish(topic, "x", { qos: 1, properties: { topicAlias } });
    const said = ["a", "a", "b", "b"].map((last) => `5/alias/${last} x 1`);
    expect(await peer.hear(8)).toEqual([...said, ...said]);
    await peer.leave();
    const back = await connect("alias", { cleanStart: false, ...DAY });
    await back.publish("5/alias/a", "known", { qos: 1 });
    expect(await back.hear(1)).toEqual(["5/alias/a known 1"]);
    back.raw.publish("", "unknown", { properties: { topicAlias: 1 } });
    expect(await endOf(back)).toBe(0x82);
    const wrong = await connect("alias");
    wrong.raw.publish("5/alias/a", "x", { properties: { topicAlias: most + 1 } });
    expect(await endOf(wrong)).toBe(0x94);
    const zero = await connect("alias");
    zero.raw.bytes([0x30, 0x09, 0, 1, 0x61, 3, 0x23, 0, 0, 0x78, 0x78]);
    expect(await endOf(zero)).toBe(0x94);
  });
  test("topic aliases towards a client that allows one: the first message sets it, later ones bear it [MQTT-3.1.2-26] [MQTT-3.1.2-27]", async () => {
    for (const topicAliasMaximum of [1, 0, undefined]) {
      const peer = await connect("told", topicAliasMaximum === undefined ? {} : { properties: { topicAliasMaximum } });
      await peer.subscribe("5/alias");
      for (const qos of [0, 1, 2] as const) await peer.publish("5/alias", "x", { qos });
      while (peer.messages.length < 3) await peer.wait("publish");
      const got = (await peer.rest()).map((p) => [p.topic, p.properties?.topicAlias, p.qos]);
      if (topicAliasMaximum === 1)
        expect(got).toEqual([
          ["5/alias", 1, 0],
          ["", 1, 1],
          ["5/alias", 1, 2],
        ]);
      else expect(got).toEqual([0, 1, 2].map((qos) => ["5/alias", undefined, qos]));
      await peer.leave();
    }
  });
  test("takeover: the older connection is told 0x8E, and its will goes out at once [MQTT-3.1.4-3]", async () => {
    const b = await connect("b");
    await b.subscribe("5/taken");
    const first = await connect("taken", { will: willOf("5/taken", "will", { qos: 1 }) });
    await connect("taken");
    expect(await endOf(first)).toBe(0x8e);
    expect(await b.hear(1)).toEqual(["5/taken will 1"]);
  });
  test("an unknown version is told 0x84", async () => {
    const raw = await Raw.open(server.ports.mqtt);
    raw.bytes([0x10, 0x0e, 0, 4, 0x4d, 0x51, 0x54, 0x54, 9, 2, 0, 0, 0, 0, 1, 0x61]);
    expect(await raw.ended()).toMatchObject([{ type: "connack", reasonCode: 0x84 }]);
  });
});
