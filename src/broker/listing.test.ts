import { describe, expect, test } from "bun:test";
import { inspectSession } from "./inspect.ts";
import { selectSessions } from "./listing.ts";
import { disconnectPrincipal } from "./rights.ts";
import { OTHER, publishOf, Rig, willOf } from "./rig.testing.ts";
import type { SessionQuery } from "./types.ts";

const START = 1_700_000_000_000_000;
const subscribe = (packetId: number, ...filters: string[]) => ({
  type: "subscribe" as const,
  packetId,
  subscriptions: filters.map((filter) => ({
    filter,
    qos: 2 as const,
    noLocal: false,
    retainAsPublished: true,
    retainHandling: 1 as const,
  })),
  properties: { subscriptionIdentifier: 7 },
});

/** Sessions a, b (away) and c of TOKEN, and b of OTHER; each a second after the one before. */
async function four() {
  const rig = new Rig();
  const a = await rig.login({ clientId: "a" });
  rig.now += 1e6;
  const away = await rig.login({ clientId: "b", properties: { sessionExpiryInterval: 1000 } });
  rig.now += 1e6;
  const c = await rig.login({ clientId: "c" });
  rig.now += 1e6;
  const other = await rig.login({ clientId: "b", token: OTHER });
  rig.now += 1e6;
  away.lost();
  await rig.settle();
  const ids = (query: Partial<SessionQuery> = {}) =>
    selectSessions(rig.broker, { limit: 100, ...query }).sessions.map((s) => `${s.principal} ${s.clientId}`);
  return { rig, ids, a, c, other };
}

describe("selectSessions", () => {
  test("filters", async () => {
    const { ids } = await four();
    expect(ids()).toEqual(["a:1 a", "a:1 b", "a:1 c", "a:2 b"]);
    expect(ids({ principal: "a:2" })).toEqual(["a:2 b"]);
    expect(ids({ principal: "a:9" })).toEqual([]);
    expect(ids({ client: "b" })).toEqual(["a:1 b", "a:2 b"]);
    expect(ids({ contains: "B" })).toEqual([]);
    expect(ids({ contains: "" })).toHaveLength(4);
    expect(ids({ connected: false })).toEqual(["a:1 b"]);
    expect(ids({ connected: true, principal: "a:1" })).toEqual(["a:1 a", "a:1 c"]);
    expect(ids({ after: { created: START + 1e6, principal: "a:1", clientId: "b" } })).toEqual(["a:1 c", "a:2 b"]);
  });
  test("orders; what is beyond the limit counts", async () => {
    const { rig, ids, c } = await four();
    c.send(subscribe(1, "dtck/p/+/+", "dtck/kept/+/+"));
    await rig.settle();
    expect(ids({ sort: "since", limit: 2 })).toEqual(["a:1 b", "a:2 b"]);
    expect(ids({ sort: "client", limit: 3 })).toEqual(["a:1 a", "a:1 b", "a:2 b"]);
    for (const sort of ["subscriptions", "bytes"] as const) expect(ids({ sort, limit: 1 })).toEqual(["a:1 c"]);
    for (const sort of ["age", "in-flight", "waiting"] as const) expect(ids({ sort, limit: 1 })).toEqual(["a:1 a"]);
    expect(selectSessions(rig.broker, { limit: 1 }).total).toBe(4);
  });
  test("many sessions with a small limit: the list is the same as a full one's beginning", async () => {
    const rig = new Rig({ maxConnections: 5000 });
    for (let i = 0; i < 2500; i++) {
      rig.now += 1;
      await rig.login({ clientId: `c${(i * 7919) % 2500}` });
    }
    const all = selectSessions(rig.broker, { limit: 5000, sort: "client" }).sessions;
    expect(selectSessions(rig.broker, { limit: 10, sort: "client" }).sessions).toEqual(all.slice(0, 10));
  });
});

