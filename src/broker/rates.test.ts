import { describe, expect, test } from "bun:test";
import type { Packet } from "../codec/index.ts";
import { type FakeWire, OTHER, publishOf, Rig } from "./rig.testing.ts";

const T = "dtck-pub/p/d1/T";
const acked = (from: number, n: number): Packet[] =>
  Array.from({ length: n }, (_, i) => publishOf(T, String(from + i), { qos: 1, packetId: from + i }));
/** How many PUBACKs came since the last call, in order from `from` on. */
function acks(wire: FakeWire, from: number): number {
  const heard = wire.heard();
  expect(heard).toEqual(heard.map((_, i) => `puback ${from + i} 0`));
  return heard.length;
}

describe("--max-publish-rate", () => {
  test("who publishes faster is read slower: all of it is recorded, in order, and nobody else waits", async () => {
    const rig = new Rig({ maxPublishRate: 10 });
    const fast = await rig.login({ clientId: "fast" });
    const slow = await rig.login({ clientId: "slow" });
    fast.send(...acked(1, 35));
    await rig.settle();
    expect([acks(fast, 1), fast.paused]).toEqual([10, true]);
    slow.send(...acked(1, 5));
    await rig.settle();
    expect([acks(slow, 1), slow.paused]).toEqual([5, false]);
    let seen = 10;
    for (let second = 0; second < 2; second++) {
      await rig.pass(1);
      seen += acks(fast, seen + 1);
      expect(seen).toBeGreaterThanOrEqual(10 + 9 * (second + 1));
      expect(seen).toBeLessThanOrEqual(10 + 11 * (second + 1));
      expect(fast.paused).toBe(true);
    }
    await rig.pass(2);
    expect(seen + acks(fast, seen + 1)).toBe(35);
    expect(fast.paused).toBe(false);
    expect(rig.metrics.publishersSlowed.get("connection")).toBeGreaterThan(0);
    expect(rig.logged.filter(({ text }) => text.includes("--max-publish-rate"))).toHaveLength(1);
    expect(rig.store.rows).toBe(40);
  });
  test("only publishes count; other packets behind one wait with it, in their order", async () => {
    const rig = new Rig({ maxPublishRate: 2 });
    const wire = await rig.login();
    for (let i = 0; i < 20; i++) wire.send({ type: "pingreq" });
    await rig.settle();
    expect(wire.heard()).toHaveLength(20);
    wire.send(...acked(1, 3), { type: "pingreq" });
    await rig.settle();
    expect(wire.heard()).toEqual(["puback 1 0", "puback 2 0"]);
    await rig.pass(1);
    expect(wire.heard().sort()).toEqual(["pingresp", "puback 3 0"]);
  });
  test("--max-publish-byte-rate: a large publish passes, and is paid for", async () => {
    const rig = new Rig({ maxPublishByteRate: 1000 });
    const wire = await rig.login();
    const large = publishOf(T, " ".repeat(5000) + 1, { qos: 1, packetId: 1 });
    wire.send(large, ...acked(2, 1));
    await rig.settle();
    expect(acks(wire, 1)).toBe(1);
    await rig.pass(3);
    expect(acks(wire, 2)).toBe(0);
    await rig.pass(2);
    expect(acks(wire, 2)).toBe(1);
  });
  test("what comes in pieces while nothing is read keeps its order", async () => {
    const rig = new Rig({ maxPublishRate: 1 });
    const wire = await rig.login();
    wire.send(...acked(1, 1));
    for (let i = 2; i <= 5; i++) wire.send(...acked(i, 1)); // a wire may deliver what it has read already
    await rig.pass(6);
    expect(acks(wire, 1)).toBe(5);
  });
  test("the silence of one that is not read is not its own: its keep alive does not run out", async () => {
    const rig = new Rig({ maxPublishByteRate: 100 });
    const wire = await rig.login({ keepAlive: 2 });
    wire.send(publishOf(T, " ".repeat(2000) + 1));
    await rig.pass(15);
    expect(wire.ended).toBe(false);
    await rig.pass(12);
    expect(wire.ended).toBe(true); // now it is
  });
  test("2: what came before the end of a connection is recorded, also while it is slowed", async () => {
    for (const end of ["lost", "fin"] as const) {
      const rig = new Rig({ maxPublishRate: 2 });
      const wire = await rig.login();
      wire.send(...acked(1, 9));
      if (end === "lost") {
        wire.lost();
        await rig.settle(); // nobody is left to be slowed, and its session is to know that it is away
      } else {
        wire.listener?.ended();
        await rig.pass(40);
      }
      expect(rig.store.rows).toBe(9);
      expect(rig.broker.connections.size).toBe(0);
    }
  });
  test("one that ends while it waits is forgotten", async () => {
    const rig = new Rig({ maxPublishRate: 2, maxAccountPublishRate: 3 });
    const wire = await rig.login({ clientId: "same" });
    wire.send(...acked(1, 9));
    await rig.settle();
    await rig.login({ clientId: "same" }); // taken over
    await rig.pass(20);
    expect(rig.store.rows).toBe(2);
  });
});

