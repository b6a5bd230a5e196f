import { describe, expect, test } from "bun:test";
import { encode } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, publishPacket } from "../run/raw.ts";
import { until } from "../run/until.ts";
import { string, target, VERSIONS } from "./target.ts";

const it = target();
const utf8 = new TextEncoder();

/** A packet of a length that takes two bytes. */
function large(first: number, body: readonly number[]): number[] {
  return [first, (body.length & 0x7f) | 0x80, body.length >> 7, ...body];
}
const ALL_OPTIONS = { qos: 1, noLocal: false, retainAsPublished: true, retainHandling: 0 } as const;

describe("what fuzzers found in NanoMQ", () => {
  test("NanoMQ #1153: a PUBLISH whose topic, identifier or properties lie outside of it", async () => {
    for (const version of VERSIONS) {
      const wanted = version === 5 ? 0x81 : null;
      for (const body of [[0xff, 0xff], [0x00, 0x05, 0x61], [0x00, 0x01], [0x00], []])
        for (const first of [0x30, 0x32, 0x34])
          expect(await it.cutOff(version, [first, body.length, ...body])).toBe(wanted);
    }
    for (const list of [[0x7f], [0x05, 0x26, 0, 9, 0x61], [0x03, 0x26, 0, 0], [0xff, 0xff, 0xff, 0x7f]])
      expect(await it.cutOff(5, [0x30, 3 + list.length, ...string("t"), ...list])).toBe(0x81);
  });
  test("NanoMQ #2270: a PUBLISH of QoS 1 or 2 that ends behind its topic, of 1024 bytes", async () => {
    const topic = string("t".repeat(1022));
    for (const version of VERSIONS)
      for (const first of [0x32, 0x34, 0x3a])
        expect(await it.cutOff(version, large(first, topic))).toBe(version === 5 ? 0x81 : null);
  });
  test("NanoMQ #2268: a SUBSCRIBE that ends behind its filter, of 1024 bytes", async () => {
    for (const version of VERSIONS) {
      const none = version === 5 ? [0] : [];
      const filter = string("t".repeat(1020 - none.length));
      expect(await it.cutOff(version, large(0x82, [0, 1, ...none, ...filter]))).toBe(version === 5 ? 0x81 : null);
    }
  });
  test("NanoMQ #1165: wrong protocol names, many at once, with publishes behind them", async () => {
    const publish = encode(4, publishPacket("dtck-pub/my-product/dev1/NOTE", "x"));
    const names = ["MQTT\0", "MQIsdp", "mqtt", "MQTTMQTT", "", "\u00ff", "MQT"];
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const raw = await it.open(it.elsewhere());
        raw.version = 4;
        const name = names[i % names.length] ?? "";
        const body = [...string(name), 4, 2, 0, 60, ...string("c")];
        raw.bytes(Buffer.concat([Uint8Array.of(0x10, body.length, ...body), publish, publish]));
        expect((await raw.ended()).every((p) => p.type === "connack" && p.reasonCode !== 0)).toBe(true);
      }),
    );
    await until("the end of all", async () => (await it.server.metric("fieldcast_connections")) === 1);
  });
  test("NanoMQ #2114, #2115, #2116, #2117, #2118, #2119: filters that come, change and go while they match", async () => {
    const filters = ["dtck/my-product/+/NOTE", "dtck/my-product/dev90/+", "dtck/#", "+/my-product/dev90/NOTE"];
    const writer = await it.login();
    let heard = 0;
    await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        const raw = await it.login({ version: n % 2 === 0 ? 5 : 4 });
        raw.socket.removeAllListeners("data");
        raw.socket.on("data", (bytes) => {
          heard += bytes.length;
        });
        for (let round = 1; round <= 40; round++) {
          const subscriptions = filters.map((filter) => ({ ...ALL_OPTIONS, filter, retainAsPublished: n % 2 === 0 }));
          raw.send({ type: "subscribe", packetId: round, subscriptions });
          writer.publish("dtck-pub/my-product/dev90/NOTE", `${n} ${round}`);
          if (round % 3 === 0) raw.send({ type: "unsubscribe", packetId: round, filters });
          raw.send({ type: "pingreq" });
        }
        if (n % 3 === 0) raw.reset();
        else await raw.leave();
      }),
    );
    await writer.drain();
    await writer.leave();
    expect(heard).toBeGreaterThan(0);
    await until("the end of all", async () => (await it.server.metric("fieldcast_subscriptions")) === 1);
  });
  test("NanoMQ #1863: clients that are cut off and taken over while something is on its way to them", async () => {
    const writer = await it.login();
    for (let round = 0; round < 20; round++) {
      const raws = await Promise.all([1, 2, 3].map((n) => it.login({ clientId: `gone${n % 2}`, version: 5 })));
      for (const raw of raws)
        if (!raw.isClosed)
          raw.send({
            type: "subscribe",
            packetId: 1,
            subscriptions: [{ ...ALL_OPTIONS, filter: "dtck/my-product/dev91/+" }],
          });
      for (let i = 0; i < 20; i++) writer.publish("dtck-pub/my-product/dev91/NOTE", utf8.encode("x".repeat(1000)));
      for (const raw of raws) raw.reset();
    }
    await writer.drain();
    await writer.leave();
    await until("the end of all", async () => (await it.server.metric("fieldcast_connections")) === 1);
  });
});

test("CVE-2017-7654: crafted CONNECTs, again and again, leave nothing behind", async () => {
  const sessions = await it.server.metric("fieldcast_sessions");
  const good = encode(4, connectPacket({ version: 4, token: TOKENS.unknown, clientId: "leak" }));
  const crafted = [0xf6, 0xce, 0xc6, 0x86, 0x46, 0x26, 0x06, 0xc2].map((flags) => {
    const bytes = Buffer.from(good);
    bytes[9] = flags; // fields flagged that are not there, and there without a flag
    return bytes;
  });
  for (let round = 0; round < 20; round++)
    await Promise.all(
      crafted.map(async (bytes) => {
        const raw = await it.open(it.elsewhere());
        raw.version = 4;
        raw.bytes(bytes);
        expect((await raw.ended()).every((p) => p.type === "connack" && p.reasonCode !== 0)).toBe(true);
      }),
    );
  expect(await it.server.metric("fieldcast_sessions")).toBe(sessions);
  await until("the end of all", async () => (await it.server.metric("fieldcast_connections")) === 1);
});
