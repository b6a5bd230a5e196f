import { describe, expect, test } from "bun:test";
import type { ConnectPacket, Packet } from "../codec/index.ts";
import { connectOf, type FakeWire, OTHER, publishOf, Rig } from "./rig.testing.ts";

const reasons = (wire: FakeWire): string[] => wire.heard();
const subscribe = (packetId: number, ...filters: string[]): Packet => ({
  type: "subscribe",
  packetId,
  subscriptions: filters.map((filter) => ({
    filter,
    qos: 0,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
  })),
});
const warnings = (rig: Rig): string[] => rig.logged.filter(({ level }) => level === "warn").map(({ text }) => text);

describe("who may connect at all", () => {
  test("--max-connections-per-address: others come in all the same; a place is free again when its stream is gone", async () => {
    const rig = new Rig({ maxConnectionsPerAddress: 2 });
    const [first] = [rig.open("203.0.113.1"), rig.open("::ffff:203.0.113.1")];
    expect(rig.open("203.0.113.1").terminated).toBe(true);
    expect(rig.open("203.0.113.2").terminated).toBe(false);
    first.lost();
    expect(rig.open("203.0.113.1").terminated).toBe(false);
    expect(rig.open("203.0.113.1").terminated).toBe(true);
    expect(rig.metrics.connectionsRefused).toEqual(new Map([["address", 2]]));
    expect(warnings(rig)).toEqual(["no room for more connections (--max-connections-per-address)"]);
    expect(rig.logged.find(({ level }) => level === "warn")?.fields).toEqual({ limit: 2, remote: "203.0.113.1" });
  });
  test("--max-connections-per-address: one that we have ended counts until its stream is gone, or was cut off", async () => {
    const rig = new Rig({ maxConnectionsPerAddress: 1, connectTimeout: 1 });
    const wire = rig.open("203.0.113.1");
    await rig.pass(2);
    expect(wire.ended).toBe(true);
    expect(rig.open("203.0.113.1").terminated).toBe(true);
    await rig.pass(12);
    expect(wire.terminated).toBe(true);
    expect(rig.open("203.0.113.1").terminated).toBe(false);
    wire.lost();
    expect(rig.open("203.0.113.1").terminated).toBe(true); // its place was given back once
  });
  test("--max-accept-rate: ten seconds' worth at once, then so many a second", async () => {
    const rig = new Rig({ maxAcceptRate: 2, maxConnections: 1000 });
    const storm = (): number => Array.from({ length: 50 }, () => rig.open()).filter((w) => !w.terminated).length;
    expect(storm()).toBe(20);
    await rig.pass(3);
    expect(storm()).toBe(6);
    expect(rig.metrics.connectionsRefused.get("accept_rate")).toBe(74);
    expect(warnings(rig)).toEqual(["no room for more connections (--max-accept-rate)"]);
    await rig.pass(60);
    storm();
    expect(warnings(rig)).toHaveLength(2);
  });
  test("--max-bytes-before-login: the oldest that have not logged in go; those that have are never touched", async () => {
    const rig = new Rig({ maxPacketBeforeLogin: 1000, maxBytesBeforeLogin: 3000 });
    const user = await rig.login();
    const idle = [rig.open(), rig.open(), rig.open(), rig.open(), rig.open()];
    expect(idle.map((w) => w.terminated)).toEqual([true, true, false, false, false]);
    expect(rig.metrics.disconnects.get("login memory")).toBe(2);
    expect(warnings(rig)).toEqual(["no room for more connections (--max-bytes-before-login)"]);
    user.send({ type: "pingreq" });
    await rig.settle();
    expect(reasons(user)).toEqual(["pingresp"]);
    idle[2]?.send(connectOf({ clientId: "late" }));
    await rig.settle();
    expect(reasons(idle[2] as FakeWire)).toEqual(["connack 0"]);
    expect(rig.open().terminated).toBe(false);
    expect(idle[3]?.terminated).toBe(false); // its login made room
  });
});

