import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { OutboundAliases } from "./outbound.ts";

const utf8 = new TextEncoder();
/** What is sent for a topic: `topic`, `topic=1`, or `=1`. */
function send(aliases: OutboundAliases, topic: string): string {
  const bytes = utf8.encode(`>${topic}<`);
  const alias = aliases.find(bytes, 1, bytes.length - 1);
  if (alias < 0) aliases.tell(-alias, bytes, 1, bytes.length - 1);
  return `${alias > 0 ? "" : topic}${alias === 0 ? "" : `=${Math.abs(alias)}`}`;
}

describe("topic aliases towards a client", () => {
  test("the first topics get one, and are left out from then on; others are written out [MQTT-3.1.2-26] [MQTT-3.3.2-8] [MQTT-3.3.2-11]", () => {
    const aliases = new OutboundAliases(2, 1000);
    const sent = ["a/b/c", "a/b/c", "a/b/d", "a/b/e", "a/b/d", "a/b/c", "a/b/e"].map((t) => send(aliases, t));
    expect(sent).toEqual(["a/b/c=1", "=1", "a/b/d=2", "a/b/e", "=2", "=1", "a/b/e"]);
  });
  test("what is shorter than an alias has none; nor has what is too long for all together", () => {
    const aliases = new OutboundAliases(10, 20);
    const sent = ["abc", "abcd", "0123456789abcdefg", "0123456789abcdef", "more"].map((t) => send(aliases, t));
    expect(sent).toEqual(["abc", "abcd=1", "0123456789abcdefg", "0123456789abcdef=2", "more"]);
  });
  test("what was not sent in the end is told again", () => {
    const aliases = new OutboundAliases(10, 1000);
    expect([send(aliases, "a/b/c"), send(aliases, "a/b/d")]).toEqual(["a/b/c=1", "a/b/d=2"]);
    aliases.takeBack(1);
    expect(["a/b/d", "a/b/c", "a/b/c"].map((t) => send(aliases, t))).toEqual(["=2", "a/b/c=1", "=1"]);
  });
  test("of two topics with the same hash the second is written out", () => {
    const aliases = new OutboundAliases(10, 1000);
    // FNV-1a of both is the same
    expect(["costarring", "liquid", "costarring", "liquid"].map((t) => send(aliases, t))).toEqual([
      "costarring=1",
      "liquid",
      "=1",
      "liquid",
    ]);
  });
  test("property: the client reads what was meant, whatever is taken back", () => {
    const topic = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 6 });
    const step = fc.oneof(topic, fc.nat(8));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (steps, most) => {
        const aliases = new OutboundAliases(most, 1000);
        const known = new Map<number, string>();
        for (const s of steps) {
          if (typeof s === "number") {
            aliases.takeBack(s + 1);
            known.delete(s + 1);
            continue;
          }
          const bytes = utf8.encode(s);
          const alias = aliases.find(bytes, 0, bytes.length);
          expect(Math.abs(alias)).toBeLessThanOrEqual(most);
          if (alias < 0) {
            aliases.tell(-alias, bytes, 0, bytes.length);
            known.set(-alias, s);
          }
          if (alias > 0) expect(known.get(alias)).toBe(s);
        }
      }),
    );
  });
});
