import { describe, expect, test } from "bun:test";
import type { ConnectPacket, Packet, PublishPacket, Qos, SubscribePacket } from "../codec/index.ts";
import { connectOf, type FakeWire, OTHER, publishOf, Rig } from "./rig.testing.ts";

const SHARED = "$share/g/dtck/p/+/T";
const LASTING = { sessionExpiryInterval: 3600 };
const text = new TextDecoder();

const subscribeTo = (filter: string, qos: Qos, identifier = 0, rap = false): SubscribePacket => ({
  type: "subscribe",
  packetId: 1,
  subscriptions: [{ filter, qos, noLocal: false, retainAsPublished: rap, retainHandling: 0 }],
  ...(identifier > 0 && { properties: { subscriptionIdentifier: identifier } }),
});
type Wish = Partial<ConnectPacket> & { token?: string };
/** A client that has subscribed; `filters` default to the shared one. */
async function member(rig: Rig, clientId: string, qos: Qos, wish: Wish = {}, ...filters: string[]): Promise<FakeWire> {
  const wire = await rig.login({ clientId, ...wish });
  for (const filter of filters.length > 0 ? filters : [SHARED]) wire.send(subscribeTo(filter, qos));
  await rig.pass(1);
  for (const answer of wire.got()) expect(answer).toMatchObject({ type: "suback", reasonCodes: [qos] });
  return wire;
}
/** A client whose session goes on; what it is sent at once can still be looked at. */
async function back(rig: Rig, clientId: string, wish: Wish): Promise<FakeWire> {
  const wire = rig.open();
  wire.send(connectOf({ clientId, ...wish }));
  await rig.pass(1);
  return wire;
}
/** Publishes values from..to of a device, one packet each. */
async function publish(rig: Rig, from: number, to = from, device = "d1"): Promise<void> {
  const wire = await rig.login({ clientId: "publisher" });
  for (let n = from; n <= to; n++) wire.send(publishOf(`dtck-pub/p/${device}/T`, String(n)));
  await rig.pass(1);
  wire.lost();
}
const publishes = (packets: readonly Packet[]): PublishPacket[] => packets.filter((p) => p.type === "publish");
/** The values that came, as `value` or `value!` with DUP. */
const values = (wire: FakeWire): string[] =>
  publishes(wire.got()).map((p) => `${text.decode(p.payload)}${p.dup ? "!" : ""}`);
/** Takes what came, and answers it fully; its values. */
async function take(rig: Rig, wire: FakeWire): Promise<string[]> {
  const came: string[] = [];
  for (let n = 0; n < 200; n++) {
    const packets = wire.got();
    if (packets.length === 0) break;
    for (const p of packets) {
      if (p.type === "pubrel") wire.send({ type: "pubcomp", packetId: p.packetId, reasonCode: 0 });
      if (p.type !== "publish") continue;
      came.push(text.decode(p.payload));
      if (p.qos > 0) wire.send({ type: p.qos === 1 ? "puback" : "pubrec", packetId: p.packetId ?? 0, reasonCode: 0 });
    }
    await rig.pass(1);
  }
  return came;
}
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);
const sorted = (some: readonly string[]): string[] => [...some].sort((a, b) => Number(a) - Number(b));