describe("limits of accounts and sessions", () => {
  test("--max-sessions-per-account: 0x97, v3 code 3; known sessions go on, and another account has its own", async () => {
    const rig = new Rig({ maxSessionsPerAccount: 2 });
    const stays = { properties: { sessionExpiryInterval: 100 } };
    const [a] = [await rig.login({ clientId: "a", ...stays }), await rig.login({ clientId: "b" })];
    for (const version of [5, 4, 3] as const) {
      const wire = rig.open();
      wire.send(connectOf({ clientId: "c", version }));
      await rig.pass(10);
      expect(reasons(wire)).toEqual([version === 5 ? "connack 151" : "connack 3"]);
    }
    expect(rig.metrics.loginsRefused.get("too_many_sessions")).toBe(3);
    await rig.login({ clientId: "c", token: OTHER });
    await rig.login({ clientId: "a", cleanStart: false, ...stays });
    expect(reasons(a)).toEqual(["disconnect 142"]);
    await rig.login({ clientId: "a", cleanStart: true });
  });
  test("--max-total-subscriptions and --max-subscribe-filters: 0x97 for the filters beyond", async () => {
    const rig = new Rig({ maxTotalSubscriptions: 3, maxSubscribeFilters: 2 });
    const a = await rig.login({ clientId: "a" });
    const b = await rig.login({ clientId: "b" });
    a.send(subscribe(1, "dtck/p/1/T", "dtck/p/2/T", "dtck/p/3/T"));
    b.send(subscribe(1, "dtck/p/1/T", "dtck/p/2/T"));
    b.send(subscribe(2, "dtck/p/1/T")); // known: no more than there were
    await rig.settle();
    expect([reasons(a), reasons(b)]).toEqual([["suback 1 0,0,151"], ["suback 1 0,151", "suback 2 0"]]);
    expect(rig.metrics.subscriptionsRefused.get("too_many_filters")).toBe(2);
    a.lost();
    b.send(subscribe(3, "dtck/p/2/T"));
    await rig.settle();
    expect(reasons(b)).toEqual(["suback 3 0"]);
  });
  test("--max-alias-bytes: the topics behind all aliases are bounded together; DISCONNECT 0x97", async () => {
    const rig = new Rig({ maxAliasBytes: 40 });
    const wire = await rig.login();
    const set = (topicAlias: number): Packet => publishOf("dtck-pub/p/d1/T", "1", { properties: { topicAlias } });
    wire.send(set(1), set(2), set(2), set(1)); // 30 bytes, however often
    await rig.settle();
    expect(reasons(wire)).toEqual([]);
    wire.send(set(3));
    await rig.settle();
    expect(reasons(wire)).toEqual(["disconnect 151"]);
    expect(rig.metrics.disconnects.get("topic alias bytes")).toBe(1);
  });
});

describe("--max-keep-alive", () => {
  async function grantedTo(rig: Rig, wish: Partial<ConnectPacket>): Promise<number | undefined> {
    const wire = rig.open();
    wire.send(connectOf({ clientId: "k", ...wish }));
    await rig.settle();
    const [connack] = wire.got();
    return connack?.type === "connack" ? connack.properties?.serverKeepAlive : -1;
  }
  test("[MQTT-3.1.2-21] v5 clients that ask for more, or for none, are told the longest; others keep theirs", async () => {
    const rig = new Rig({ maxKeepAlive: 60 });
    expect(await grantedTo(rig, { keepAlive: 0 })).toBe(60);
    expect(await grantedTo(rig, { keepAlive: 61 })).toBe(60);
    expect(await grantedTo(rig, { keepAlive: 60 })).toBeUndefined();
    expect(await grantedTo(rig, { keepAlive: 10 })).toBeUndefined();
    expect(await grantedTo(rig, { keepAlive: 0, version: 4 })).toBeUndefined();
    expect(await grantedTo(new Rig(), { keepAlive: 0 })).toBeUndefined();
  });
  test("[MQTT-3.1.2-22] [MQTT-3.1.2-21] it is held to that; a v3 client, which cannot be told, to its own", async () => {
    const rig = new Rig({ maxKeepAlive: 60 });
    const five = await rig.login({ clientId: "5", keepAlive: 0 });
    const four = await rig.login({ clientId: "4", keepAlive: 0, version: 4 });
    await rig.pass(89);
    expect(reasons(five)).toEqual([]);
    await rig.pass(3);
    expect(reasons(five)).toEqual(["disconnect 141"]);
    expect(four.ended).toBe(false);
  });
});

describe("half-open streams", () => {
  test("who ended its side and takes nothing has 30 s; who takes what is left goes when it has it", async () => {
    const rig = new Rig();
    const taking = await rig.login({ clientId: "taking" });
    const deaf = await rig.login({ clientId: "deaf" });
    for (const wire of [taking, deaf]) {
      wire.room = 0;
      wire.send({ type: "pingreq" });
      await rig.settle();
      wire.listener?.ended();
    }
    taking.room = Number.POSITIVE_INFINITY;
    taking.listener?.drained();
    expect(reasons(taking)).toEqual(["pingresp"]);
    expect([taking.ended, deaf.ended]).toEqual([true, false]);
    await rig.pass(29);
    expect(deaf.ended).toBe(false);
    await rig.pass(3);
    expect(deaf.ended).toBe(true);
    expect(rig.metrics.disconnects.get("half-open")).toBe(1);
    await rig.pass(12);
    expect(deaf.terminated).toBe(true); // it did not end its side of the stream either
  });
});
