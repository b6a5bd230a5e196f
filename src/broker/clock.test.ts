import { describe, expect, test } from "bun:test";
import { connectOf, publishOf, Rig, willOf } from "./rig.testing.ts";

const HOUR = 3600 * 1e6;
const YEAR = 365 * 24 * HOUR;
/** What a wall clock may do between two moments. */
const STEPS: [string, number][] = [
  ["two hours ahead", 2 * HOUR],
  ["ten years ahead", 10 * YEAR],
  ["an hour back", -HOUR],
  ["to 1970", -56 * YEAR],
];
const subscription = {
  filter: "dtck/p/#",
  qos: 1 as const,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0 as const,
};

describe.each(STEPS)("the wall clock is set %s", (_, by) => {
  test("nobody is disconnected, and who is silent is found when his time is over", async () => {
    const rig = new Rig();
    const lively = await rig.login({ clientId: "lively", keepAlive: 60 });
    const silent = await rig.login({ clientId: "silent", keepAlive: 60 });
    await rig.pass(50);
    lively.send({ type: "pingreq" });
    rig.ahead += by;
    await rig.pass(30);
    expect([lively.ended, silent.ended]).toEqual([false, false]);
    await rig.pass(15);
    expect([lively.ended, silent.ended]).toEqual([false, true]);
    expect(silent.heard()).toEqual(["disconnect 141"]);
  });

  test("a will waits for its delay, a session with its queue for its expiry, a newcomer for its time", async () => {
    const rig = new Rig();
    const ears = await rig.login({ clientId: "ears" });
    ears.send({ type: "subscribe", packetId: 1, subscriptions: [{ ...subscription, qos: 0 }] });
    const away = await rig.login({
      clientId: "away",
      will: willOf("9", 60),
      properties: { sessionExpiryInterval: 600 },
    });
    away.send({ type: "subscribe", packetId: 1, subscriptions: [subscription] });
    const newcomer = rig.open();
    await rig.settle();
    ears.got();
    away.lost();
    await rig.settle();
    rig.ahead += by;
    await rig.pass(5);
    expect([ears.heard(), newcomer.ended]).toEqual([[], false]);
    await rig.pass(53);
    expect(ears.heard()).toEqual([]);
    await rig.pass(5);
    expect(ears.heard()).toEqual(["publish dtck/p/d1/T 9"]);
    await rig.pass(500);
    const back = rig.open();
    back.send(connectOf({ clientId: "away", cleanStart: false }));
    await rig.settle();
    expect(back.got()[0]).toMatchObject({ type: "connack", sessionPresent: true });
    await rig.settle();
    expect([back.ended, rig.broker.sessions.countOf("a:1") > 0]).toEqual([false, true]);
  });

  test("what people see of a session is by the wall clock", async () => {
    const rig = new Rig();
    await rig.login({ clientId: "c" });
    rig.ahead += by;
    await rig.pass(1);
    const [session] = [...rig.broker.sessions.values()];
    const shown = rig.broker.clock.wallOf(session?.connection?.lastSeen ?? 0);
    expect(Math.abs(shown - rig.broker.clock.micros())).toBeLessThan(5e6);
  });
});

test("messages live for their expiry whatever the wall clock does, and say what is left of it", async () => {
  for (const [, by] of STEPS) {
    const rig = new Rig();
    const away = await rig.login({ clientId: "away", properties: { sessionExpiryInterval: 6000 } });
    away.send({ type: "subscribe", packetId: 1, subscriptions: [subscription] });
    await rig.settle();
    away.got();
    away.lost();
    const sender = await rig.login({ clientId: "sender" });
    for (const expiry of [30, 300]) {
      const properties = { messageExpiryInterval: expiry };
      sender.send(publishOf("dtck-pub/p/d1/T", `${expiry}`, { properties }));
    }
    await rig.settle();
    rig.ahead += by;
    await rig.pass(60);
    const back = rig.open();
    back.send(connectOf({ clientId: "away", cleanStart: false }));
    await rig.settle();
    const heard = back.got().flatMap((p) => (p.type === "publish" ? [p] : []));
    expect(heard.map((p) => p.properties?.messageExpiryInterval)).toEqual([expect.any(Number)]);
    expect(Math.abs((heard[0]?.properties?.messageExpiryInterval ?? 0) - 240)).toBeLessThan(5);
  }
});

describe("a clock that is not set", () => {
  const lost = async () => {
    const rig = new Rig({}, { earliest: 0, freeTopics: true });
    const wires = await Promise.all(
      [5, 4].map((version) => rig.login({ clientId: `v${version}`, version: version as 4 | 5 })),
    );
    rig.ahead = -rig.now - HOUR;
    return { rig, wires };
  };
  test("acknowledges no measurement: its sender is disconnected and sends it again; rows with times are no exception", async () => {
    for (const [topic, payload] of [
      ["dtck-pub/p/d1/T", "1"],
      ["dtck-pub/p/d1", JSON.stringify([{ field: "T", value: 1, timestamp: "2026-01-01T00:00:00Z" }])],
    ] as const) {
      const { rig, wires } = await lost();
      for (const wire of wires) wire.send(publishOf(topic, payload, { qos: 1, packetId: 3 }));
      await rig.settle();
      expect(wires.map((wire) => [wire.heard(), wire.ended])).toEqual([
        [["disconnect 137"], true],
        [[], true],
      ]);
      expect(rig.metrics.refusals.get("clock_not_set")).toBe(2);
    }
  });
  test("lets nobody in, and keeps wills, until it is set", async () => {
    const { rig, wires } = await lost();
    const [five] = wires;
    rig.ahead = 0;
    const owner = await rig.login({ clientId: "w", will: willOf("7"), properties: { sessionExpiryInterval: 100 } });
    five?.send({ type: "subscribe", packetId: 1, subscriptions: [{ ...subscription, qos: 0 }] });
    await rig.settle();
    five?.got();
    rig.ahead = -rig.now - HOUR;
    owner.lost();
    const late = rig.open();
    late.send(connectOf({ clientId: "late" }));
    await rig.pass(150);
    expect([late.heard(), five?.heard()]).toEqual([["connack 136"], []]);
    rig.ahead = 0;
    await rig.pass(2);
    expect(five?.heard()).toEqual(["publish dtck/p/d1/T 7"]);
  });
});
