import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isFilter, isTopicName, levels, matches, parseShare } from "./names.ts";

describe("topic names", () => {
  const good = [
    "a",
    "/",
    "//",
    "a/b",
    "/a",
    "a/",
    " ",
    "$SYS/x",
    "Ä/ö",
    "*",
    "__proto__/constructor",
    "a".repeat(65535),
  ];
  for (const name of good)
    test(`takes ${JSON.stringify(name.slice(0, 30))}`, () => expect(isTopicName(name)).toBe(true));
  const bad: [string, string][] = [
    ["empty [MQTT-4.7.3-1]", ""],
    ["NUL [MQTT-4.7.3-2]", "a\0b"],
    ["lone surrogate [MQTT-1.5.4-1]", "a\ud800"],
    ["+ [MQTT-4.7.0-1]", "a/+"],
    ["# [MQTT-4.7.0-1]", "a/#"],
    ["a+ [MQTT-4.7.0-1]", "a+"],
    ["65,536 bytes [MQTT-4.7.3-3]", "a".repeat(65536)],
    ["65,538 bytes in 21,846 characters [MQTT-4.7.3-3]", "€".repeat(21846)],
    ["33 levels", "/".repeat(32)],
  ];
  for (const [why, name] of bad) test(`refuses ${why}`, () => expect(isTopicName(name)).toBe(false));
  test("65,535 bytes of three-byte characters are allowed [MQTT-4.7.3-3]", () =>
    expect(isTopicName("€".repeat(21845))).toBe(true));
  test("the limit of levels is a parameter", () => {
    expect(isTopicName("/".repeat(31))).toBe(true);
    expect(isTopicName("a/b/c", 2)).toBe(false);
    expect(isFilter("a/b/c", 2)).toBe(false);
    expect(isFilter("a/#", 2)).toBe(true);
  });
  test("levels", () => expect(levels("/a//b")).toEqual(["", "a", "", "b"]));
});

describe("filters [MQTT-4.7.1-1] [MQTT-4.7.1-2]", () => {
  const good = ["#", "+", "/", "a/#", "+/+", "/+", "+/", "+/#", "a/+/b", "/#", "$SYS/#", "*", "dtck/p/*/+"];
  for (const filter of good) test(`takes ${filter}`, () => expect(isFilter(filter)).toBe(true));
  const bad = [
    "",
    "a#",
    "a/#/b",
    "#/a",
    "##",
    "a+",
    "+a",
    "a/+b",
    "++",
    "+#",
    "#+",
    "a/b+/c",
    "a\0",
    "\udfff",
    "/".repeat(32),
  ];
  for (const filter of bad) test(`refuses ${JSON.stringify(filter)}`, () => expect(isFilter(filter)).toBe(false));
});

describe("shared subscriptions [MQTT-4.8.2-1] [MQTT-4.8.2-2]", () => {
  const table: [string, ReturnType<typeof parseShare>][] = [
    ["a/b", { share: null, filter: "a/b" }],
    ["$share", { share: null, filter: "$share" }],
    ["$shared/x", { share: null, filter: "$shared/x" }],
    ["$share/g/a/#", { share: "g", filter: "a/#" }],
    ["$share/g//a", { share: "g", filter: "/a" }],
    ["$share/constructor/__proto__", { share: "constructor", filter: "__proto__" }],
    ["$share/", null],
    ["$share/g", null],
    ["$share/g/", null],
    ["$share//a", null],
    ["$share/+/a", null],
    ["$share/#", null],
    ["$share/g+/a", null],
    ["$share/g/a#", null],
    ["a#", null],
    [`$share/g/${"/".repeat(31)}`, { share: "g", filter: "/".repeat(31) }],
    [`$share/g/${"/".repeat(32)}`, null],
  ];
  for (const [filter, want] of table) test(filter, () => expect(parseShare(filter)).toEqual(want));
});

describe("matching", () => {
  const table: [string, string, boolean][] = [
    ["a/b", "a/b", true],
    ["a/b", "a/B", false], // [MQTT-4.7.3-4]
    ["a/b", "a/b/", false],
    ["a/b", "/a/b", false],
    ["a/#", "a", true],
    ["a/#", "a/b/c", true],
    ["a/#", "ab", false],
    ["#", "a/b", true],
    ["#", "/", true],
    ["+", "a", true],
    ["+", "/a", false],
    ["+/+", "/a", true],
    ["/+", "/a", true],
    ["a/+", "a", false],
    ["a/+", "a/", true],
    ["a/+/c", "a/b/c", true],
    ["a/+/c", "a//c", true],
    ["a/+", "a/b/c", false],
    ["+/#", "a", true],
    ["#", "$SYS/x", false], // [MQTT-4.7.2-1]
    ["+/x", "$SYS/x", false], // [MQTT-4.7.2-1]
    ["$SYS/#", "$SYS/x", true],
    ["$SYS/+", "$SYS/x", true],
    ["a/#", "a/$b", true],
    ["*", "a", false],
  ];
  test("means the same as comparing level by level", () => {
    const level = fc.constantFrom("", "a", "b", "ab", "$a", "é");
    const wanted = fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 });
    const filters = fc.tuple(wanted, fc.boolean()).map(([some, all]) => [...some, ...(all ? ["#"] : [])].join("/"));
    const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((some) => some.join("/"));
    fc.assert(
      fc.property(
        filters.filter((f) => f !== ""),
        topics.filter((t) => t !== ""),
        (filter, topic) => {
          const given = levels(topic);
          const asked = levels(filter);
          const hidden = topic.startsWith("$") && (asked[0] === "+" || asked[0] === "#");
          const open = asked[asked.length - 1] === "#";
          const fixed = open ? asked.slice(0, -1) : asked;
          const fits = open ? given.length >= fixed.length : given.length === fixed.length;
          const same = fixed.every((one, i) => one === "+" || one === given[i]);
          expect(matches(filter, topic)).toBe(!hidden && fits && same);
        },
      ),
      { numRuns: 5000 },
    );
  });
  for (const [filter, topic, want] of table)
    test(`${filter} ${want ? "matches" : "does not match"} ${topic}`, () => expect(matches(filter, topic)).toBe(want));
});
