import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect as connectTcp } from "node:net";
import { encode, type Version } from "../../src/codec/index.ts";
import { mqttJs } from "../run/clients.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, payloadText, publishPacket, Raw } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until, within } from "../run/until.ts";

const NOTE = "dtck-pub/my-product/dev1/NOTE";
const HEAR = "dtck/my-product/+/NOTE";
const WEEK = 7 * 86_400;
const VERSIONS = [3, 4, 5] as const;
const SMALL = { "max-queued-messages": 10, "max-unsent-bytes": 16_384, "receive-maximum": 4, "outbound-window": 3 };
const SMALLER = { "topic-alias-maximum": 2, "max-subscriptions": 3, "max-session-expiry": 1, "max-packet": 100_000 };

/** With the defaults. */
let server: TestServer;
let small: TestServer;
/** For the limits of connections, which would get in the way of other tests. */
let narrow: TestServer;
const flags = (settings: object): string[] => Object.entries(settings).flatMap(([k, v]) => [`--${k}`, String(v)]);
beforeAll(async () => {
  [server, small, narrow] = await Promise.all([
    startServer(),
    startServer({ flags: flags({ ...SMALL, ...SMALLER }) }),
    startServer({ flags: flags({ "connect-timeout": 1, "max-connections": 5, "max-packet-before-login": 1024 }) }),
  ]);
});
afterAll(async () => {
  await Promise.all([server.remove(), small.remove(), narrow.remove()]);
});

function device(at: TestServer, version: Version = 5): Promise<Raw> {
  return Raw.login(at.ports.mqtt, { token: TOKENS.device, version });
}
/** The reason of the DISCONNECT that a connection ended with; null: none. */
async function endOf(raw: Raw): Promise<number | null> {
  const last = (await raw.ended()).at(-1);
  return last?.type === "disconnect" ? last.reasonCode : null;
}
/** The beginning of a PUBLISH that announces `size` bytes in all. */
function announced(size: number): Uint8Array {
  const head = [0x30];
  for (let n = size - (size > 2_097_154 ? 5 : size > 16_387 ? 4 : 3); ; n >>= 7) {
    head.push((n & 127) | (n > 127 ? 128 : 0));
    if (n < 128) break;
  }
  return Uint8Array.from(head);
}

test("9: CONNACK says the limits", async () => {
  const raw = await Raw.open(server.ports.mqtt);
  const { properties } = await raw.connect({ token: TOKENS.device });
  expect(properties).toMatchObject({ receiveMaximum: 1024, maximumPacketSize: 262_144, topicAliasMaximum: 0 });
  await raw.leave();
  const other = await Raw.open(small.ports.mqtt);
  const connack = await other.connect({ token: TOKENS.device });
  expect(connack.properties).toMatchObject({ receiveMaximum: 4, maximumPacketSize: 100_000, topicAliasMaximum: 2 });
  await other.leave();
});