describe("each message goes to one member", () => {
  test.each([0, 1, 2] as const)("QoS %d: in rotation, also when one leaves or joins", async (qos) => {
    const rig = new Rig();
    const [a, b] = [await member(rig, "a", qos), await member(rig, "b", qos)];
    await publish(rig, 1, 100);
    const [first, second] = [await take(rig, a), await take(rig, b)];
    expect([first.length, second.length]).toEqual([50, 50]);
    expect(sorted([...first, ...second])).toEqual(numbers(1, 100));
    const c = await member(rig, "c", qos);
    b.send({ type: "unsubscribe", packetId: 9, filters: [SHARED] });
    await rig.pass(1);
    b.got();
    await publish(rig, 101, 200);
    const [third, fourth] = [await take(rig, a), await take(rig, c)];
    expect([third.length, fourth.length]).toEqual([50, 50]);
    expect(sorted([...third, ...fourth])).toEqual(numbers(101, 200));
    expect(values(b)).toEqual([]);
  });
  test("groups and ordinary subscriptions are separate: one copy for each group, and one for the ordinary ones", async () => {
    const rig = new Rig();
    const filters = [SHARED, "$share/h/dtck/p/+/T", "$share/g/dtck/p/d1/T", "dtck/p/#", "dtck/p/d1/+"];
    const one = await member(rig, "a", 1, {}, ...filters);
    await publish(rig, 1);
    expect(values(one)).toEqual(["1", "1", "1", "1"]);
    expect([rig.metrics.sharedGroups, rig.metrics.subscriptions]).toEqual([3, 5]);
    one.lost();
    await rig.pass(1);
    expect([rig.metrics.sharedGroups, rig.metrics.subscriptions]).toEqual([0, 0]);
  });
  test("v3 clients have them, too; a group's names are those of a workspace, and other filters other groups", async () => {
    const rig = new Rig();
    rig.grant([{ scope: "all", can: ["view"] }]);
    const old = await member(rig, "a", 1, { version: 4 });
    const other = await member(rig, "a", 1, { token: OTHER, version: 3 });
    await member(rig, "b", 1, {}, "$share/g/dtck/p/+/t");
    await publish(rig, 1, 10);
    expect([values(old).length, values(other).length]).toEqual([5, 5]);
    expect(rig.metrics.sharedGroups).toBe(2);
  });
  test("the QoS is that which the member was granted, with its subscription identifier [MQTT-4.8.2-3] [MQTT-3.8.4-8]", async () => {
    const rig = new Rig();
    const wires: FakeWire[] = [];
    for (const qos of [0, 1, 2] as const) {
      const wire = await rig.login({ clientId: `c${qos}` });
      wire.send(subscribeTo(SHARED, qos, 7 + qos));
      await rig.pass(1);
      wire.got();
      wires.push(wire);
    }
    await publish(rig, 1, 9);
    const came = wires.map((wire) =>
      publishes(wire.got()).map((p) => `${p.qos} ${p.properties?.subscriptionIdentifiers}`),
    );
    expect(came).toEqual([Array(3).fill("0 7"), Array(3).fill("1 8"), Array(3).fill("2 9")]);
  });
  test("no value from before the subscription is sent; RETAIN only as published", async () => {
    const rig = new Rig();
    const wire = await rig.login({ clientId: "publisher" });
    wire.send(publishOf("dtck-pub/kept/d1/T", "1"));
    await rig.pass(1);
    for (const qos of [0, 1] as const) {
      const [plain, asPublished] = [await rig.login({ clientId: "a" }), await rig.login({ clientId: "b" })];
      plain.send(subscribeTo(`$share/${qos}/dtck/kept/#`, qos));
      asPublished.send(subscribeTo(`$share/${qos}/dtck/kept/#`, qos, 0, true));
      await rig.pass(1);
      expect([plain.heard(), asPublished.heard()]).toEqual([[`suback 1 ${qos}`], [`suback 1 ${qos}`]]);
      for (const value of ["2", "3"]) wire.send(publishOf("dtck-pub/kept/d1/T", value));
      await rig.pass(1);
      expect([publishes(plain.got())[0]?.retain, publishes(asPublished.got())[0]?.retain]).toEqual([false, true]);
      plain.lost();
      asPublished.lost();
    }
  });
  test("the platform's own messages are shared, too", async () => {
    const rig = new Rig();
    const filter = "$share/g/dtck-errors/#";
    const [a, b] = [await member(rig, "a", 1, {}, filter), await member(rig, "b", 0, {}, filter)];
    rig.grant([{ scope: "all", can: ["record_measurements"] }]);
    await member(rig, "c", 1, { token: OTHER }, filter);
    for (let n = 0; n < 4; n++) await publish(rig, n, n, `none${n}`);
    expect([values(a).length, values(b).length]).toEqual([2, 2]);
  });
});

