import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  CodecError,
  type ConnackPacket,
  createFrame,
  decode,
  decodeConnect,
  encode,
  encodeWithin,
  isUtf8,
  type Packet,
  type PublishPacket,
  putVarint,
  readFrame,
  VARINT_MAX,
  varintLength,
} from "./index.ts";
import { VARINT_BAD, VARINT_SHORT, varintAt } from "./varint.ts";

function reasonOf(run: () => unknown): number | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error.reason;
    throw error;
  }
  return undefined;
}

function frameOf(buf: Uint8Array) {
  const frame = createFrame();
  expect(readFrame(buf, 0, buf.length, VARINT_MAX, frame)).toBe(1);
  return frame;
}

const publish: PublishPacket = {
  type: "publish",
  topic: "t",
  payload: new Uint8Array([1, 2, 3]),
  qos: 0,
  dup: false,
  retain: false,
};

describe("variable byte integers", () => {
  test("the borders of section 1.5.5", () => {
    const borders = [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455];
    expect(borders.map(varintLength)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(reasonOf(() => varintLength(268_435_456))).toBe(0x95);
  });

  test("what is written is read, and cut anywhere it is short", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: VARINT_MAX }), (n) => {
        const buf = new Uint8Array(8);
        const end = putVarint(buf, 2, n);
        expect(end - 2).toBe(varintLength(n));
        expect(varintAt(buf, 2, end)).toBe(n);
        for (let cut = 2; cut < end; cut++) expect(varintAt(buf, 2, cut)).toBe(VARINT_SHORT);
      }),
      { numRuns: 2000 },
    );
  });

  test("four bytes are accepted exactly when they are the shortest form [MQTT-1.5.5-1]", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (bytes) => {
        const value = varintAt(bytes, 0, 5);
        const last = bytes.findIndex((byte) => byte < 0x80);
        // five bytes or more, or a last byte of 0 that a shorter form needs not
        const bad = last < 0 || last > 3 || (last > 0 && bytes[last] === 0);
        expect(value === VARINT_BAD).toBe(bad);
        if (bad) return;
        const again = new Uint8Array(4);
        const length = putVarint(again, 0, value);
        expect(bytes.slice(0, length)).toEqual(again.slice(0, length));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("UTF-8 [MQTT-1.5.4-1]", () => {
  const reference = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  function wellFormed(bytes: Uint8Array): boolean {
    try {
      reference.decode(bytes);
      return true;
    } catch {
      return false;
    }
  }

  test("every sequence of one and two bytes, and every lead byte with every second byte", () => {
    for (let lead = 0; lead < 256; lead++) {
      for (let second = 0; second < 256; second++) {
        for (const tail of [[], [0x80], [0xbf, 0x80], [0x41], [0x80, 0x80, 0x80]]) {
          const bytes = new Uint8Array([lead, second, ...tail]);
          if (isUtf8(bytes, 0, bytes.length, true) !== wellFormed(bytes)) throw new Error(`differs: ${bytes}`);
        }
      }
    }
  });

  test("agrees with the platform on random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        expect(isUtf8(bytes, 0, bytes.length, true)).toBe(wellFormed(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  test("agrees with the platform on damaged text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 8 }), fc.nat(), fc.nat({ max: 255 }), (text, at, value) => {
        const bytes = new TextEncoder().encode(text);
        if (bytes.length > 0) bytes[at % bytes.length] = value;
        expect(isUtf8(bytes, 0, bytes.length, true)).toBe(wellFormed(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  test("NUL is refused unless allowed [MQTT-1.5.4-2]", () => {
    expect(isUtf8(new Uint8Array([0x61, 0]), 0, 2)).toBe(false);
    expect(isUtf8(new Uint8Array([0x61, 0]), 0, 2, true)).toBe(true);
    expect(isUtf8(new Uint8Array([0x61, 0]), 0, 1)).toBe(true);
  });
});

describe("decoding", () => {
  test("a packet shares no memory with the buffer, also when that is a Node Buffer", () => {
    const buf = Buffer.from(
      encode(5, { ...publish, properties: { correlationData: new Uint8Array([9, 9]), userProperties: [["a", "b"]] } }),
    );
    const packet = decode(5, buf, frameOf(buf)) as PublishPacket; // the line above encodes a PUBLISH
    buf.fill(0xee);
    expect(packet.payload).toStrictEqual(new Uint8Array([1, 2, 3]));
    expect(packet.properties?.correlationData).toStrictEqual(new Uint8Array([9, 9]));
    expect(packet.payload.buffer.byteLength).toBe(3);
  });

  test("decodeConnect refuses other packets [MQTT-3.1.0-1]", () => {
    const buf = encode(4, { type: "pingreq" });
    expect(reasonOf(() => decodeConnect(buf, frameOf(buf)))).toBe(0x82);
  });

  test("a string of 65,535 bytes is accepted", () => {
    const clientId = "é".repeat(32_767) + "x";
    const packet: Packet = { type: "connect", version: 4, cleanStart: true, keepAlive: 0, clientId };
    const buf = encode(4, packet);
    expect(decode(0, buf, frameOf(buf))).toEqual(packet);
  });
});

describe("encoding refuses what may not be sent", () => {
  const connack: ConnackPacket = { type: "connack", sessionPresent: false, reasonCode: 0 };
  const refused: [string, 3 | 4 | 5, Packet, number][] = [
    ["a lone surrogate", 5, { ...publish, topic: "\ud800" }, 0x81],
    ["U+0000", 4, { ...publish, topic: "a\0" }, 0x81],
    ["a string above 65,535 bytes", 4, { ...publish, topic: "é".repeat(32_768) }, 0x81],
    ["a string far above 65,535 bytes", 4, { ...publish, topic: "x".repeat(65_536) }, 0x81],
    ["a wildcard in a topic name", 4, { ...publish, topic: "a/#" }, 0x90],
    ["an empty topic", 4, { ...publish, topic: "" }, 0x82],
    ["an empty topic without an alias", 5, { ...publish, topic: "" }, 0x82],
    ["DUP at QoS 0", 4, { ...publish, dup: true }, 0x81],
    ["QoS 1 without packet id", 4, { ...publish, qos: 1 }, 0x82],
    ["QoS 0 with packet id [MQTT-2.2.1-2]", 4, { ...publish, packetId: 1 }, 0x82],
    ["packet id 0 [MQTT-2.2.1-4]", 4, { type: "puback", packetId: 0, reasonCode: 0 }, 0x82],
    ["packet id 65,536", 4, { type: "puback", packetId: 65_536, reasonCode: 0 }, 0x81],
    ["a fractional integer", 4, { type: "puback", packetId: 1.5, reasonCode: 0 }, 0x81],
    ["a reason code of another packet", 5, { type: "puback", packetId: 1, reasonCode: 0x92 }, 0x82],
    ["a v5 reason code in 3.1.1", 4, { ...connack, reasonCode: 0x86 }, 0x82],
    ["session present in a refusal", 5, { ...connack, sessionPresent: true, reasonCode: 0x86 }, 0x82],
    ["receive maximum 0", 5, { ...connack, properties: { receiveMaximum: 0 } }, 0x82],
    ["topic alias 0", 5, { ...publish, properties: { topicAlias: 0 } }, 0x94],
    ["a response topic with a wildcard", 5, { ...publish, properties: { responseTopic: "+" } }, 0x82],
    ["a refusal in 3.1", 3, { type: "suback", packetId: 1, reasonCodes: [0x80] }, 0x82],
    ["a SUBACK without codes", 4, { type: "suback", packetId: 1, reasonCodes: [] }, 0x82],
    ["a SUBSCRIBE without filters", 4, { type: "subscribe", packetId: 1, subscriptions: [] }, 0x82],
    ["an UNSUBSCRIBE without filters", 5, { type: "unsubscribe", packetId: 1, filters: [] }, 0x82],
    ["AUTH in 3.1.1", 4, { type: "auth", reasonCode: 0 }, 0x81],
    ["AUTH without a method", 5, { type: "auth", reasonCode: 0x18 }, 0x82],
    [
      "a property of another packet",
      5,
      { type: "puback", packetId: 1, reasonCode: 0, properties: { topicAlias: 1 } as object },
      0x81,
    ],
  ];
  test.each(refused)("%s", (_, version, packet, reason) => {
    expect(reasonOf(() => encode(version, packet))).toBe(reason);
  });

  test("v3 leaves out what it has no place for", () => {
    const packet: Packet = { type: "puback", packetId: 1, reasonCode: 0x87, properties: { reasonString: "no" } };
    expect([...encode(4, packet)]).toEqual([0x40, 2, 0, 1]);
    expect([...encode(3, { ...connack, sessionPresent: true })]).toEqual([0x20, 2, 0, 0]);
    expect([...encode(4, { type: "disconnect", reasonCode: 0x8e })]).toEqual([0xe0, 0]);
  });
});

describe("encodeWithin [MQTT-3.2.2-19]", () => {
  const packet: Packet = {
    type: "puback",
    packetId: 7,
    reasonCode: 0x87,
    properties: { reasonString: "because", userProperties: [["key", "value"]] },
  };
  const whole = encode(5, packet);
  const unexplained = encode(5, { ...packet, properties: { userProperties: [["key", "value"]] } });
  const bare = encode(5, { type: "puback", packetId: 7, reasonCode: 0x87 });

  test("drops the Reason String, then the User Properties, then gives up, at every size", () => {
    for (let max = 0; max <= whole.length + 1; max++) {
      const wanted =
        max >= whole.length ? whole : max >= unexplained.length ? unexplained : max >= bare.length ? bare : null;
      expect(encodeWithin(5, packet, max)).toEqual(wanted);
    }
    expect(packet.properties?.reasonString).toBe("because");
  });

  const more = { reasonString: "because", userProperties: [["key", "value"]] as [string, string][] };
  const one = { packetId: 7, reasonCode: 0x92 } as const;
  const method = { authenticationMethod: "m" };
  test.each<[string, Packet, Packet]>([
    [
      "CONNACK [MQTT-3.2.2-19], [MQTT-3.2.2-20]",
      { type: "connack", sessionPresent: false, reasonCode: 0x87, properties: more },
      { type: "connack", sessionPresent: false, reasonCode: 0x87 },
    ],
    [
      "PUBACK [MQTT-3.4.2-2], [MQTT-3.4.2-3]",
      { type: "puback", packetId: 7, reasonCode: 0x87, properties: more },
      { type: "puback", packetId: 7, reasonCode: 0x87 },
    ],
    [
      "PUBREC [MQTT-3.5.2-2], [MQTT-3.5.2-3]",
      { type: "pubrec", packetId: 7, reasonCode: 0x87, properties: more },
      { type: "pubrec", packetId: 7, reasonCode: 0x87 },
    ],
    ["PUBREL [MQTT-3.6.2-2], [MQTT-3.6.2-3]", { type: "pubrel", ...one, properties: more }, { type: "pubrel", ...one }],
    [
      "PUBCOMP [MQTT-3.7.2-2], [MQTT-3.7.2-3]",
      { type: "pubcomp", ...one, properties: more },
      { type: "pubcomp", ...one },
    ],
    [
      "SUBACK [MQTT-3.9.2-1], [MQTT-3.9.2-2]",
      { type: "suback", packetId: 7, reasonCodes: [0x87], properties: more },
      { type: "suback", packetId: 7, reasonCodes: [0x87] },
    ],
    [
      "UNSUBACK [MQTT-3.11.2-1], [MQTT-3.11.2-2]",
      { type: "unsuback", packetId: 7, reasonCodes: [0x11], properties: more },
      { type: "unsuback", packetId: 7, reasonCodes: [0x11] },
    ],
    [
      "DISCONNECT [MQTT-3.14.2-3], [MQTT-3.14.2-4]",
      { type: "disconnect", reasonCode: 0x87, properties: more },
      { type: "disconnect", reasonCode: 0x87 },
    ],
    [
      "AUTH [MQTT-3.15.2-2], [MQTT-3.15.2-3]",
      { type: "auth", reasonCode: 0x18, properties: { ...method, ...more } },
      { type: "auth", reasonCode: 0x18, properties: method },
    ],
  ])("explanations never make a %s too large", (_, told, short) => {
    const { length } = encode(5, short);
    const without = encodeWithin(5, told, length);
    if (without === null) throw new Error("it is not sent at all");
    const frame = frameOf(without);
    expect(without.length).toBeLessThanOrEqual(length);
    expect(decode(5, without, frame)).toEqual(decode(5, encode(5, short), frameOf(encode(5, short))));
    expect(encodeWithin(5, told, without.length - 1)).toBeNull();
    expect(encodeWithin(5, told, 1000)).toEqual(encode(5, told));
  });

  test("keeps what is not an explanation", () => {
    const connack: Packet = {
      type: "connack",
      sessionPresent: false,
      reasonCode: 0,
      properties: { receiveMaximum: 5, reasonString: "x".repeat(50) },
    };
    const small = encode(5, { ...connack, properties: { receiveMaximum: 5 } });
    expect(encodeWithin(5, connack, 20)).toEqual(small);
  });

  test("never drops the User Properties of a message [MQTT-3.3.2-17]", () => {
    const message: Packet = { ...publish, properties: { userProperties: [["a", "b"]] } };
    expect(encodeWithin(5, message, encode(5, message).length)).not.toBeNull();
    expect(encodeWithin(5, message, encode(5, message).length - 1)).toBeNull();
  });

  test("v3 has nothing to drop", () => {
    expect(encodeWithin(4, packet, 4)?.length).toBe(4);
    expect(encodeWithin(4, packet, 3)).toBeNull();
  });
});
