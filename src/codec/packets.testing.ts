import fc from "fast-check";
import type { Packet } from "./packet.ts";
import { PROPERTIES, WILL } from "./property-table.ts";
import { PacketType, type Properties, type Version } from "./types.ts";

// Random packets for property tests, of this room and of those above it.

const name = fc.constantFrom("__proto__", "constructor", "toString");
const text = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), name).map((s) => s.replaceAll("\0", ""));
const topic = text.map((s) => s.replaceAll(/[+#]/g, "_") || "t");
const filter = text.map((s) => s || "#");
const binary = fc.uint8Array({ maxLength: 40 });
const packetId = fc.integer({ min: 1, max: 65_535 });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const VALUES = {
  bit: fc.constantFrom(0, 1),
  flag: fc.boolean(),
  u16: fc.integer({ min: 1, max: 65_535 }),
  u32: fc.integer({ min: 1, max: 0xffff_ffff }),
  varint: fc.integer({ min: 1, max: 268_435_455 }),
  varints: fc.array(fc.integer({ min: 1, max: 268_435_455 }), { minLength: 1, maxLength: 4 }),
  text,
  topic,
  binary,
  pairs: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }),
};

/** `{ properties }` with at least one of what `place` may carry, or nothing. */
function properties(version: Version, place: number): fc.Arbitrary<{ properties?: Properties }> {
  const mine = PROPERTIES.filter((definition) => definition.places.includes(place));
  const model = Object.fromEntries(mine.map((definition) => [definition.name, VALUES[definition.kind]]));
  const some = fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Properties>; // kinds and names are of one table
  const full = some.filter((p) => Object.keys(p).length > 0 && !(p.authenticationData && !p.authenticationMethod));
  return version === 5 ? fc.option(full, { nil: undefined }).map((p) => (p ? { properties: p } : {})) : fc.constant({});
}

function connect(version: Version): fc.Arbitrary<Packet> {
  const will = fc
    .tuple(fc.record({ topic, payload: binary, qos, retain: fc.boolean() }), properties(version, WILL))
    .map(([base, extra]) => ({ ...base, ...extra }));
  const bridge = fc.constant(true as const);
  const required = {
    type: fc.constant("connect" as const),
    version: fc.constant(version),
    cleanStart: fc.boolean(),
    keepAlive: fc.integer({ min: 0, max: 65_535 }),
    clientId: text,
  };
  return fc
    .tuple(
      // `as []`: fast-check wants literal keys, and Object.keys gives string[]
      fc.record(
        { ...required, bridge, will, userName: text, password: binary },
        { requiredKeys: Object.keys(required) as [] },
      ),
      properties(version, PacketType.CONNECT),
    )
    .filter(([base]) => version === 5 || base.password === undefined || base.userName !== undefined)
    .map(([base, extra]) => ({ ...base, ...extra }) as Packet); // `required` names exactly the members that must be there
}

function publish(version: Version): fc.Arbitrary<Packet> {
  const base = fc.record({
    topic,
    payload: fc.uint8Array({ maxLength: 400 }),
    qos,
    dup: fc.boolean(),
    retain: fc.boolean(),
  });
  return fc.tuple(base, packetId, properties(version, PacketType.PUBLISH)).map(([p, id, extra]) => ({
    type: "publish",
    ...p,
    dup: p.dup && p.qos > 0,
    ...(p.qos > 0 ? { packetId: id } : {}),
    ...extra,
  }));
}

function ack(version: Version, type: "puback" | "pubrec" | "pubrel" | "pubcomp", number: number): fc.Arbitrary<Packet> {
  const codes = type === "puback" || type === "pubrec" ? [0, 0x10, 0x80, 0x87, 0x90, 0x97, 0x99] : [0, 0x92];
  const reasonCode = version === 5 ? fc.constantFrom(...codes) : fc.constant(0);
  return fc
    .tuple(fc.record({ packetId, reasonCode }), properties(version, number))
    .map(([base, extra]) => ({ type, ...base, ...extra }));
}

function subscribe(version: Version): fc.Arbitrary<Packet> {
  const v5 = version === 5;
  const one = fc
    .record({
      filter,
      qos,
      noLocal: v5 ? fc.boolean() : fc.constant(false),
      retainAsPublished: v5 ? fc.boolean() : fc.constant(false),
      retainHandling: v5 ? qos : fc.constant(0 as const),
    })
    .filter((s) => !(s.noLocal && s.filter.startsWith("$share/")));
  return fc
    .tuple(packetId, fc.array(one, { minLength: 1, maxLength: 5 }), properties(version, PacketType.SUBSCRIBE))
    .map(([id, subscriptions, extra]) => ({ type: "subscribe", packetId: id, subscriptions, ...extra }));
}

function subscriptionAnswers(version: Version): fc.Arbitrary<Packet>[] {
  const list = (codes: number[]) => fc.array(fc.constantFrom(...codes), { minLength: 1, maxLength: 5 });
  const granted = list(version === 5 ? [0, 1, 2, 0x87, 0xa2] : version === 4 ? [0, 1, 2, 0x80] : [0, 1, 2]);
  return [
    fc
      .tuple(packetId, granted, properties(version, PacketType.SUBACK))
      .map(([id, reasonCodes, extra]) => ({ type: "suback", packetId: id, reasonCodes, ...extra })),
    fc
      .tuple(packetId, fc.array(filter, { minLength: 1, maxLength: 5 }), properties(version, PacketType.UNSUBSCRIBE))
      .map(([id, filters, extra]) => ({ type: "unsubscribe", packetId: id, filters, ...extra })),
    fc
      .tuple(
        packetId,
        version === 5 ? list([0, 0x11, 0x87]) : fc.constant<number[]>([]),
        properties(version, PacketType.UNSUBACK),
      )
      .map(([id, reasonCodes, extra]) => ({ type: "unsuback", packetId: id, reasonCodes, ...extra })),
  ];
}

function connectionEnds(version: Version): fc.Arbitrary<Packet>[] {
  const disconnectCode = version === 5 ? fc.constantFrom(0, 4, 0x81, 0x8e, 0x9d) : fc.constant(0);
  const rest: fc.Arbitrary<Packet>[] = [
    fc
      .tuple(fc.constantFrom(0, version === 5 ? 0x87 : 5), fc.boolean(), properties(version, PacketType.CONNACK))
      .map(([reasonCode, present, extra]) => ({
        type: "connack",
        sessionPresent: present && reasonCode === 0 && version !== 3,
        reasonCode,
        ...extra,
      })),
    fc
      .tuple(disconnectCode, properties(version, PacketType.DISCONNECT))
      .map(([reasonCode, extra]) => ({ type: "disconnect", reasonCode, ...extra })),
    fc.constantFrom({ type: "pingreq" as const }, { type: "pingresp" as const }),
  ];
  if (version !== 5) return rest;
  const auth = fc
    .tuple(fc.constantFrom(0, 0x18, 0x19), text, properties(5, PacketType.AUTH))
    .map(([reasonCode, authenticationMethod, extra]): Packet => {
      return { type: "auth", reasonCode, properties: { ...extra.properties, authenticationMethod } };
    });
  return [...rest, auth];
}

/** Any packet that may be sent in `version`, in the shape in which the decoder returns it. */
export function arbitraryPacket(version: Version): fc.Arbitrary<Packet> {
  return fc.oneof(
    connect(version),
    publish(version),
    ack(version, "puback", PacketType.PUBACK),
    ack(version, "pubrec", PacketType.PUBREC),
    ack(version, "pubrel", PacketType.PUBREL),
    ack(version, "pubcomp", PacketType.PUBCOMP),
    subscribe(version),
    ...subscriptionAnswers(version),
    ...connectionEnds(version),
  );
}