describe("--max-account-publish-rate", () => {
  test("all connections of an account share it, in turn; another account has its own", async () => {
    const rig = new Rig({ maxAccountPublishRate: 10 });
    rig.grant([{ scope: "all", can: ["record_measurements"] }]);
    const ours = await Promise.all([1, 2, 3].map((i) => rig.login({ clientId: `c${i}` })));
    const other = await rig.login({ clientId: "other", token: OTHER });
    for (const wire of ours) wire.send(...acked(1, 100));
    other.send(...acked(1, 8));
    await rig.settle();
    expect(acks(other, 1)).toBe(8);
    const seen = [0, 0, 0];
    for (let second = 0; second < 9; second++) {
      await rig.pass(1);
      for (const [i, wire] of ours.entries()) seen[i] = (seen[i] ?? 0) + acks(wire, (seen[i] ?? 0) + 1);
    }
    const sum = seen.reduce((a, b) => a + b);
    expect(sum).toBeGreaterThanOrEqual(95);
    expect(sum).toBeLessThanOrEqual(105);
    expect(Math.min(...seen)).toBeGreaterThan(20);
    expect(rig.metrics.publishersSlowed.get("account")).toBeGreaterThan(0);
  });
  test("HTTP takes from the same: 0 while there is room, otherwise the seconds to wait; MQTT then waits as well", async () => {
    const rig = new Rig({ maxAccountPublishRate: 2 });
    const { rates } = rig.broker;
    expect([1, 2, 3].map(() => rates.request("a:1", 10))).toEqual([0, 0, 1]);
    const wire = await rig.login();
    wire.send(...acked(1, 2));
    await rig.settle();
    expect(acks(wire, 1)).toBe(1); // it was read before anybody knew
    expect(rates.request("a:1", 10)).toBe(1);
    await rig.pass(5);
    expect(rates.request("a:1", 10)).toBe(0);
    expect(new Rig().broker.rates.request("a:1", 1e9)).toBe(0);
  });
  test("accounts that rest are forgotten", async () => {
    const rig = new Rig({ maxAccountPublishRate: 2 });
    const { rates } = rig.broker;
    const lane = rates.lane("a:1");
    rates.request("a:1", 1);
    await rig.pass(0.001);
    rates.tick(rig.now);
    expect(rates.lane("a:1")).toBe(lane);
    await rig.pass(3);
    expect(rates.lane("a:1")).not.toBe(lane);
  });
});

test("without a rate nothing is counted", async () => {
  const rig = new Rig();
  const wire = await rig.login();
  expect(rig.broker.rates.paceOf("a:1")).toBeNull();
  wire.send(...acked(1, 1000));
  await rig.settle();
  expect([acks(wire, 1), wire.paused]).toEqual([1000, false]);
});
