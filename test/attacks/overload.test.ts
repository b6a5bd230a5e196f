import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { connect as connectTcp, type Socket } from "node:net";
import { encode } from "../../src/codec/index.ts";
import { TOKENS } from "../run/fleet.ts";
import { connectPacket, publishPacket, Raw, type Wish } from "../run/raw.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until, within } from "../run/until.ts";
import { BINARY, RawWebSocket } from "../run/web-socket.ts";

/** Limits that a test can reach. */
const LIMITS = {
  "max-accept-rate": 60,
  "max-connections-per-address": 300,
  "max-sessions-per-account": 60,
  "max-subscriptions": 20_000,
  "max-total-subscriptions": 30_000,
  "max-subscribe-filters": 15_000,
  "max-queued-messages": 50,
  "max-unsent-bytes": 65_536,
  "max-publish-rate": 1000,
  "max-keep-alive": 120,
};
/** Round trips of the other client while an attack runs. */
const TRIPS = 40;
const EVIL = "127.0.0.9";
const LINE = "dtck-pub/my-product/dev90/NOTE";

let server: TestServer;
/** Somebody else, with another account, who must never notice anything. */
let other: Raw;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startServer({
    flags: Object.entries(LIMITS).flatMap(([flag, value]) => [`--${flag}`, String(value)]),
  });
  other = await Raw.login(server.ports.mqtt, { token: TOKENS.globex, clientId: "other", keepAlive: 60 });
  await other.subscribe("dtck/other-product/gdev1/TEMPERATURE", 1);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await until("their end", async () => (await server.metric("fieldcast_connections")) === 1);
  await trips();
});
afterAll(async () => {
  await other.leave();
  await server.remove();
});

/** The other client publishes, is acknowledged, and hears itself, again and again: bounded, and in order. */
async function trips(count = TRIPS): Promise<void> {
  for (let i = 0; i < count; i++) {
    expect(await other.record("dtck-pub/other-product/gdev1/TEMPERATURE", String(i))).toBe(0);
    expect(await other.heard(String(i))).toEqual([`dtck/other-product/gdev1/TEMPERATURE ${i}`]);
  }
}
/** A connection from the attacker's address. */
async function attack(wish?: Wish): Promise<Raw> {
  const raw = await Raw.open(server.ports.mqtt, undefined, EVIL);
  sockets.push(raw.socket);
  if (wish !== undefined) expect((await raw.connect({ token: TOKENS.device, ...wish })).reasonCode).toBe(0);
  return raw;
}
const refused = (reason: string): Promise<number> =>
  server.metric("fieldcast_connections_refused_total", `reason="${reason}"`);

test("a subscriber that never reads: QoS 0 is dropped for it and counted, what waits is bounded", async () => {
  const deaf = await attack({ clientId: "deaf" });
  await deaf.subscribe("dtck/my-product/dev90/NOTE");
  deaf.socket.pause();
  const writer = await attack({ clientId: "writer" });
  const text = "x".repeat(60_000);
  const dropped = () => server.metric("fieldcast_messages_dropped_total", 'reason="qos0_slow_reader"');
  await Promise.all([
    trips(),
    until("messages that are dropped", async () => {
      for (let i = 0; i < 10; i++) expect(await writer.record(LINE, text)).toBe(0);
      return (await dropped()) > 10;
    }),
  ]);
  expect(await server.metric("fieldcast_outbox_bytes")).toBeLessThan(65_536 * 4);
});

test("a subscriber that never acknowledges: its queue is bounded and loses the oldest, counted; others get all", async () => {
  const silent = await attack({ clientId: "silent", properties: { receiveMaximum: 5 } });
  const honest = await attack({ clientId: "honest" });
  for (const raw of [silent, honest]) await raw.subscribe("dtck/my-product/dev90/NOTE", 1);
  const writer = await attack({ clientId: "writer" });
  const before = await server.metric("fieldcast_messages_dropped_total", 'reason="queue_full"');
  const [seen] = await Promise.all([
    honest.heard("199"),
    trips(),
    (async () => {
      for (let i = 0; i < 200; i++) expect(await writer.record(LINE, String(i))).toBe(0);
    })(),
  ]);
  expect(seen).toHaveLength(200);
  expect(await server.metric("fieldcast_queued_messages")).toBeLessThanOrEqual(60);
  const after = await server.metric("fieldcast_messages_dropped_total", 'reason="queue_full"');
  expect(after - before).toBeGreaterThanOrEqual(140);
  expect((await silent.drain()).filter(({ type }) => type === "publish")).toHaveLength(5);
});

