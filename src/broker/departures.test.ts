import { describe, expect, test } from "bun:test";
import type { ConnectPacket } from "../codec/index.ts";
import { connectOf, type FakeWire, publishOf, Rig, willOf } from "./rig.testing.ts";

const HOUR = { sessionExpiryInterval: 3600 };
type Wish = Partial<ConnectPacket>;
/** A client that hears every measurement of product p. */
async function listener(rig: Rig): Promise<FakeWire> {
  const wire = await rig.login({ clientId: "listener" });
  const options = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
  wire.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/#", ...options }] });
  await rig.settle();
  wire.got();
  return wire;
}
const WILL = ["publish dtck/p/d1/T 1"];

describe("takeover: the older connection's will [MQTT-3.1.4-3], section 3.1.4", () => {
  test.each<[string, Wish, Wish, string[], boolean]>([
    [
      "no delay: it is sent, the session goes on",
      { will: willOf("1"), properties: HOUR },
      { cleanStart: false },
      WILL,
      true,
    ],
    ["a delay: it is not sent", { will: willOf("1", 60), properties: HOUR }, { cleanStart: false }, [], true],
    ["a delay, but a clean start ends the session", { will: willOf("1", 60), properties: HOUR }, {}, WILL, false],
    ["a delay, but its session ends with it", { will: willOf("1", 60) }, { cleanStart: false }, WILL, false],
    ["v3.1.1, clean", { version: 4, will: willOf("1") }, { version: 4 }, WILL, false],
    [
      "v3.1.1, not clean",
      { version: 4, cleanStart: false, will: willOf("1") },
      { version: 4, cleanStart: false },
      WILL,
      true,
    ],
    [
      "by a v5 client of a v3 session",
      { version: 4, cleanStart: false, will: willOf("1") },
      { cleanStart: false },
      WILL,
      true,
    ],
  ])("%s", async (_, first, second, heard, present) => {
    const rig = new Rig();
    const ears = await listener(rig);
    const old = await rig.login(first);
    const next = rig.open();
    next.send(connectOf(second));
    await rig.settle();
    expect(next.got()).toMatchObject([{ type: "connack", reasonCode: 0, sessionPresent: present }]);
    expect(old.heard()).toEqual(old.version === 5 ? ["disconnect 142"] : []);
    expect(old.ended).toBe(true);
    expect(ears.heard()).toEqual(heard);
    await rig.pass(120);
    expect(ears.heard()).toEqual([]); // nor later
  });
});

describe("the end of a connection: will, and what becomes of the session [MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT-3.1.2-10]", () => {
  const bye = (wire: FakeWire, reasonCode: number, expiry?: number): void =>
    wire.send({
      type: "disconnect",
      reasonCode,
      ...(expiry !== undefined && { properties: { sessionExpiryInterval: expiry } }),
    });
  const after = { will: willOf("1", 10), properties: HOUR };
  test.each<
    [string, Wish, (wire: FakeWire) => void, at: number | null, sessionAfter: readonly [seconds: number, boolean][]]
  >([
    [
      "lost",
      { will: willOf("1"), properties: HOUR },
      (w) => w.lost(),
      0,
      [
        [3590, true],
        [20, false],
      ],
    ],
    ["lost, will delayed", after, (w) => w.lost(), 10, [[60, true]]],
    [
      "lost, the delay ends with the session",
      { will: willOf("1", 60), properties: { sessionExpiryInterval: 5 } },
      (w) => w.lost(),
      5,
      [[10, false]],
    ],
    ["lost, no expiry: at once", { will: willOf("1", 60) }, (w) => w.lost(), 0, [[0, false]]],
    ["DISCONNECT 0 [MQTT-3.14.4-3]", after, (w) => bye(w, 0), null, [[60, true]]],
    ["DISCONNECT 0x04", { will: willOf("1"), properties: HOUR }, (w) => bye(w, 4), 0, [[60, true]]],
    ["DISCONNECT with expiry 0 ends the session [MQTT-4.1.0-2]", after, (w) => bye(w, 4, 0), 0, [[0, false]]],
    [
      "DISCONNECT with a shorter expiry",
      after,
      (w) => bye(w, 0, 20),
      null,
      [
        [15, true],
        [10, false],
      ],
    ],
    [
      "DISCONNECT with a longer expiry than the server grants",
      { properties: HOUR },
      (w) => bye(w, 0, 0xffff_ffff),
      null,
      [
        [604_700, true],
        [200, false],
      ],
    ],
    [
      "DISCONNECT with an expiry where CONNECT had none is a protocol error",
      { will: willOf("1") },
      (w) => bye(w, 0, 5),
      0,
      [[0, false]],
    ],
    [
      "v3 DISCONNECT [MQTT3-3.14.4-3]",
      { version: 4, cleanStart: false, will: willOf("1") },
      (w) => w.send({ type: "disconnect", reasonCode: 0 }),
      null,
      [
        [604_700, true],
        [200, false],
      ],
    ],
    [
      "a protocol error",
      { will: willOf("1"), properties: HOUR },
      (w) => w.send({ type: "suback", packetId: 1, reasonCodes: [0] }),
      0,
      [[60, true]],
    ],
  ])("%s", async (_, wish, end, at, ages) => {
    const rig = new Rig();
    const ears = await listener(rig);
    end(await rig.login(wish));
    await rig.settle();
    expect(ears.heard()).toEqual(at === 0 ? WILL : []);
    if (at !== null && at > 0) {
      await rig.pass(at - 1);
      expect(ears.heard()).toEqual([]);
      await rig.pass(1);
      expect(ears.heard()).toEqual(WILL);
    }
    for (const [seconds, there] of ages) {
      await rig.pass(seconds);
      expect(rig.metrics.sessions).toBe(there ? 2 : 1);
    }
    expect(ears.heard()).toEqual([]);
  });

  test("a will that is due is sent before the session that is over is taken over between two ticks", async () => {
    const rig = new Rig();
    const ears = await listener(rig);
    (await rig.login({ will: willOf("1", 60), properties: { sessionExpiryInterval: 5 } })).lost();
    rig.now += 5_100_000;
    const back = rig.open();
    back.send(connectOf({ cleanStart: false }));
    await rig.settle();
    expect(back.got()).toMatchObject([{ type: "connack", sessionPresent: false }]);
    expect(ears.heard()).toEqual(WILL);
  });
  test("[MQTT-3.1.3-9] a client that is back in time takes its will along", async () => {
    const rig = new Rig();
    const ears = await listener(rig);
    (await rig.login({ ...after, cleanStart: false })).lost();
    await rig.pass(9);
    await rig.login({ cleanStart: false, properties: HOUR });
    await rig.pass(60);
    expect(ears.heard()).toEqual([]);
  });
});

