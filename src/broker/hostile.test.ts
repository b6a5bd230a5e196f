import { expect, test } from "bun:test";
import fc from "fast-check";
import { encode, type Packet, type Qos, type Version } from "../codec/index.ts";
import { connectOf, type FakeWire, publishOf, Rig } from "./rig.testing.ts";

/** Names that are something in every JavaScript object, and other words that clients have broken servers with. */
const WORDS = [
  "p",
  "kept",
  "d1",
  "T",
  "t",
  "dtck",
  "dtck-pub",
  "dtck-errors",
  "$SYS",
  "$share",
  "g",
  "+",
  "#",
  "*",
  "",
];
const EVIL = ["__proto__", "constructor", "toString", "hasOwnProperty", "\u{1f600}", "a b", "%s", "../..", "\ufeff"];
const word = fc.constantFrom(...WORDS, ...EVIL);
const topic = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("dtck/p/+/T", "dtck/#", "#", "dtck/kept/*/t", "dtck-errors/#", "$SYS/#") },
  { weight: 3, arbitrary: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join("/")) },
);
const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("dtck-pub/p/d1/T", "dtck-pub/kept/d2/t", "dtck-pub/p/d1") },
  { weight: 1, arbitrary: topic },
);
const payload = fc.oneof(
  fc.constantFrom("1", "", "on", "null", '{"T":1}', '[{"field":"T","value":2}]', '{"__proto__":1}', '{"\\u0000":1}'),
  fc.json(),
  fc.string({ unit: "grapheme", maxLength: 300 }),
);
const id = fc.integer({ min: 1, max: 4 });
const qos = fc.constantFrom<Qos>(0, 1, 2);
const packet: fc.Arbitrary<Packet> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(name, payload, qos, id, fc.boolean(), fc.integer({ min: 0, max: 3 })).map(publish),
  },
  fc.record({
    type: fc.constantFrom("puback", "pubrec", "pubrel", "pubcomp"),
    packetId: id,
    reasonCode: fc.constant(0),
  }),
  fc.tuple(id, fc.array(fc.tuple(topic, qos, fc.constantFrom(0, 1, 2)), { minLength: 1, maxLength: 4 })).map(subscribe),
  fc.record({
    type: fc.constant("unsubscribe"),
    packetId: id,
    filters: fc.array(topic, { minLength: 1, maxLength: 3 }),
  }),
  fc.constantFrom<Packet>(
    { type: "pingreq" },
    { type: "disconnect", reasonCode: 0 },
    { type: "disconnect", reasonCode: 4 },
  ),
) as fc.Arbitrary<Packet>; // fast-check widens the words of `type`

function publish([on, text, q, n, dup, alias]: [string, string, Qos, number, boolean, number]): Packet {
  const properties = alias > 0 ? { properties: { topicAlias: alias } } : {};
  return publishOf(on, text, { qos: q, ...(q > 0 && { packetId: n, dup }), ...properties });
}
function subscribe([packetId, wishes]: [number, [string, Qos, 0 | 1 | 2][]]): Packet {
  const options = { noLocal: false, retainAsPublished: true };
  const subscriptions = wishes.map(([filter, q, retainHandling]) => ({ filter, qos: q, retainHandling, ...options }));
  return { type: "subscribe", packetId, subscriptions, properties: { subscriptionIdentifier: packetId } };
}
/** What can be sent of it; a codec of ours refuses what no client may send. */
function bytesOf(version: Version, one: Packet): Uint8Array {
  try {
    return encode(version, one);
  } catch {
    return new Uint8Array(0);
  }
}

const version = fc.constantFrom<Version>(3, 4, 5);
/** A client's life: CONNECT, packets with a byte of them spoiled now and then, how its connection ends. */
const life = fc.record({
  version,
  client: fc.constantFrom("a", "b", "__proto__"),
  clean: fc.boolean(),
  expiry: fc.constantFrom(0, 5, 1000),
  packets: fc.array(packet, { maxLength: 12 }),
  spoil: fc.option(fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }), { freq: 3 }),
  cut: fc.integer({ min: 1, max: 64 }),
  end: fc.constantFrom("lost", "fin", "stay"),
  seconds: fc.constantFrom(0, 1, 10),
  storeFails: fc.constantFrom(false, false, false, false, true),
});

test("whatever clients send: the broker answers or closes, and makes no mistake of its own", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async (lives) => {
      const rig = new Rig({ maxConnections: 100, connectTimeout: 10 });
      const wires: FakeWire[] = [];
      for (const one of lives) {
        const properties = one.version === 5 ? { properties: { sessionExpiryInterval: one.expiry } } : {};
        const hello = {
          version: one.version,
          clientId: one.client,
          cleanStart: one.clean,
          keepAlive: 30,
          ...properties,
        };
        const wire = rig.open();
        wires.push(wire);
        wire.version = null; // a spoiled CONNECT may be of another one
        const parts = [encode(one.version, connectOf(hello)), ...one.packets.map((p) => bytesOf(one.version, p))];
        const all = Buffer.concat(parts);
        if (one.spoil) all[one.spoil.at % all.length] = one.spoil.to;
        rig.store.failure = one.storeFails ? new Error("disk full") : null;
        for (let at = 0; at < all.length; at += one.cut) {
          wire.listener?.data(all.subarray(at, at + one.cut));
          if (at % 3 === 0) await rig.settle();
        }
        await rig.settle();
        if (one.end === "lost") wire.lost();
        else if (one.end === "fin") wire.listener?.ended();
        await rig.pass(one.seconds);
      }
      rig.store.failure = null;
      for (const wire of wires) wire.lost();
      await rig.pass(120);
      const mistakes = rig.logged.filter(({ text }) => text === "a connection failed");
      expect(mistakes).toEqual([]);
      // everyone has gone by now: nothing is left of their connections, nor of sessions that have ended
      expect(rig.broker.connections.size).toBe(0);
      const over = [...rig.broker.sessions.values()].filter((s) => s.isOver(rig.now));
      expect(over).toEqual([]);
      const held = [...rig.broker.sessions.values()].reduce((n, s) => n + s.outlet.subscriptions.size, 0);
      expect(rig.hub.subscriptions).toBe(held);
    }),
    { numRuns: 300 },
  );
}, 30_000);