test("CVE-2021-33175, CVE-2021-33176: a client that subscribes a million filters holds 20,000 of them", async () => {
  const raw = await attack({ clientId: "greedy" });
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
  let granted = 0;
  const all = (async () => {
    for (let round = 0; round < 100; round++) {
      const filters = Array.from({ length: 10_000 }, (_, i) => ({ filter: `dtck/p/${round}-${i}/+`, ...options }));
      raw.send({ type: "subscribe", packetId: 1, subscriptions: filters });
      const { reasonCodes } = await raw.expect("suback");
      granted += reasonCodes.filter((code) => code === 0).length;
      expect(reasonCodes.every((code) => code === 0 || code === 0x97)).toBe(true);
    }
  })();
  await Promise.all([all, trips()]);
  expect(granted).toBe(20_000);
  expect(await server.metric("fieldcast_subscriptions")).toBe(20_001);
  expect(await server.metric("fieldcast_subscriptions_refused_total", 'reason="too_many_filters"')).toBe(980_000);
  // the server's own limit: there is room for 9,999 more
  const next = await attack({ clientId: "greedier" });
  const filters = Array.from({ length: 14_000 }, (_, i) => `dtck/q/${i}/+`);
  expect((await next.subscribe(filters)).reasonCodes.filter((code) => code === 0)).toHaveLength(9999);
  expect((await other.subscribe("dtck/other-product/gdev1/TEMPERATURE", 1)).reasonCodes).toEqual([1]); // it has this one
  const many = await attack({ clientId: "many at once" });
  const codes = (await many.subscribe(Array.from({ length: 16_000 }, (_, i) => `x/${i}`))).reasonCodes;
  expect(codes.slice(15_000).every((code) => code === 0x97)).toBe(true);
}, 60_000);

test("topics and filters that are deep, and packets that are giant", async () => {
  const raw = await attack({ clientId: "deep" });
  const deep = Array.from({ length: 30_000 }, () => "a").join("/");
  const work = (async () => {
    for (let i = 0; i < 30; i++) {
      expect(await raw.record(deep, "1")).toBe(0x90);
      expect((await raw.subscribe([deep, `${"+/".repeat(30_000)}#`])).reasonCodes).toEqual([0x8f, 0x8f]);
    }
    raw.bytes([0x30, 0xff, 0xff, 0xff, 0x7f]);
    expect((await raw.ended()).at(-1)).toMatchObject({ type: "disconnect", reasonCode: 0x95 });
  })();
  await Promise.all([work, trips()]);
});

test("a writer that is too fast is read slower: everything is recorded, and the other one is as quick as ever", async () => {
  const raw = await attack({ clientId: "fast" });
  const recorded = () => server.metric("fieldcast_measurements_recorded_total");
  const before = await recorded();
  const one = encode(5, publishPacket("dtck-pub/my-product/dev91/TEMPERATURE", "1"));
  raw.bytes(Buffer.concat(Array.from({ length: 2500 }, () => one)));
  await trips();
  await until("all of it", async () => (await recorded()) >= before + 2500 + TRIPS);
  expect(await server.metric("fieldcast_publishers_slowed_total", 'rate="connection"')).toBeGreaterThan(0);
  expect(server.log()).toContain("slows a publisher down");
});