describe("a CONNECT with a will is answered when the will is durable [MQTT-3.1.2-7]", () => {
  test.each<[string, Wish | null, Wish, boolean]>([
    ["with one", null, { will: willOf("1") }, true],
    ["without", null, {}, false],
    ["without, where there was one", { will: willOf("1", 60), properties: HOUR }, { cleanStart: false }, true],
    ["v3.1.1", null, { version: 4, will: willOf("1") }, true],
  ])("%s", async (_, before, wish, waits) => {
    const rig = new Rig();
    if (before !== null) (await rig.login(before)).lost();
    await rig.pass(1);
    rig.store.held = true;
    const wire = rig.open();
    wire.send(connectOf(wish), { type: "pingreq" });
    await rig.pass(1);
    expect(wire.heard()).toEqual(waits ? [] : ["connack 0", "pingresp"]);
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(1);
    expect(wire.heard()).toEqual(waits ? ["connack 0", "pingresp"] : []);
  });
  test("who ends its side meanwhile gets its answer, and the will goes out", async () => {
    const rig = new Rig();
    const ears = await listener(rig);
    rig.store.held = true;
    const wire = rig.open();
    wire.send(connectOf({ will: willOf("1") }));
    wire.listener?.ended();
    await rig.pass(1);
    expect(wire.ended).toBe(false);
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(1);
    expect(wire.heard()).toEqual(["connack 0"]);
    expect(wire.ended).toBe(true);
    expect(ears.heard()).toEqual(WILL);
  });
});

describe("wills and a store that takes no data", () => {
  test("they wait until it does, and are lost to nobody", async () => {
    const rig = new Rig();
    const ears = await listener(rig);
    const brief = await rig.login({ clientId: "brief", will: willOf("1") });
    const kept = await rig.login({ clientId: "kept", will: willOf("2"), properties: HOUR });
    rig.store.failure = new Error("disk full");
    for (const wire of [brief, kept]) wire.send(publishOf("dtck-pub/p/d2/T", "9", { qos: 1, packetId: 1 }));
    await rig.pass(40);
    // the grace time is over: both were cut off
    for (const wire of [brief, kept]) expect(wire.heard()).toEqual(["disconnect 137"]);
    expect(rig.metrics.sessions).toBe(3);
    await rig.pass(100);
    rig.store.failure = null;
    await rig.pass(5);
    expect(ears.ended).toBe(false);
    expect(ears.heard().sort()).toEqual(["publish dtck/p/d1/T 1", "publish dtck/p/d1/T 2"]);
    expect(rig.store.rows).toBe(2);
    expect(rig.metrics.sessions).toBe(2);
  });
});