describe("a filter that is none", () => {
  test.each(["$share//dtck/#", "$share/a+/dtck/#", "$share/a#/dtck/#", "$share/a", "$share/a/", "$share/a/dtck/#/x"])(
    "%s is refused",
    async (filter) => {
      for (const [version, code] of [
        [5, 0x8f],
        [4, 0x80],
      ] as const) {
        const rig = new Rig();
        const wire = await rig.login({ version });
        wire.send(subscribeTo(filter, 1));
        await rig.pass(1);
        expect(wire.heard()).toEqual([`suback 1 ${code}`]);
      }
    },
  );
  test("the filter within is judged as any other, and SUBACK says how it is read", async () => {
    const rig = new Rig();
    rig.grant([{ scope: "product", product: 1, can: ["view"] }]);
    const wire = await rig.login({ token: OTHER });
    for (const filter of ["$share/g/dtck/kept/#", "$share/g/dtck-pub/p/#", "$share/g/$SYS/#", "$share/g/dtck/p/*/t"])
      wire.send(subscribeTo(filter, 0));
    await rig.pass(1);
    const answers = wire.got().map((p) => (p.type === "suback" ? p : null));
    expect(answers.map((p) => p?.reasonCodes[0])).toEqual([0x87, 0x87, 0x87, 0]);
    expect(answers[3]?.properties?.reasonString).toBe("The filter is read as $share/g/dtck/p/+/T");
  });
});

describe("a member that cannot take a message holds nobody up", () => {
  test.each([1, 2] as const)(
    "QoS %d: one that does not answer keeps what it has; the others get the rest",
    async (qos) => {
      const rig = new Rig();
      const small = { properties: { receiveMaximum: 3 } };
      const [lazy, busy] = [await member(rig, "a", qos, small), await member(rig, "b", qos, small)];
      await publish(rig, 1, 50);
      const kept = values(lazy);
      expect(kept.length).toBe(3);
      const rest = await take(rig, busy);
      expect(sorted([...kept, ...rest])).toEqual(numbers(1, 50));
    },
  );
  test("QoS 0: one whose network is blocked is passed over; when all are, it is dropped and counted", async () => {
    const rig = new Rig({ maxUnsent: 1000 });
    const [stuck, free] = [await member(rig, "a", 0), await member(rig, "b", 0)];
    stuck.room = 0;
    for (let n = 1; n <= 200; n += 10) await publish(rig, n, n + 9);
    const came = values(free);
    const unsent = 200 - came.length;
    expect(unsent).toBeLessThan(30);
    expect(rig.metrics.qos0Dropped).toBe(0);
    free.room = 0;
    for (let n = 201; n <= 400; n += 10) await publish(rig, n, n + 9);
    expect(rig.metrics.qos0Dropped).toBeGreaterThan(100);
    stuck.room = Number.POSITIVE_INFINITY;
    stuck.listener?.drained();
    await rig.pass(1);
    expect(values(stuck).length).toBeGreaterThanOrEqual(unsent);
  });
  test("in a group that waits, a member of QoS 0 takes no more than goes out", async () => {
    const rig = new Rig();
    const [stuck, other] = [await member(rig, "a", 0), await member(rig, "b", 1)];
    stuck.room = 0;
    // 64 KiB ahead of the network, about 2000 messages
    const rest: string[] = [];
    for (let n = 0; n < 60; n++) {
      await publish(rig, n * 100 + 1, n * 100 + 100);
      rest.push(...(await take(rig, other)));
    }
    expect(rest.length).toBeGreaterThan(3000);
    stuck.room = Number.POSITIVE_INFINITY;
    stuck.listener?.drained();
    await rig.pass(1);
    expect(sorted([...rest, ...values(stuck)])).toEqual(numbers(1, 6000));
  });
  test("one that has much of its own to send leaves them to others", async () => {
    const rig = new Rig();
    const small = { properties: { receiveMaximum: 2 } };
    const [full, free] = [await member(rig, "a", 1, small, SHARED, "dtck/p/#"), await member(rig, "b", 1)];
    await publish(rig, 1, 20);
    expect(publishes(full.got()).length).toBe(2);
    expect(values(free).length).toBeGreaterThanOrEqual(18);
  });
});