describe("9: packet size", () => {
  test("9: 256 KiB after the login, and not a byte more: v5 DISCONNECT 0x95, v3 close, before the packet has come", async () => {
    for (const version of VERSIONS) {
      const raw = await device(server, version);
      // 4 bytes of fixed header, 2 of length, the topic, and in v5 one without properties
      const payload = new Uint8Array(262_144 - 4 - 2 - NOTE.length - (version === 5 ? 1 : 0)).fill(120);
      const packet = encode(version, publishPacket(NOTE, payload));
      expect(packet.length).toBe(262_144);
      raw.bytes(packet);
      expect(await raw.drain()).toEqual([]);
      raw.bytes(announced(262_145));
      expect(await endOf(raw)).toBe(version === 5 ? 0x95 : null);
    }
    expect(await server.metric("fieldcast_refusals_total", 'code="value_too_large"')).toBe(3); // a value is at most 64 KiB
    expect(await server.metric("fieldcast_disconnects_total", 'reason="packet too large"')).toBe(3);
  });
  test("9: 16 KiB before the login; the announced length is enough to be closed", async () => {
    const rest = encode(5, connectPacket({ token: TOKENS.device, clientId: "" })).length + 3;
    const value = (size: number) => ({ userProperties: [["p", "x".repeat(size - rest)] as [string, string]] });
    const fits = encode(5, connectPacket({ token: TOKENS.device, properties: value(16_384 - 5) }));
    expect(fits.length).toBe(16_384);
    const raw = await Raw.open(server.ports.mqtt);
    raw.bytes(fits);
    expect((await raw.expect("connack")).reasonCode).toBe(0);
    await raw.leave();
    for (const size of [16_385, 262_144, 200_000_000]) {
      const large = await Raw.open(server.ports.mqtt);
      const head = announced(size);
      head[0] = 0x10;
      large.bytes(head);
      expect(await large.ended()).toEqual([]);
    }
    const ws = await mqttJs(`ws://127.0.0.1:${server.ports.http}/mqtt`, TOKENS.device);
    await ws.end();
  });
  test("9: after the login in the same segment the larger limit holds", async () => {
    const raw = await Raw.open(server.ports.mqtt);
    raw.version = 5;
    const large = publishPacket(NOTE, "y".repeat(60_000), { qos: 1, packetId: 1 });
    raw.bytes(Buffer.concat([encode(5, connectPacket({ token: TOKENS.device })), encode(5, large)]));
    await raw.expect("connack");
    expect((await raw.expect("puback")).reasonCode).toBe(0);
    await raw.leave();
  });
  test("9: both are settings", async () => {
    const raw = await device(small);
    raw.bytes(announced(100_001));
    expect(await endOf(raw)).toBe(0x95);
    const early = await Raw.open(narrow.ports.mqtt);
    early.send(connectPacket({ token: TOKENS.device, clientId: "x".repeat(1024) }));
    expect(await early.ended()).toEqual([]);
  });
});

describe("9: topic levels", () => {
  const levels = (n: number, first: string): string => [first, ...Array(n - 1).fill("a")].join("/");
  test("9: a filter of 33 levels is refused with 0x8F, also with $share before it; one of 32 is a filter", async () => {
    const raw = await device(server);
    const filters = [levels(32, "dtck"), levels(33, "dtck"), `$share/g/${levels(33, "dtck")}`, `${"+/".repeat(32)}#`];
    const { reasonCodes, properties } = await raw.subscribe(filters);
    expect(reasonCodes[0]).not.toBe(0x8f);
    expect(reasonCodes.slice(1)).toEqual([0x8f, 0x8f, 0x8f]);
    expect(properties?.reasonString).toContain("32 levels");
    await raw.leave();
  });
  test("9: a topic of 33 levels, and one of 30,000, is refused and the connection goes on", async () => {
    const raw = await device(server);
    for (const n of [32, 33, 30_000]) expect(await raw.record(levels(n, "dtck-pub"), "1")).toBe(0x90);
    expect(await raw.record(NOTE, "fine")).toBe(0);
    await raw.leave();
  });
});

describe("9: receive maximum", () => {
  test.each([1, 2] as const)(
    "9: QoS %p: as many as granted are fine, one more is DISCONNECT 0x93 [MQTT-3.3.4-7]",
    async (qos) => {
      const some = (n: number) =>
        Buffer.concat(
          Array.from({ length: n }, (_, i) => encode(5, publishPacket(NOTE, `${i}`, { qos, packetId: i + 1 }))),
        );
      const good = await device(small);
      good.bytes(some(4)); // in one segment, so that none is answered before all have come
      for (let i = 1; i <= 4; i++) expect((await good.next()) as object).toMatchObject({ packetId: i, reasonCode: 0 });
      await good.leave();
      const bad = await device(small);
      bad.bytes(some(5));
      expect(await endOf(bad)).toBe(0x93);
      expect(await small.metric("fieldcast_disconnects_total", 'reason="receive maximum"')).toBeGreaterThan(0);
    },
  );
  test("9: a QoS 2 publish counts until its PUBCOMP", async () => {
    const raw = await device(small);
    for (let packetId = 1; packetId <= 4; packetId++) {
      raw.publish(NOTE, "1", { qos: 2, packetId });
      await raw.expect("pubrec");
    }
    raw.send({ type: "pubrel", packetId: 1, reasonCode: 0 });
    await raw.expect("pubcomp");
    raw.publish(NOTE, "1", { qos: 2, packetId: 5 });
    await raw.expect("pubrec");
    raw.publish(NOTE, "1", { qos: 2, packetId: 6 });
    expect(await endOf(raw)).toBe(0x93);
  });
  test("9: what was refused no longer counts", async () => {
    const raw = await device(small);
    for (let packetId = 1; packetId <= 20; packetId++) {
      raw.publish("dtck-pub/my-product/nobody/NOTE", "1", { qos: 2, packetId });
      expect((await raw.expect("pubrec")).reasonCode).toBe(0x90);
    }
    await raw.leave();
  });
  test("9: v3 has none", async () => {
    const raw = await device(small, 4);
    for (let i = 1; i <= 50; i++) raw.publish(NOTE, "1", { qos: 1, packetId: i });
    for (let i = 1; i <= 50; i++) expect((await raw.expect("puback")).packetId).toBe(i);
    await raw.leave();
  });
});

