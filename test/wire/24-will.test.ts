import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Version } from "../../src/codec/index.ts";
import type { Wish } from "../run/raw.ts";
import type { TestServer } from "../run/server.ts";
import { type Peer, Peers, startGeneral, willOf } from "./general.ts";

// Wills with everything the standard has for them: on free topics. Those that are measurements: 05-wills.

let server: TestServer;
beforeAll(async () => {
  server = await startGeneral();
});
afterAll(() => server.remove());

const VERSIONS = [3, 4, 5] as const;
const peers = new Peers(() => server.ports.mqtt);
const connect = (clientId: string, wish: Wish = {}): Promise<Peer> => peers.connect({ clientId, ...wish });
afterEach(() => peers.reset());
/** A client that hears everything below 24/. */
async function ears(): Promise<Peer> {
  const peer = await connect("ears");
  await peer.subscribe("24/#", { retainHandling: 2 });
  return peer;
}
const STAYS = { properties: { sessionExpiryInterval: 1000 } };
/** A session that outlives its connection, in the version's own words. */
const staying = (version: Version): Wish => ({ version, cleanStart: false, ...(version === 5 ? STAYS : {}) });

describe("24: a will is published", () => {
  test.each<[string, (peer: Peer) => unknown]>([
    ["the connection is reset", (peer) => peer.raw.reset()],
    ["the stream ends without DISCONNECT", (peer) => peer.raw.fin()],
    ["the protocol is broken", (peer) => peer.raw.bytes([0xf7, 0x00])],
    ["its client logs in again", (peer) => connect("dies", { version: peer.raw.version })],
  ])("when %s, in every version [MQTT-3.1.2-7] [MQTT-3.1.2-8]", async (_, end) => {
    const listener = await ears();
    for (const version of VERSIONS)
      for (const stays of [false, true]) {
        const wish = stays ? staying(version) : { version };
        const peer = await connect("dies", { ...wish, will: willOf("24/gone", `v${version}`, { qos: 1 }) });
        const ending = end(peer);
        expect(await listener.hear(1)).toEqual([`24/gone v${version} 1`]);
        await peer.raw.ended();
        await ending;
      }
    expect(await listener.quiet()).toEqual([]); // once [MQTT-3.1.2-10]
  });
  test("after DISCONNECT 0x04, and after a reason above 0x80 [MQTT-3.14.4-3]", async () => {
    const listener = await ears();
    for (const reasonCode of [0x04, 0x80, 0x81, 0x83, 0x93]) {
      const peer = await connect("dies", { will: willOf("24/gone", "with") });
      peer.raw.send({ type: "disconnect", reasonCode });
      expect(await listener.hear(1)).toEqual(["24/gone with 0"]);
    }
  });
  test("but not after DISCONNECT 0x00, nor in v3 after any, nor ever again [MQTT-3.14.4-3] [MQTT3-3.14.4-3] [MQTT-3.1.2-10]", async () => {
    const listener = await ears();
    for (const version of VERSIONS) {
      const peer = await connect("leaves", { ...staying(version), will: willOf("24/gone", "never") });
      await peer.leave();
      const back = await connect("leaves", staying(version));
      back.raw.reset();
      await back.raw.closed;
    }
    expect(await listener.quiet()).toEqual([]);
  });
  test("nor without the Will Flag, though there was one before", async () => {
    const listener = await ears();
    await connect("changes", {
      ...staying(5),
      will: willOf("24/gone", "old", { properties: { willDelayInterval: 900 } }),
    });
    const back = await connect("changes", staying(5));
    back.raw.reset();
    await back.raw.closed;
    expect(await listener.quiet()).toEqual([]);
  });
});