describe("members that are away", () => {
  test("what comes waits for the group, not for one of them: whoever is back gets all of it, in order", async () => {
    const rig = new Rig();
    const wish = { cleanStart: false, properties: LASTING };
    for (const id of ["a", "b"]) (await member(rig, id, 1, wish)).lost();
    await publish(rig, 1, 30);
    const b = await back(rig, "b", wish);
    expect(values(b)).toEqual(numbers(1, 30));
    const a = await back(rig, "a", wish);
    expect(values(a)).toEqual([]);
  });
  test("who is there gets it, though others are away", async () => {
    const rig = new Rig();
    (await member(rig, "a", 2, { properties: LASTING })).lost();
    const b = await member(rig, "b", 1);
    await publish(rig, 1, 30);
    expect(values(b)).toEqual(numbers(1, 30));
  });
  test("QoS 0 does not wait", async () => {
    const rig = new Rig();
    const wish = { cleanStart: false, properties: LASTING };
    (await member(rig, "a", 0, wish)).lost();
    await publish(rig, 1, 5);
    const a = await back(rig, "a", wish);
    expect([values(a), rig.metrics.qos0Dropped]).toEqual([[], 0]);
  });
  test("too many: the oldest go, counted, and logged once", async () => {
    const rig = new Rig();
    const wish = { cleanStart: false, version: 4 as const };
    // connected, so that all of it is in memory; it has taken 20
    const slow = await member(rig, "a", 1, wish);
    for (let n = 0; n < 4; n++) await publish(rig, n * 1000 + 1, n * 1000 + 1000);
    expect(rig.metrics.queueDropped).toBeGreaterThan(2900);
    expect(rig.logged.filter(({ text: said }) => said.includes("queue is full")).length).toBe(1);
    const came = await take(rig, slow);
    expect(came.length).toBe(4000 - rig.metrics.queueDropped);
    expect(came.slice(-900)).toEqual(numbers(3101, 4000));
  });
  test("what is too old when a member comes is not sent", async () => {
    const rig = new Rig();
    const wish = { cleanStart: false, properties: LASTING };
    (await member(rig, "a", 1, wish)).lost();
    const from = await rig.login({ clientId: "publisher" });
    from.send(publishOf("dtck-pub/p/d1/T", "1", { properties: { messageExpiryInterval: 10 } }));
    from.send(publishOf("dtck-pub/p/d1/T", "2", { properties: { messageExpiryInterval: 100 } }));
    await rig.pass(60);
    const a = await back(rig, "a", wish);
    expect(values(a)).toEqual(["2"]);
  });
});