describe("9: topic aliases", () => {
  test("9: aliases up to the maximum stand for their topic [MQTT-3.3.2-12]", async () => {
    const raw = await device(small);
    await raw.subscribe(HEAR);
    for (const topicAlias of [1, 2]) {
      raw.publish(`dtck-pub/my-product/dev${topicAlias}/NOTE`, "set", { properties: { topicAlias } });
      raw.publish("", "used", { properties: { topicAlias } });
    }
    const heard = [...(await raw.heard("used")), ...(await raw.heard("used"))];
    expect(heard.map((line) => line.slice(16, 20))).toEqual(["dev1", "dev1", "dev2", "dev2"]);
    await raw.leave();
  });
  test.each([
    ["above the maximum", 3, NOTE, 0x94],
    ["0", 0, NOTE, 0x94],
    ["that was never set", 1, "", 0x82],
  ] as const)("9: an alias %s is a protocol error", async (_, topicAlias, topic, reason) => {
    const raw = await device(small);
    // by hand, for the codec does not write what is wrong
    const name = [topic.length >> 8, topic.length, ...Buffer.from(topic)];
    raw.bytes([0x30, name.length + 5, ...name, 3, 0x23, 0, topicAlias, 49]);
    expect(await endOf(raw)).toBe(reason);
  });
});

describe("9: session expiry", () => {
  test.each([
    [0, undefined],
    [3600, undefined],
    [WEEK, undefined],
    [WEEK + 1, WEEK],
    [0xffff_ffff, WEEK],
  ])("9: %p s wished", async (sessionExpiryInterval, granted) => {
    const raw = await Raw.open(server.ports.mqtt);
    const connack = await raw.connect({ token: TOKENS.device, properties: { sessionExpiryInterval } });
    expect(connack.properties?.sessionExpiryInterval).toBe(granted as number);
    await raw.leave();
  });
  test.each([4, 5] as const)("9: a session of version %p is gone after it [MQTT-4.1.0-2]", async (version) => {
    const wish = { token: TOKENS.device, clientId: `expires ${version}`, version, cleanStart: false };
    const raw = await Raw.login(small.ports.mqtt, { ...wish, properties: { sessionExpiryInterval: 600 } });
    await raw.subscribe(HEAR, 1);
    const before = await small.metric("fieldcast_sessions");
    await raw.leave();
    await until("the end of the session", async () => (await small.metric("fieldcast_sessions")) < before);
    const again = await Raw.open(small.ports.mqtt);
    expect((await again.connect(wish)).sessionPresent).toBe(false);
    await again.leave();
  });
});