describe("inspectSession", () => {
  test("everything of a session that is connected", async () => {
    const rig = new Rig();
    const wire = await rig.login({
      clientId: "x",
      keepAlive: 60,
      will: willOf("secret", 5),
      properties: { sessionExpiryInterval: 100, receiveMaximum: 1 },
    });
    wire.send(subscribe(1, "dtck/p/*/+"));
    await rig.settle();
    wire.send(publishOf("dtck-pub/p/d1/T", "1", { qos: 2, packetId: 9 }));
    await rig.settle();
    wire.send(publishOf("dtck-pub/p/d1/T", "x", { qos: 1, packetId: 10 }));
    wire.send(publishOf("dtck-pub/p/d2/T", "2"));
    await rig.pass(1);
    wire.send({ type: "pubrec", packetId: 1, reasonCode: 0 });
    await rig.settle();
    const seen = inspectSession(rig.broker, "a:1", "x");
    expect(seen).toMatchObject({
      principal: "a:1",
      connected: true,
      remote: "192.0.2.1",
      transport: "tcp",
      tls: null,
      version: 5,
      expiry: 100,
      stored: true,
      keepAlive: 60,
      subscriptions: 1,
      filters: [
        {
          filter: "dtck/p/*/+",
          canonical: "dtck/p/+/+",
          qos: 2,
          noLocal: false,
          retainAsPublished: true,
          retainHandling: 1,
          identifier: 7,
        },
      ],
      incoming: 1,
      incomingUnreleased: { count: 1, ids: [9] },
      outgoingUnreleased: { count: 1, ids: [1] },
      inFlight: 1,
      maxInFlight: 1,
      waiting: 1,
      pause: "inflight_full",
      dropped: 0,
      storedChunks: 0,
      will: { topic: "dtck-pub/p/d1/T", delay: 5, payloadBytes: 6, due: null },
      lastRefusal: { code: "invalid_value" },
      lastEnd: null,
      packetsIn: 6,
      packetsOut: 6,
    });
    // CONNACK, SUBACK, PUBREC, PUBACK, PUBLISH, PUBREL
    expect(seen?.waitingBytes).toBeGreaterThan(0);
    expect(seen?.bytesIn).toBeGreaterThan(100);
    expect(seen?.bytesOut).toBe(rig.metrics.bytesSent);
    expect(JSON.stringify(seen)).not.toContain("secret");
  });
  test("away: how it ended, and when the will fires", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "x", will: willOf("1", 50), properties: { sessionExpiryInterval: 100 } });
    wire.send({ type: "pingresp" });
    await rig.settle();
    expect(inspectSession(rig.broker, "a:1", "x")).toMatchObject({
      connected: false,
      remote: null,
      lastHeard: null,
      will: { due: rig.now + 50e6 },
      lastEnd: { why: "protocol error", reason: 0x82, byClient: false, time: rig.now },
    });
  });
  test("a refused filter is a last refusal, too; there is nothing to tell of others", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "x", token: OTHER });
    wire.send(subscribe(1, "dtck/p/+/+"));
    await rig.settle();
    expect(inspectSession(rig.broker, "a:2", "x")?.lastRefusal?.code).toBe("not_allowed");
    for (const id of ["y", "__proto__", ""]) expect(inspectSession(rig.broker, "a:2", id)).toBeNull();
    expect(inspectSession(rig.broker, "a:1", "x")).toBeNull();
  });
  test("of a great many filters the first are shown, all are counted", async () => {
    const rig = new Rig({ maxSubscriptions: 5000 });
    const wire = await rig.login({ clientId: "x" });
    wire.send(subscribe(1, ...Array.from({ length: 3000 }, (_, i) => `dtck/p/d${i}/+`)));
    await rig.settle();
    const seen = inspectSession(rig.broker, "a:1", "x");
    expect([seen?.subscriptions, seen?.filters.length]).toEqual([3000, 1000]);
  });
  test("QoS 0 deliveries count once each, however they were encoded", async () => {
    const rig = new Rig();
    const heard = async (clientId: string, more = {}) => {
      const wire = await rig.login({ clientId, ...more });
      const { subscriptions } = subscribe(1, "dtck/p/+/+");
      wire.send({ type: "subscribe", packetId: 1, subscriptions: subscriptions.map((s) => ({ ...s, qos: 0 })) });
      await rig.settle();
      return wire;
    };
    await heard("one");
    await heard("two", { properties: { maximumPacketSize: 1000 } });
    const pub = await rig.login({ clientId: "pub" });
    pub.send(...Array.from({ length: 5 }, (_, i) => publishOf("dtck-pub/p/d1/T", String(i))));
    await rig.pass(1);
    for (const id of ["one", "two"]) expect(inspectSession(rig.broker, "a:1", id)?.packetsOut).toBe(7);
  });
});

test("disconnectPrincipal ends all connections of an account with 0x98, nobody else's, and wills fire", async () => {
  const rig = new Rig();
  const mine = [await rig.login({ clientId: "a", will: willOf("7") }), await rig.login({ clientId: "b" })];
  const other = await rig.login({ clientId: "a", token: OTHER });
  expect(disconnectPrincipal(rig.broker, "a:1")).toBe(2);
  await rig.pass(1);
  for (const wire of mine) expect([wire.heard(), wire.ended]).toEqual([["disconnect 152"], true]);
  expect([other.heard(), other.ended]).toEqual([[], false]);
  expect(rig.store.rows).toBe(1);
  expect(disconnectPrincipal(rig.broker, "a:1")).toBe(0);
});
