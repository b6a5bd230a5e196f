import { describe, expect, test } from "bun:test";
import { cycleIn, sidesOf, subscriptionOf, swapped } from "./pattern.ts";
import { routeProblems } from "./route-problems.ts";
import { PLAIN_LEAVES, readRoutes, routeSchema, TEXT_LEAVES } from "./routes.ts";
import type { ForwardRoute, InRoute, OutRoute, Route } from "./types.ts";

const NO_MAP: InRoute["map"] = { kind: "decoder", product: "p" };
const into = (filter: string): InRoute => ({ direction: "in", filter, qos: 1, map: NO_MAP });
const out = (topic: string, more: Partial<OutRoute> = {}): OutRoute => ({
  direction: "out",
  filter: "dtck/#",
  qos: 1,
  topic,
  payload: "value",
  template: null,
  retain: false,
  expiry: null,
  max_age: null,
  ...more,
});
const forward = (pattern: string, way: ForwardRoute["way"], local_prefix = "", remote_prefix = ""): ForwardRoute => ({
  direction: "forward",
  pattern,
  way,
  qos: 1,
  local_prefix,
  remote_prefix,
});

describe("filters of routes", () => {
  test.each([
    ["plant/{serial}/+", "plant/+/+", true],
    ["plant/{a}/{b}", "plant/+/+", true],
    ["plant/{rest#}", "plant/#", true],
    ["plant/#", "plant/#", true],
    ["{a}", "+", true],
    ["plant/{a", "plant/{a", false],
    ["plant/x{a}y/t", "plant/x{a}y/t", false],
    ["plant/#/x", "plant/#/x", false],
    ["$share/g/x", "$share/g/x", false],
    ["", "", false],
  ])("%s", (filter, subscription, good) => {
    expect(subscriptionOf(filter)).toBe(subscription);
    expect(routeProblems([into(filter)]).length === 0).toBe(good);
  });
  test("prefixes are swapped, and nothing else is", () => {
    expect(swapped("site7/home/a", "site7/", "")).toBe("home/a");
    expect(swapped("home/a", "", "site7/")).toBe("site7/home/a");
    expect(swapped("other/a", "site7/", "")).toBeNull();
    expect(swapped("site7/", "site7/", "")).toBeNull();
    expect(sidesOf(forward("#", "both", "a/", "b/"))).toEqual({ local: "a/#", remote: "b/#" });
  });
});

describe("cycles", () => {
  const CASES: readonly (readonly [string, readonly Route[], string | null])[] = [
    ["in and out on other topics", [into("a/+"), out("b/{{ device.id }}")], null],
    ["out says what in hears", [into("a/+"), out("a/{{ device.id }}")], "a/+"],
    ["a field is one level", [into("a/+/+"), out("a/{{ device.id }}")], null],
    ["a topic is many levels", [into("a/+/+"), out("a/{{ topic }}")], "a/+/+"],
    ["what is chosen may be anything", [into("a/b/c"), out("a/{% if x %}b/c{% endif %}")], "a/b/c"],
    ["forwarded out, and in", [into("home/#"), forward("home/#", "out")], "home/#"],
    ["forwarded in, and out", [out("home/{{ device.id }}"), forward("home/#", "in")], "home/+"],
    ["both ways by one route", [forward("home/#", "both")], null],
    ["both ways by two", [forward("home/#", "in"), forward("home/#", "out")], null],
  ];
  test.each(CASES)("%s", (_, routes, topics) => expect(cycleIn(routes)?.topics ?? null).toBe(topics));
  test("are refused in words, with the place", () => {
    expect(routeProblems([into("a/+"), out("a/{{ device.id }}")])).toEqual([
      { path: "routes[1]", message: expect.stringContaining("routes[0]") },
    ]);
  });
});

describe("what is wrong with a route", () => {
  const CASES: readonly (readonly [Route, string])[] = [
    [into("a/#/b"), "routes[0].filter"],
    [out("a/+"), "routes[0].topic"],
    [out("a/{{ nothing }}"), "routes[0].topic"],
    [out("a/{{"), "routes[0].topic"],
    [out("a", { payload: "template" }), "routes[0].template"],
    [out("a", { template: "x" }), "routes[0].template"],
    [out("a", { payload: "template", template: "{{ valu }}" }), "routes[0].template"],
    [out("a", { filter: "" }), "routes[0].filter"],
    [forward("home/#", "both", "x/+/"), "routes[0].local_prefix"],
    [forward("#/x", "both"), "routes[0].pattern"],
    [forward("#", "both", "home"), "routes[0].pattern"],
  ];
  test.each(CASES)("%j: %s", (route, path) => expect(routeProblems([route])[0]?.path).toBe(path));
  test("nothing, of good ones", () => {
    const json = '{"v":{{ value }},"u":"{{ unit }}","t":{{ timestamp }}}';
    expect(routeProblems([out("a/{{ device.id }}", { payload: "template", template: json }), into("{x}/b/+")])).toEqual(
      [],
    );
  });
});

test("a fleet file says the same in texts; what is kept is read as it was written", () => {
  const plain = routeSchema(PLAIN_LEAVES);
  const text = routeSchema(TEXT_LEAVES);
  const wish = { direction: "out", filter: "dtck/#", topic: "x" };
  const made = plain.parse({ ...wish, qos: 2, retain: true, expiry: 60 });
  expect(text.parse({ ...wish, qos: "2", retain: "true", expiry: "60" })).toEqual(made);
  expect(readRoutes(JSON.parse(JSON.stringify([made])))).toEqual([made]);
  expect(readRoutes([{ direction: "out" }])).toBeNull();
  expect(text.safeParse({ ...wish, qos: "3" }).success).toBe(false);
});