describe("9: outbound window", () => {
  test.each([
    ["20 by default", () => server, 20],
    ["a setting", () => small, 3],
  ] as const)("9: for v3 clients: %s", async (_, at, window) => {
    const raw = await device(at(), 4);
    const sender = await device(at());
    await raw.subscribe(HEAR, 1);
    for (let i = 1; i <= window + 2; i++) await sender.record(NOTE, String(i));
    const ids: number[] = [];
    for (let i = 1; i <= window; i++) ids.push((await raw.expect("publish")).packetId ?? 0);
    expect(await raw.drain()).toEqual([]);
    raw.send({ type: "puback", packetId: ids[0] ?? 0, reasonCode: 0 });
    expect(payloadText(await raw.expect("publish"))).toBe(String(window + 1));
    expect(await raw.drain()).toEqual([]);
    await raw.leave();
    await sender.leave();
  });
});

describe("9: what waits for a client", () => {
  test("9: the oldest messages of a full queue go, counted and logged", async () => {
    // connected all the time, for sessions of this server end after a second
    const session = { token: TOKENS.viewer, clientId: "full", properties: { receiveMaximum: 1 } };
    const slow = await Raw.login(small.ports.mqtt, session);
    await slow.subscribe("dtck/my-product/dev20/+", 1);
    const sender = await device(small);
    for (let i = 0; i < 26; i++) await sender.record("dtck-pub/my-product/dev20/TEMPERATURE", String(i));
    const first = await slow.expect("publish"); // in flight: it cannot go
    expect(payloadText(first)).toBe("0");
    expect(await slow.drain()).toEqual([]);
    slow.send({ type: "puback", packetId: first.packetId ?? 0, reasonCode: 0 });
    const heard = (await slow.heard("25")).map((line) => Number(line.split(" ")[1]));
    expect(heard).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
    expect(await small.metric("fieldcast_messages_dropped_total", 'reason="queue_full"')).toBe(15);
    expect(small.log()).toMatch(/"client":"full"/);
    await slow.leave();
    await sender.leave();
  });
  test("9: the same for an absent client", async () => {
    const own = await startServer({ flags: ["--max-queued-messages", "10"] });
    const session = { token: TOKENS.viewer, clientId: "away", cleanStart: false };
    const first = await Raw.login(own.ports.mqtt, { ...session, version: 4 });
    await first.subscribe("dtck/my-product/dev20/+", 1);
    await first.leave();
    const sender = await device(own);
    for (let i = 0; i < 25; i++) await sender.record("dtck-pub/my-product/dev20/TEMPERATURE", String(i));
    await own.kill9();
    await own.restart(); // and so it stays
    const again = await Raw.open(own.ports.mqtt);
    expect((await again.connect({ ...session, version: 4 })).sessionPresent).toBe(true);
    const heard = (await again.heard("24")).map((line) => Number(line.split(" ")[1]));
    expect(heard).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    await own.remove();
  });

  test.each([
    ["1 MiB by default", () => server, 1_048_576],
    ["a setting", () => small, 16_384],
  ] as const)(
    "9: unsent output: %s: QoS 0 is dropped for a slow reader and counted, QoS 1 waits",
    async (_, at, limit) => {
      const dropped = () => at().metric("fieldcast_messages_dropped_total", 'reason="qos0_slow_reader"');
      const before = await dropped();
      const slow = await Raw.login(at().ports.mqtt, { token: TOKENS.viewer, clientId: "slow" });
      const quick = await Raw.login(at().ports.mqtt, { token: TOKENS.viewer, clientId: "quick" });
      await slow.subscribe("dtck/my-product/dev30/NOTE", 0);
      await slow.subscribe("dtck/my-product/dev30/TEMPERATURE", 1);
      await quick.subscribe("dtck/my-product/dev30/NOTE", 0);
      const sender = await device(at());
      slow.socket.pause();
      const text = "z".repeat(30_000);
      let n = 0;
      await until("a drop", async () => {
        for (let i = 0; i < 20; i++) await sender.record("dtck-pub/my-product/dev30/NOTE", `${n++}${text}`);
        return (await dropped()) > before;
      });
      expect(await at().metric("fieldcast_outbox_bytes")).toBeLessThan(limit + 100_000);
      const queued = Math.min(10, at() === small ? 9 : 10);
      for (let i = 0; i < queued; i++) await sender.record("dtck-pub/my-product/dev30/TEMPERATURE", String(i));
      for (let i = 0; i < n; i++) await quick.expect("publish"); // nobody else lost anything
      slow.socket.resume();
      const numbers: string[] = [];
      let notes = 0;
      while (numbers.length < queued) {
        const packet = await slow.expect("publish");
        if (packet.qos === 0) notes++;
        else {
          numbers.push(payloadText(packet));
          slow.send({ type: "puback", packetId: packet.packetId ?? 0, reasonCode: 0 });
        }
      }
      expect(numbers).toEqual(Array.from({ length: queued }, (_, i) => String(i)));
      expect(notes + ((await dropped()) - before)).toBe(n);
      await sender.record("dtck-pub/my-product/dev30/NOTE", "hears again");
      expect(await slow.heard("hears again")).toHaveLength(1);
      for (const raw of [slow, quick, sender]) await raw.leave();
    },
  );
});