test("over WebSocket, too: the socket is not read, whatever it is sent, and nothing is lost", async () => {
  const socket = await RawWebSocket.open(server.ports.http);
  sockets.push(socket.socket);
  const one = encode(5, publishPacket("dtck-pub/my-product/dev92/NOTE", "x".repeat(4000)));
  const frame = Buffer.concat(Array.from({ length: 100 }, () => one));
  socket.send(BINARY, encode(5, connectPacket({ token: TOKENS.device, clientId: "web" })));
  for (let i = 0; i < 25; i++) socket.send(BINARY, frame); // 10 MB; what may wait in the server is less
  socket.send(BINARY, encode(5, publishPacket("dtck-pub/my-product/dev92/NOTE", "last")));
  await trips();
  await until("the last", async () => {
    const device = await server.http("/v1/devices/dev92/", TOKENS.device);
    return (await device.text()).includes('"last"');
  });
  expect(socket.isClosed).toBe(false);
});

test("sessions of an account: 0x97 beyond the limit, while other accounts and known sessions log in", async () => {
  const stays = { properties: { sessionExpiryInterval: 1000 } };
  for (let i = 0; i < 60; i++) {
    const raw = await attack({ clientId: `s${i}`, ...stays });
    await raw.leave();
  }
  for (const [version, code] of [
    [5, 0x97],
    [4, 3],
  ] as const) {
    const raw = await attack();
    expect((await raw.connect({ token: TOKENS.device, clientId: "one more", version })).reasonCode).toBe(code);
  }
  await (await attack({ clientId: "s7", cleanStart: false, ...stays })).leave();
  await (await attack({ clientId: "x", token: TOKENS.viewer })).leave();
  expect(await server.metric("fieldcast_logins_refused_total", 'code="too_many_sessions"')).toBe(2);
  for (let i = 0; i < 60; i++) await (await attack({ clientId: `s${i}` })).leave(); // clean start, and no expiry
});

test("half-open: who ends its side is answered and let go; nobody holds a place by it", async () => {
  const raws = await Promise.all(Array.from({ length: 20 }, (_, i) => attack({ clientId: `fin${i}` })));
  for (const raw of raws) raw.fin();
  await Promise.all(raws.map((raw) => raw.closed));
  await until("room", async () => (await server.metric("fieldcast_connections")) === 1);
});

test("[MQTT-3.1.2-21] CVE-2020-13849: a client that asks for no keep alive is told one", async () => {
  const raw = await attack();
  const { properties } = await raw.connect({ token: TOKENS.device, clientId: "idle", keepAlive: 0 });
  expect(properties?.serverKeepAlive).toBe(120);
});

describe("storms of connections", () => {
  /** Opens many at once; answers how many were let in, and stay. */
  async function storm(count: number): Promise<number> {
    const all = Array.from({ length: count }, () => {
      const socket = connectTcp({ host: "127.0.0.1", port: server.ports.mqtt, localAddress: EVIL });
      sockets.push(socket);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      socket.on("error", () => resolve(false));
      socket.on("close", () => resolve(false));
      // who is let in is cut off at its first byte, as it is no CONNECT: the server has read it
      socket.once("data", () => resolve(true));
      socket.once("connect", () => socket.write(encode(5, { type: "pingreq" })));
      return promise;
    });
    return (await within("the storm", Promise.all(all))).filter(Boolean).length;
  }
  test("one address cannot take all places: those beyond its limit are closed, counted and logged", async () => {
    const idle: Raw[] = [];
    for (let i = 0; i < 300; i++) idle.push(await attack());
    const more = await Promise.all(Array.from({ length: 20 }, () => attack().catch(() => null)));
    for (const raw of more) await raw?.ended();
    expect(await refused("address")).toBe(20);
    expect(server.log()).toContain("no room for more connections (--max-connections-per-address)");
    await (await Raw.login(server.ports.mqtt, { token: TOKENS.viewer })).leave();
    expect(idle.filter(({ isClosed }) => isClosed)).toEqual([]);
  });
  test("CVE-2020-13849: more new connections a second than allowed are closed; who is connected notices nothing", async () => {
    const stormy = until("refusals", async () => {
      await storm(900);
      return (await refused("accept_rate")) > 0;
    });
    await Promise.all([stormy, trips()]);
    expect(server.log()).toContain("no room for more connections (--max-accept-rate)");
    const back = await until("room for one more", () =>
      Raw.login(server.ports.mqtt, { token: TOKENS.viewer }).catch(() => null),
    );
    await back.leave();
  });
});