describe("24: what is published", () => {
  test("topic, payload, QoS and RETAIN as CONNECT said, an empty payload and a long one, too [MQTT-3.1.2-14] [MQTT-3.1.2-15]", async () => {
    const listener = await connect("as");
    await listener.subscribe("24/as/#", { retainAsPublished: true });
    for (const version of VERSIONS)
      for (const qos of [0, 1, 2] as const)
        for (const retain of [false, true])
          for (const payload of ["", "x", "y".repeat(16_000)]) {
            const will = willOf(`24/as/${version}`, payload, { qos, retain });
            (await connect("dies", { version, will })).raw.reset();
            expect(await listener.hear(1)).toEqual([`24/as/${version} ${payload} ${qos}${retain ? " R" : ""}`]);
          }
    const late = await connect("late");
    await late.subscribe("24/as/+");
    const kept = (await late.hear(3)).map((text) => [text.slice(0, 10), text.slice(-4)]);
    expect(kept.sort()).toEqual(VERSIONS.map((version) => [`24/as/${version} yy`, " 2 R"]));
    for (const version of VERSIONS) {
      // an empty one clears what is retained [MQTT-3.3.1-6]
      (await connect("dies", { version, will: willOf(`24/as/${version}`, "", { retain: true }) })).raw.reset();
      expect(await listener.hear(1)).toEqual([`24/as/${version}  0 R`]);
    }
    const none = await connect("none");
    await none.subscribe("24/as/+");
    expect(await none.quiet()).toEqual([]);
  });
  test("an expiry counts from its publishing; User Properties keep their order [MQTT-3.1.3-10] [MQTT-3.3.2-6]", async () => {
    const listener = await ears();
    const userProperties: [string, string][] = ["z", "a", "z", "b"].map((name, n) => [name, `${n}`]);
    const properties = { messageExpiryInterval: 1000, willDelayInterval: 1, userProperties };
    (await connect("dies", { ...STAYS, will: willOf("24/props", "x", { properties }) })).raw.reset();
    const will = await listener.wait("publish");
    expect(will.properties?.userProperties).toEqual(userProperties);
    expect(will.properties?.messageExpiryInterval).toBeGreaterThan(997);
    expect(will.properties).not.toHaveProperty("willDelayInterval");
  });
  test("rights are those of the moment: a will on a topic that is not allowed does not refuse the login", async () => {
    const listener = await ears();
    const peer = await connect("dies", { will: willOf("$SYS/x", "no") });
    peer.raw.reset();
    await peer.raw.closed;
    (await connect("dies", { will: willOf("24/gone", "yes") })).raw.reset();
    expect(await listener.hear(1)).toEqual(["24/gone yes 0"]);
  });
});

describe("24: a delayed will", () => {
  const delayed = (clientId: string, willDelayInterval: number, wish: Wish = STAYS): Promise<Peer> =>
    connect(clientId, { ...wish, will: willOf(`24/${clientId}`, "late", { properties: { willDelayInterval } }) });
  test("goes out at the end of its session, when a clean start ends that [MQTT-3.1.2-8]", async () => {
    const listener = await ears();
    (await delayed("ended", 900)).raw.reset();
    await connect("ended", { cleanStart: true });
    expect(await listener.hear(1)).toEqual(["24/ended late 0"]);
    (await delayed("disconnects", 900)).raw.send({
      type: "disconnect",
      reasonCode: 4,
      properties: { sessionExpiryInterval: 0 },
    });
    expect(await listener.hear(1)).toEqual(["24/disconnects late 0"]);
  });
  test("does not, when the client is back in time; the new will is another [MQTT-3.1.3-9]", async () => {
    const listener = await ears();
    (await delayed("back", 1)).raw.reset();
    const back = await connect("back", { cleanStart: false, ...STAYS, will: willOf("24/new", "new") });
    (await delayed("clock", 2)).raw.reset();
    expect(await listener.hear(1)).toEqual(["24/clock late 0"]); // a second later than the first could be
    back.raw.reset();
    expect(await listener.hear(1)).toEqual(["24/new new 0"]);
  });
  test("is kept across a restart, also after a kill, like that of a client that was connected", async () => {
    const keeper = await connect("keeper", STAYS);
    await keeper.subscribe("24/#", { qos: 1, retainHandling: 2 });
    await keeper.leave();
    const will = (topic: string, text: string, willDelayInterval: number) =>
      willOf(topic, text, { qos: 1, properties: { willDelayInterval } });
    (await connect("away", { ...STAYS, will: will("24/away", "late", 3) })).raw.reset();
    await connect("connected", { ...STAYS, will: will("24/connected", "late", 3) });
    const clean = await connect("clean", { will: will("24/clean", "gone", 0) });
    await clean.publish("25/sync", "x", { qos: 1 }); // what went before is durable
    await server.kill9();
    await server.restart();
    const listener = await connect("keeper", { cleanStart: false, ...STAYS });
    expect((await listener.hear(3)).sort()).toEqual(["24/away late 1", "24/clean gone 1", "24/connected late 1"]);
  });
});