describe("a member that goes with messages in flight", () => {
  const wish = { cleanStart: false, properties: LASTING };
  test("while its session lives they are its own: it gets them when it is back, nobody else [MQTT-4.8.2-4]", async () => {
    for (const qos of [1, 2] as const) {
      const rig = new Rig();
      const a = await member(rig, "a", qos, wish);
      await publish(rig, 1, 3);
      expect(values(a)).toEqual(["1", "2", "3"]);
      a.lost();
      const b = await member(rig, "b", qos, wish);
      await publish(rig, 4);
      expect(values(b)).toEqual(["4"]);
      const again = await back(rig, "a", wish);
      expect(values(again)).toEqual(["1!", "2!", "3!"]);
    }
  });
  test("its session ends: QoS 2 messages go to nobody else [MQTT-4.8.2-5], those of QoS 1 back to the group", async () => {
    for (const [qos, left] of [
      [1, ["1", "2", "3", "4"]],
      [2, ["4"]],
    ] as const)
      for (const stored of [true, false]) {
        const rig = new Rig();
        const a = await member(rig, "a", qos, stored ? wish : {});
        await publish(rig, 1, 3);
        expect(values(a)).toEqual(["1", "2", "3"]);
        const b = await member(rig, "b", qos, stored ? wish : {});
        a.send({ type: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
        await publish(rig, 4);
        expect(values(b)).toEqual([...left]);
      }
  });
  test("a refused one is over for all [MQTT-4.8.2-6]", async () => {
    for (const qos of [1, 2] as const) {
      const rig = new Rig();
      const a = await member(rig, "a", qos, wish);
      await publish(rig, 1);
      const [came] = publishes(a.got());
      a.send({ type: qos === 1 ? "puback" : "pubrec", packetId: came?.packetId ?? 0, reasonCode: 0x83 });
      const b = await member(rig, "b", qos, wish);
      a.send({ type: "disconnect", reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
      await rig.pass(1);
      expect([values(a), values(b)]).toEqual([[], []]);
    }
  });
  test("after UNSUBSCRIBE what is in flight is completed, and nothing new comes [MQTT-3.10.4-3]", async () => {
    const rig = new Rig();
    const a = await member(rig, "a", 2, wish);
    await publish(rig, 1, 2);
    expect(values(a)).toEqual(["1", "2"]);
    a.send({ type: "unsubscribe", packetId: 5, filters: [SHARED] });
    await publish(rig, 3);
    expect(values(a)).toEqual([]);
    a.lost();
    const again = await back(rig, "a", wish);
    expect(values(again)).toEqual(["1!", "2!"]);
  });
  test("the last to leave takes the queue along; one that subscribes again does not", async () => {
    const rig = new Rig();
    const small = { ...wish, properties: { ...LASTING, receiveMaximum: 1 } };
    const a = await member(rig, "a", 1, small);
    await publish(rig, 1, 5);
    expect(values(a)).toEqual(["1"]);
    a.send(subscribeTo(SHARED, 2));
    await rig.pass(1);
    a.send({ type: "puback", packetId: 1, reasonCode: 0 });
    await rig.pass(1);
    expect(publishes(a.got()).map((p) => `${text.decode(p.payload)} ${p.qos}`)).toEqual(["2 2"]);
    a.send({ type: "unsubscribe", packetId: 5, filters: [SHARED] });
    a.send(subscribeTo(SHARED, 1));
    await publish(rig, 6);
    a.send({ type: "pubrec", packetId: 2, reasonCode: 0x80 });
    await rig.pass(1);
    expect(values(a)).toEqual(["6"]);
  });
});

describe("rights", () => {
  const D1 = [{ scope: "device", device: 1, can: ["view"] }] as const;
  test("a member gets only what it may read; what another may read waits for that one", async () => {
    for (const qos of [0, 1, 2] as const) {
      const rig = new Rig();
      rig.grant(D1);
      const all = await member(rig, "all", qos, { properties: LASTING });
      const some = await member(rig, "some", qos, { token: OTHER, properties: LASTING });
      for (let n = 1; n <= 20; n++) await publish(rig, n, n, n % 2 === 0 ? "d1" : "d2");
      const [first, second] = [await take(rig, all), await take(rig, some)];
      expect(sorted([...first, ...second])).toEqual(numbers(1, 20));
      expect(second.filter((n) => Number(n) % 2 === 1)).toEqual([]);
      expect(second.length).toBeGreaterThan(3);
      all.lost();
      for (let n = 21; n <= 300; n++) await publish(rig, n, n, n <= 290 ? "d2" : "d1");
      // though 270 wait before them that are not for it
      expect(await take(rig, some)).toEqual(numbers(291, 300));
    }
  });
  test("what no member may read is not kept; what none may read any more is dropped and counted", async () => {
    const rig = new Rig();
    rig.grant(D1);
    const wish = { token: OTHER, cleanStart: false, properties: LASTING };
    (await member(rig, "some", 1, wish)).lost();
    await publish(rig, 1, 3, "d2");
    await publish(rig, 4, 6, "d1");
    const [group] = rig.hub.shares.values();
    expect(group?.waiting).toBe(3);
    rig.grant([{ scope: "device", device: 2, can: ["view"] }]);
    await publish(rig, 7, 9, "d2");
    const some = await back(rig, "some", wish);
    expect(values(some)).toEqual(["7", "8", "9"]);
    expect([rig.metrics.sharedDropped, group?.waiting]).toEqual([3, 0]);
  });
  test("a right that comes lets a member take what waited for another", async () => {
    const rig = new Rig();
    rig.grant(D1);
    const some = await member(rig, "some", 1, { token: OTHER });
    (await member(rig, "all", 1, { properties: LASTING })).lost();
    await publish(rig, 1, 3, "d2");
    expect(values(some)).toEqual([]);
    rig.grant([{ scope: "all", can: ["view"] }]);
    await rig.pass(1);
    expect(values(some)).toEqual(["1", "2", "3"]);
  });
});

test("a session that expires leaves its groups; the stored row of a group goes with the last member", async () => {
  const rig = new Rig();
  (await member(rig, "a", 1, { properties: { sessionExpiryInterval: 10 } })).lost();
  await publish(rig, 1, 5);
  const puts = rig.store.commits.flatMap(({ ops }) => ops).filter((op) => op.op === "session_put");
  const row = puts.find((op) => op.session.principal === "g:w:1");
  expect(row?.session.clientId).toBe(SHARED);
  await rig.pass(30);
  const gone = rig.store.commits.flatMap(({ ops }) => ops).filter((op) => op.op === "session_delete");
  expect(gone.map(({ id }) => id)).toContain(row?.session.id ?? 0);
  expect([rig.metrics.sharedGroups, rig.hub.subscriptions]).toEqual([0, 0]);
});

describe("free topics", () => {
  const FREE = { freeTopics: true };
  const filter = "$share/g/a/#";
  const message = (topic: string, payload: string, qos: Qos, packetId: number) =>
    publishOf(topic, payload, { qos, properties, retain: true, ...(qos > 0 && { packetId }) });
  const properties = { contentType: "x", userProperties: [["k", "v"]] as [string, string][] };
  test("each message goes to one member, with its properties, at the lower QoS of both", async () => {
    const rig = new Rig({}, FREE);
    const wires = [await member(rig, "a", 1, {}, filter), await member(rig, "b", 1, {}, filter)];
    const from = await rig.login({ clientId: "publisher" });
    for (const qos of [0, 1, 2] as const)
      for (let n = 0; n < 4; n++) {
        from.send(message(`a/${n}`, `${qos}${n}`, qos, qos * 10 + n));
        await rig.pass(1);
      }
    const came = wires.map((wire) => publishes(wire.got()));
    expect(came.map((some) => some.map((p) => p.qos))).toEqual([
      [0, 0, 1, 1, 1, 1],
      [0, 0, 1, 1, 1, 1],
    ]);
    expect(sorted(came.flat().map((p) => text.decode(p.payload)))).toEqual(
      "0 1 2 3 10 11 12 13 20 21 22 23".replaceAll(/\b(\d)\b/g, "0$1").split(" "),
    );
    for (const p of came.flat()) expect([p.properties, p.retain]).toEqual([properties, false]);
    const late = await member(rig, "c", 1, {}, filter);
    expect(publishes(late.got())).toEqual([]);
  });
  test("what waits is there for whoever is back; one's own messages count, too", async () => {
    const rig = new Rig({}, FREE);
    const wish = { cleanStart: false, properties: LASTING };
    (await member(rig, "a", 2, wish, filter)).lost();
    const from = await rig.login({ clientId: "publisher" });
    for (const qos of [0, 1, 2] as const) from.send(message("a/b", `${qos}`, qos, qos + 1));
    await rig.pass(1);
    const a = await back(rig, "a", wish);
    const [first, second, ...more] = publishes(a.got());
    expect([first?.payload, second?.payload].map((p) => text.decode(p))).toEqual(["1", "2"]);
    expect([first?.qos, second?.qos, more]).toEqual([1, 2, []]);
    expect(first?.properties).toEqual(properties);
    a.send(publishOf("a/own", "own"));
    await rig.pass(1);
    expect(values(a)).toEqual(["own"]);
  });
  test("only members that may receive the topic get it", async () => {
    const rig = new Rig({}, FREE);
    rig.grant([{ scope: "free_topics", filters: ["a/#"], except: ["a/secret"], can: ["subscribe"] }]);
    const all = await member(rig, "all", 1, {}, filter);
    const some = await member(rig, "some", 1, { token: OTHER }, filter);
    const from = await rig.login({ clientId: "publisher" });
    for (let n = 0; n < 6; n++) from.send(message("a/secret", `${n}`, 1, n + 1));
    for (let n = 6; n < 12; n++) from.send(message("a/b", `${n}`, n % 2 === 0 ? 0 : 1, n + 1));
    await rig.pass(1);
    const [first, second] = [values(all), values(some)];
    expect(sorted([...first, ...second])).toEqual(numbers(0, 11));
    expect(second.length).toBeGreaterThan(1);
    expect(second.every((n) => Number(n) >= 6)).toBe(true);
  });
});
