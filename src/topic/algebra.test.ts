import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { covers, intersect } from "./algebra.ts";
import { isFilter, isTopicName, matches } from "./names.ts";

/** Filters use a, b, the empty level and `$s`; topics have one word more (x), which only wildcards match. */
const WORDS = ["a", "b", "", "$s"];
const DEPTH = 4;
const topics = (function* all(prefix: readonly string[]): Generator<string> {
  for (const word of [...WORDS, "x"]) {
    const parts = [...prefix, word];
    if (isTopicName(parts.join("/"))) yield parts.join("/");
    if (parts.length < DEPTH + 1) yield* all(parts);
  }
})([]);
const TOPICS = [...topics];

const filter = fc
  .tuple(fc.array(fc.constantFrom(...WORDS, "+", "+"), { maxLength: DEPTH }), fc.boolean())
  .map(([parts, hash]) => (hash ? [...parts, "#"] : parts).join("/"))
  .filter((f) => isFilter(f));

describe("intersect", () => {
  const table: [string, string, string | null][] = [
    ["a/b", "a/b", "a/b"],
    ["a/+", "+/b", "a/b"],
    ["a/#", "a", "a"],
    ["a/#", "+", "a"],
    ["a/#", "b/#", null],
    ["+/+/#", "#", "+/+/#"],
    ["#", "#", "#"],
    ["a/+", "a/+/+", null],
    ["#", "$SYS/x", null],
    ["+/x", "$SYS/#", null],
    ["$SYS/+", "$SYS/#", "$SYS/+"],
    ["/#", "+", null],
    ["/#", "+/+", "/+"],
    ["a/$b", "a/+", "a/$b"],
  ];
  for (const [a, b, want] of table)
    test(`${a} and ${b}: ${want ?? "nothing"}`, () => {
      expect(intersect(a, b)).toBe(want);
      expect(intersect(b, a)).toBe(want);
    });
  test("property: the common filter matches exactly what both match [MQTT-4.7.2-1]", () => {
    fc.assert(
      fc.property(filter, filter, (a, b) => {
        const common = intersect(a, b);
        if (common !== null) expect(isFilter(common)).toBe(true);
        for (const topic of TOPICS) {
          const both = matches(a, topic) && matches(b, topic);
          if (both !== (common !== null && matches(common, topic))) throw new Error(`${a} ${b} ${common} ${topic}`);
        }
        expect(common !== null).toBe(TOPICS.some((t) => matches(a, t) && matches(b, t)));
      }),
      { numRuns: 500 },
    );
  });
});

describe("covers", () => {
  const table: [string, string, boolean][] = [
    ["#", "a/b", true],
    ["#", "+/#", true],
    ["+/#", "#", true],
    ["#", "$SYS/x", false],
    ["+/x", "$SYS/x", false],
    ["$SYS/#", "$SYS/+/x", true],
    ["a/#", "a", true],
    ["a/+", "a", false],
    ["a/+/#", "a/#", false],
    ["a/#", "a/+/#", true],
    ["/+/#", "/#", true],
    ["+/+", "a/b", true],
    ["a/b", "+/b", false],
    ["a/b", "a/b", true],
    ["a/+", "a/+", true],
    ["a/b", "a/b/c", false],
  ];
  for (const [outer, inner, want] of table)
    test(`${outer} ${want ? "covers" : "does not cover"} ${inner}`, () => expect(covers(outer, inner)).toBe(want));
  test("property: it says what every topic says [MQTT-4.7.2-1]", () => {
    fc.assert(
      fc.property(filter, filter, (outer, inner) => {
        const every = TOPICS.every((topic) => !matches(inner, topic) || matches(outer, topic));
        if (covers(outer, inner) !== every) throw new Error(`${outer} ${inner}: ${every}`);
      }),
      { numRuns: 1000 },
    );
  });
});
