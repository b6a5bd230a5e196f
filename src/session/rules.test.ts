import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Will } from "../codec/index.ts";
import { Inbound } from "./inbound.ts";
import { packWill, unpackWill, willOf } from "./will.ts";

const utf8 = new TextEncoder();
const reasonOf = (fn: () => unknown): unknown => {
  try {
    fn();
    return 0;
  } catch (error) {
    return (error as { reason?: number }).reason;
  }
};

describe("topic aliases", () => {
  const bytes = utf8.encode("dtck-pub/p/d/A");
  test("[MQTT-3.3.2-12] an alias is set with a topic, then stands for it, and is set anew", () => {
    const inbound = new Inbound(2, 10);
    expect(inbound.alias(1, bytes, 0, bytes.length)).toEqual(bytes);
    expect(inbound.alias(1, bytes, 0, 0)).toEqual(bytes);
    const other = utf8.encode("other");
    inbound.alias(1, other, 0, other.length);
    expect(inbound.alias(1, bytes, 0, 0)).toEqual(other);
  });
  test("the topic is kept as a copy: the bytes are only lent", () => {
    const inbound = new Inbound(2, 10);
    const lent = bytes.slice();
    inbound.alias(2, lent, 0, lent.length);
    lent.fill(0);
    expect(inbound.alias(2, lent, 0, 0)).toEqual(bytes);
  });
  test("[MQTT-3.3.2-9] above the maximum: 0x94; one that was never set: 0x82", () => {
    const inbound = new Inbound(2, 10);
    expect(reasonOf(() => inbound.alias(3, bytes, 0, bytes.length))).toBe(0x94);
    expect(reasonOf(() => inbound.alias(2, bytes, 0, 0))).toBe(0x82);
    expect(reasonOf(() => new Inbound(0, 0).alias(1, bytes, 0, bytes.length))).toBe(0x94);
  });
});

describe("receive maximum", () => {
  test("[MQTT-3.3.4-7] more than announced: 0x93; answered ones make room", () => {
    const inbound = new Inbound(0, 2);
    inbound.received();
    inbound.received();
    inbound.answered();
    expect(reasonOf(() => inbound.received())).toBe(0);
    expect(reasonOf(() => inbound.received())).toBe(0x93);
  });
  test("v3 has no limit; an answer to what came on an earlier connection counts for nothing", () => {
    const inbound = new Inbound(0, 0);
    for (let i = 0; i < 70_000; i++) inbound.received();
    const fresh = new Inbound(0, 1);
    fresh.answered();
    fresh.received();
    expect(reasonOf(() => fresh.received())).toBe(0x93);
  });
});

describe("wills", () => {
  test("what is not said has its default", () => {
    expect(willOf(undefined)).toBeNull();
    const will: Will = { topic: "t", payload: utf8.encode("x"), qos: 1, retain: true };
    expect(willOf(will)).toMatchObject({ topic: "t", delay: 0, expiry: 0 });
    expect(packWill(null)).toBeNull();
    expect(unpackWill(null)).toBeNull();
  });
  test("property: a stored will comes back as it was", () => {
    const will: fc.Arbitrary<Will> = fc.record({
      topic: fc.string({ minLength: 1, unit: "grapheme" }),
      payload: fc.uint8Array({ maxLength: 400 }),
      qos: fc.constantFrom(0, 1, 2),
      retain: fc.boolean(),
      properties: fc.record({
        willDelayInterval: fc.nat(2 ** 32 - 1),
        messageExpiryInterval: fc.nat(2 ** 32 - 1),
        userProperties: fc.array(fc.tuple(fc.constantFrom("timestamp", "other"), fc.string()), { maxLength: 1 }),
      }),
    });
    fc.assert(
      fc.property(will, (w) => {
        const kept = willOf(w);
        const packed = packWill(kept);
        // as it comes from a database: a view at some offset
        const moved = new Uint8Array([9, 9, ...(packed ?? [])]).subarray(2);
        expect(unpackWill(moved)).toEqual(kept);
      }),
    );
  });
});
