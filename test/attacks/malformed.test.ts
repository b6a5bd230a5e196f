import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encode, type Packet, type Version } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, publishPacket } from "../run/raw.ts";
import { until, within } from "../run/until.ts";
import { NOTE, packet, string, target, VERSIONS } from "./target.ts";

const utf8 = new TextEncoder();
const it = target();

describe("malformed packets close their own connection alone", () => {
  test("CVE-2021-28166: packets that only a server sends, and types that do not exist", async () => {
    const wrong: [Version, Packet][] = VERSIONS.flatMap((v): [Version, Packet][] => [
      [v, { type: "connack", sessionPresent: false, reasonCode: 0 }],
      [v, { type: "suback", packetId: 1, reasonCodes: [0] }],
      [v, { type: "unsuback", packetId: 1, reasonCodes: [0] }],
      [v, { type: "pingresp" }],
    ]);
    for (const [version, one] of wrong)
      expect(await it.cutOff(version, encode(version, one))).toBe(version === 5 ? 0x82 : null);
    expect(await it.cutOff(5, packet(0xf0, 0x18, 0))).toBe(0x82); // AUTH that nobody asked for
    for (const version of VERSIONS) expect(await it.cutOff(version, packet(0))).toBe(version === 5 ? 0x81 : null);
    for (const version of [3, 4] as const) expect(await it.cutOff(version, packet(0xf0))).toBeNull();
  });
  test("CVE-2021-34431: a second CONNECT is a protocol error; a thousand of them leave nothing behind", async () => {
    const before = await it.server.metric("fieldcast_sessions");
    for (let round = 0; round < 10; round++)
      await Promise.all(
        Array.from({ length: 100 }, async () => {
          expect(await it.cutOff(5, encode(5, connectPacket({ token: TOKENS.device })))).toBe(0x82);
        }),
      );
    expect(await it.server.metric("fieldcast_sessions")).toBe(before);
    await until("the end of all", async () => (await it.server.metric("fieldcast_connections")) === 1);
  });
  test("CVE-2021-34432: a topic or filter of length 0", async () => {
    for (const version of VERSIONS) {
      const none = version === 5 ? [0] : [];
      const reason = version === 5 ? expect.any(Number) : null;
      expect(await it.cutOff(version, packet(0x30, ...string(""), ...none, 49))).toEqual(reason);
      expect(await it.cutOff(version, packet(0x32, ...string(""), 0, 1, ...none, 49))).toEqual(reason);
      expect(await it.cutOff(version, packet(0x82, 0, 1, ...none, ...string(""), 0))).toEqual(reason);
      expect(await it.cutOff(version, packet(0xa2, 0, 1, ...none, ...string("")))).toEqual(reason);
    }
  });
  test("CVE-2017-7653: topics that are not UTF-8 reach nobody", async () => {
    await it.canary.subscribe("#", 0);
    const bad = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0x61, 0]];
    for (const version of VERSIONS)
      for (const bytes of bad) {
        const none = version === 5 ? [0] : [];
        const topic = string([...utf8.encode("dtck-pub/my-product/dev1/"), ...bytes]);
        const wanted = version === 5 ? 0x81 : null;
        expect(await it.cutOff(version, packet(0x30, ...topic, ...none, 49))).toBe(wanted);
        expect(await it.cutOff(version, packet(0x82, 0, 1, ...none, ...string([0x61, ...bytes]), 0))).toBe(wanted);
        const name = string([...bytes, 0x61]);
        const raw = await it.open();
        raw.version = version;
        const protocol = version === 3 ? [...string("MQIsdp"), 3] : [...string("MQTT"), version];
        raw.bytes(packet(0x10, ...protocol, 2, 0, 0, ...none, ...name));
        expect((await raw.ended()).every((p) => p.type === "connack" && p.reasonCode !== 0)).toBe(true);
      }
    expect(await it.canary.drain()).toEqual([]);
    it.canary.send({ type: "unsubscribe", packetId: it.canary.id(), filters: ["#"] });
    await it.canary.expect("unsuback");
  });
  test("CVE-2026-21888: a fifth byte of a variable integer, and encodings that are not the shortest", async () => {
    const lengths = [
      [0x80, 0x80, 0x80, 0x80, 0x01],
      [0xff, 0xff, 0xff, 0xff, 0xff],
      [0x80, 0x00],
      [0x80, 0x80, 0x00],
    ];
    for (const length of lengths) {
      for (const version of VERSIONS)
        expect(await it.cutOff(version, [0xc0, ...length])).toBe(version === 5 ? 0x81 : null);
      const body = [...string("a/b"), ...length];
      expect(await it.cutOff(5, packet(0x30, ...body, 0, 0, 0, 0))).toBe(0x81); // as length of the properties
      expect(await it.cutOff(5, packet(0x82, 0, 1, length.length + 1, 0x0b, ...length, ...string("a"), 0))).toBe(0x81);
      const raw = await it.open();
      raw.bytes([0x10, ...length, 0, 0, 0]);
      expect(await raw.ended()).toEqual([]);
    }
  });
  test("CVE-2016-10523, CVE-2017-10910, CVE-2019-5432, CVE-2016-1000242: lengths that lie, flags and fields that cannot be", async () => {
    const vectors = [
      packet(0x36, ...string("a"), 0, 1, 0), // QoS 3
      packet(0x32, ...string("a"), 0, 0, 0), // packet id 0
      packet(0x30, 0, 50, 97), // a topic longer than its packet
      packet(0x30, 0), // half a length
      packet(0x32, ...string("a"), 0), // half a packet id
      packet(0x30, ...string("a"), 127, 1), // properties longer than their packet
      packet(0x30, ...string("a"), 2, 0x7f, 0), // no such property
      packet(0x30, ...string("a"), 3, 0x23, 0), // half a topic alias
      packet(0x30, ...string("a"), 2, 0x01, 7), // payload format 7
      packet(0x82, 0, 1, 0), // no filter
      packet(0x82, 0, 1, 0, ...string("a")), // no options
      packet(0x82, 0, 1, 0, ...string("a"), 3), // QoS 3
      packet(0x82, 0, 1, 0, ...string("a"), 0xc0), // reserved bits
      packet(0x82, 0, 1, 2, 0x0b, 0, ...string("a"), 0), // subscription identifier 0
      packet(0x80, 0, 1, 0, ...string("a"), 0), // flags of SUBSCRIBE
      packet(0x82, 0), // half a packet id
      packet(0xa2, 0, 1, 0), // no filter
      packet(0xa2, 0, 1, 0, 0, 9, 97), // a filter longer than its packet
      packet(0x40, 0), // half a PUBACK
      packet(0x40, 0, 0), // PUBACK of 0
      packet(0x60, 0, 1), // flags of PUBREL
      packet(0x62),
      packet(0xc1), // flags of PINGREQ
      packet(0xc0, 1), // PINGREQ with a body
      packet(0xe1), // flags of DISCONNECT
      packet(0xe0, 0, 9, 0x11), // half a session expiry
      packet(0xe0, 0, 10, 0x11, 0, 0, 0, 1, 0x11, 0, 0, 0, 1), // twice
    ];
    for (const bytes of vectors) {
      expect(await it.cutOff(5, bytes)).toBeGreaterThanOrEqual(0x80);
      for (const version of [3, 4] as const) {
        // some are right in v3, which has no properties; then the server waits for more, and this ends it
        const raw = await it.login({ version });
        raw.bytes([...bytes, 0x10, 0]);
        await raw.ended();
      }
    }
  });
  test("CVE-2024-35512: packets with random bytes changed, cut and doubled", async () => {
    const valid: Uint8Array[] = [
      encode(
        5,
        connectPacket({
          token: TOKENS.device,
          will: { topic: NOTE, payload: utf8.encode("w"), qos: 1, retain: true, properties: { willDelayInterval: 1 } },
        }),
      ),
      encode(4, connectPacket({ version: 4, token: TOKENS.device, clientId: "f" })),
      encode(
        5,
        publishPacket(NOTE, "1", {
          qos: 1,
          packetId: 1,
          properties: { topicAlias: 1, userProperties: [["a", "b"]], messageExpiryInterval: 5 },
        }),
      ),
      encode(5, publishPacket(NOTE, "1", { qos: 2, packetId: 2 })),
      encode(5, { type: "pubrel", packetId: 2, reasonCode: 0 }),
      encode(5, {
        type: "subscribe",
        packetId: 3,
        subscriptions: [{ filter: "dtck/+/+/+", qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 1 }],
        properties: { subscriptionIdentifier: 7 },
      }),
      encode(5, { type: "unsubscribe", packetId: 4, filters: ["dtck/+/+/+"] }),
      encode(5, { type: "disconnect", reasonCode: 4, properties: { sessionExpiryInterval: 1 } }),
    ];
    const change = fc.record({ at: fc.nat(), to: fc.nat(255), cut: fc.nat(9) });
    const step = fc.record({ which: fc.nat(valid.length - 1), changes: fc.array(change, { maxLength: 3 }) });
    const attack = fc.array(step, { minLength: 1, maxLength: 5 });
    const mutate = ({
      which,
      changes,
    }: {
      which: number;
      changes: readonly { at: number; to: number; cut: number }[];
    }) => {
      let bytes = Buffer.from(valid[which] as Uint8Array); // which is one of them
      for (const { at, to, cut } of changes) {
        if (bytes.length === 0) break;
        if (cut === 0) bytes = bytes.subarray(0, at % bytes.length);
        else if (cut === 1) bytes = Buffer.concat([bytes, bytes.subarray(at % bytes.length)]);
        else bytes[at % bytes.length] = to;
      }
      return bytes;
    };
    const attacks = fc.sample(attack, { numRuns: 1000, seed: 20_260_901 });
    for (let i = 0; i < attacks.length; i += 50)
      await Promise.all(
        attacks.slice(i, i + 50).map(async (steps, n) => {
          const raw = n % 2 === 0 ? await it.login() : await it.open(it.elsewhere()); // failed logins are delayed by address
          raw.socket.removeAllListeners("data");
          raw.socket.resume();
          for (const one of steps) raw.bytes(mutate(one));
          raw.fin();
          await within("the end", raw.closed);
        }),
      );
    await until("the end of all", async () => (await it.server.metric("fieldcast_connections")) === 1);
  });
  test("CVE-2026-25627: borders of WebSocket frames are not borders of packets [MQTT-6.0.0-2]", async () => {
    const hello = encode(5, connectPacket({ token: TOKENS.device }));
    const record = encode(5, publishPacket(NOTE, "ws", { qos: 1, packetId: 1 }));
    const ping = encode(5, { type: "pingreq" });
    const bytes = Buffer.concat([hello, record, ping]);
    const cuts = [
      [...bytes].map((_, i) => i + 1),
      [bytes.length],
      [3, hello.length + 2, bytes.length - 1, bytes.length],
    ];
    for (const cut of cuts) {
      const socket = new WebSocket(`ws://127.0.0.1:${it.server.ports.http}/mqtt`, ["mqtt"]);
      socket.binaryType = "arraybuffer";
      let heard = Buffer.alloc(0);
      const done = new Promise<void>((resolve, reject) => {
        socket.onmessage = ({ data }) => {
          heard = Buffer.concat([heard, new Uint8Array(data as ArrayBuffer)]); // as binaryType says
          if (heard.includes(Buffer.from([0xd0, 0]))) resolve();
        };
        socket.onclose = () => reject(new Error("closed"));
        socket.onopen = () => {
          let at = 0;
          for (const end of cut) {
            socket.send(bytes.subarray(at, end));
            at = end;
          }
        };
      });
      await within("PINGRESP", done);
      socket.onclose = null;
      socket.close();
    }
    // a frame that announces more than it brings, then silence, then the end
    const socket = new WebSocket(`ws://127.0.0.1:${it.server.ports.http}/mqtt`, ["mqtt"]);
    await within(
      "open",
      new Promise((resolve) => {
        socket.onopen = resolve;
      }),
    );
    socket.send(Buffer.concat([hello, Uint8Array.of(0x30, 0xff, 0xff, 3, 0, 200)]));
    socket.close();
    await until("its end", async () => (await it.server.metric("fieldcast_connections")) === 1);
  });
});