test("9: filters of one session", async () => {
  const raw = await device(small);
  const { reasonCodes, properties } = await raw.subscribe(["a", "b", "c", "d"].map((f) => `dtck/my-product/${f}/+`));
  expect(reasonCodes).toEqual([0, 0, 0, 0x97]);
  expect(properties?.reasonString).toContain("at most 3 filters");
  const deep = `dtck/${"+/".repeat(40)}#`;
  expect((await raw.subscribe(deep)).reasonCodes).toEqual([0x8f]);
  const refused = (reason: string) => small.metric("fieldcast_subscriptions_refused_total", `reason="${reason}"`);
  expect([await refused("too_many_filters"), await refused("invalid_filter")]).toEqual([1, 1]);
  expect((await raw.subscribe("dtck/my-product/a/+")).reasonCodes).toEqual([0]); // replaces
  await raw.leave();
});

describe("9: connections", () => {
  test("9: no CONNECT in time: closed, on every listener", async () => {
    const { ports } = narrow;
    const silent = await Raw.open(ports.mqtt);
    const halfway = await Raw.open(ports.mqtt);
    halfway.bytes([0x10, 100, 0, 4, 77, 81]);
    const tls = await Raw.open(ports.mqtts, narrow.caFile);
    const noHandshake = await Raw.open(ports.mqtts);
    const ws = new WebSocket(`ws://127.0.0.1:${ports.http}/mqtt`, ["mqtt"]);
    const wsClosed = new Promise<void>((resolve) => {
      ws.onclose = () => resolve();
    });
    for (const raw of [silent, halfway, tls, noHandshake]) expect(await raw.ended()).toEqual([]);
    await within("the end of the WebSocket", wsClosed);
    expect(await narrow.metric("fieldcast_disconnects_total", 'reason="no CONNECT"')).toBeGreaterThanOrEqual(4);
    await until("room", async () => (await narrow.metric("fieldcast_connections")) === 0);
  });
  test("9: who has sent its CONNECT stays", async () => {
    const raw = await device(narrow);
    const silent = await Raw.open(narrow.ports.mqtt);
    expect(await silent.ended()).toEqual([]);
    expect(await raw.drain()).toEqual([]);
    await raw.leave();
  });
  test("9: as many as set; one more is closed at once and counted, and there is room when one goes", async () => {
    const { ports } = narrow;
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => device(narrow)));
    const refused = await narrow.metric("fieldcast_connections_refused_total");
    const sixth = connectTcp(ports.mqtt, "127.0.0.1");
    sixth.on("error", () => {}); // a reset is an end too
    await within("the end of the sixth", new Promise<void>((resolve) => sixth.once("close", () => resolve())));
    await expect(mqttJs(`ws://127.0.0.1:${ports.http}/mqtt`, TOKENS.device)).rejects.toThrow();
    expect(await narrow.metric("fieldcast_connections_refused_total")).toBe(refused + 2);
    expect((await narrow.http("/healthz")).status).toBe(200);
    for (const raw of all) expect(await raw.drain()).toEqual([]);
    await all[0]?.leave();
    const next = await until("room for one", () => device(narrow).catch(() => null));
    for (const raw of [next, ...all.slice(1)]) await raw.leave();
  });
});