describe("keep alive [MQTT-3.1.2-22]", () => {
  test.each<[string, Wish, number, number | null]>([
    ["v5: closed after one and a half times [MQTT-3.2.2-22]", { keepAlive: 10 }, 15, 0x8d],
    ["v3.1.1", { version: 4, keepAlive: 10 }, 15, null],
    ["3 s: after 4.5 s", { keepAlive: 3 }, 4, 0x8d],
  ])("%s", async (_, wish, seconds, reason) => {
    const rig = new Rig();
    const wire = await rig.login(wish);
    await rig.pass(seconds - 1);
    wire.send({ type: "pingreq" });
    expect(wire.ended).toBe(false);
    await rig.pass(seconds);
    expect(wire.ended).toBe(false);
    await rig.pass(2);
    expect(wire.ended).toBe(true);
    expect(wire.heard()).toEqual(reason === null ? ["pingresp"] : ["pingresp", `disconnect ${reason}`]);
    expect(rig.metrics.disconnects.get("keep alive")).toBe(1);
  });
  test("0: never", async () => {
    const rig = new Rig();
    const wire = await rig.login();
    await rig.pass(1000);
    expect(wire.ended).toBe(false);
  });
  test("the system looks after a client that asked for none, and is not troubled for others", async () => {
    const rig = new Rig();
    expect((await rig.login({ clientId: "a", keepAlive: 0 })).isProbed).toBe(true);
    expect((await rig.login({ clientId: "b", keepAlive: 60 })).isProbed).toBe(false);
  });
  test("a client that reads nothing is closed, too, though the server has stopped to read from it", async () => {
    const rig = new Rig({ maxUnsent: 20_000 });
    const ears = await rig.login({ clientId: "ears", keepAlive: 10 });
    const options = { qos: 0 as const, noLocal: false, retainAsPublished: false, retainHandling: 0 as const };
    ears.send({ type: "subscribe", packetId: 1, subscriptions: [{ filter: "dtck/p/#", ...options }] });
    await rig.settle();
    ears.room = 0;
    const mouth = await rig.login({ clientId: "mouth" });
    for (let i = 0; i < 1000; i++) mouth.send(publishOf("dtck-pub/p/d1/T", `${i}`));
    await rig.settle();
    ears.send({ type: "pingreq" });
    expect(ears.paused).toBe(true);
    await rig.pass(14);
    expect(ears.ended).toBe(false);
    await rig.pass(60);
    expect(ears.ended).toBe(true);
    expect(rig.broker.connections.size).toBe(1);
  });
});

describe("a stream that the server has ended", () => {
  test("is cut off when the client does not end it, too, and counts as long as it is there", async () => {
    const rig = new Rig({ maxConnections: 2 });
    const deaf = rig.open();
    deaf.send({ type: "pingreq" }); // not a CONNECT
    expect([deaf.ended, deaf.terminated]).toEqual([true, false]);
    const good = rig.open();
    good.send(connectOf());
    expect(rig.open().terminated).toBe(true); // there is no room
    await rig.pass(30);
    expect(deaf.terminated).toBe(true);
    expect(rig.open().terminated).toBe(false);
  });
  test("is forgotten when the client ends it", async () => {
    const rig = new Rig({ maxConnections: 1 });
    const wire = rig.open();
    wire.send({ type: "pingreq" });
    wire.lost();
    expect(rig.open().terminated).toBe(false);
    await rig.pass(30);
    expect(wire.terminated).toBe(false);
  });
});

describe("a login under an identifier whose session has just ended", () => {
  const lasting: Wish = { clientId: "c", properties: HOUR };
  test("waits until that is durable, however the session ended, and finds none", async () => {
    for (const [cleanStart, leave] of [
      [true, false],
      [false, true],
    ] as const) {
      const rig = new Rig();
      const old = await rig.login(lasting);
      rig.store.held = true;
      if (leave) old.send({ type: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
      const next = rig.open();
      next.send(connectOf({ ...lasting, cleanStart }), { type: "pingreq" });
      await rig.pass(1);
      expect(next.heard()).toEqual([]);
      rig.store.held = false;
      rig.store.answer();
      await rig.settle();
      expect(next.got()).toMatchObject([
        { type: "connack", reasonCode: 0, sessionPresent: false },
        { type: "pingresp" },
      ]);
      expect([rig.broker.ending.size, rig.broker.entering.size]).toEqual([0, 0]);
    }
  });
  test("[MQTT-3.1.4-3] a newer one ends an older one that waits, which never cuts the newer one off", async () => {
    const rig = new Rig();
    await rig.login(lasting);
    rig.store.held = true;
    const [older, newer] = [rig.open(), rig.open()];
    older.send(connectOf({ ...lasting, cleanStart: true }));
    await rig.settle();
    newer.send(connectOf({ ...lasting, cleanStart: false }));
    await rig.settle();
    expect([older.ended, newer.ended]).toEqual([true, false]);
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(1);
    expect(older.heard()).toEqual([]);
    expect(newer.heard()).toEqual(["connack 0"]);
    await rig.pass(60);
    expect(newer.ended).toBe(false);
    expect([rig.broker.ending.size, rig.broker.entering.size]).toEqual([0, 0]);
  });
  test("one that goes while it waits leaves nothing behind", async () => {
    const rig = new Rig();
    await rig.login(lasting);
    rig.store.held = true;
    const wire = rig.open();
    wire.send(connectOf({ ...lasting, cleanStart: true }));
    await rig.settle();
    wire.lost();
    rig.store.held = false;
    rig.store.answer();
    await rig.pass(1);
    expect([rig.broker.ending.size, rig.broker.entering.size, rig.broker.connections.size]).toEqual([0, 0, 0]);
  });
});
