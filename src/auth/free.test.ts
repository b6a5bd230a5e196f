import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Directory } from "../fleet/directory.ts";
import type { FleetChange, Grant, Role, TopicPermission } from "../fleet/types.ts";
import { isTopicName, matches } from "../topic/names.ts";
import { Authority } from "./authority.ts";
import { FreeTopics } from "./free.ts";

const BOTH: readonly TopicPermission[] = ["publish", "subscribe"];
const member = (uid: number, workspace: number, role: Role): FleetChange => ({
  kind: "membership",
  op: "put",
  row: { uid, user: 1, workspace, role },
});
const apiUser = (grants: readonly Grant[]): FleetChange => ({
  kind: "apiUser",
  op: "put",
  row: { uid: 1, workspace: 2, name: "a", mqtt: true, grants },
});
const free = (filters: string[], except: string[] = [], can = BOTH): Grant => ({
  scope: "free_topics",
  filters,
  except,
  can,
});
function make(freeTopics = true) {
  const directory = new Directory();
  const authority = new Authority(directory, { freeTopics });
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "w1", name: "" } },
    { kind: "workspace", op: "put", row: { uid: 2, slug: "w2", name: "" } },
    { kind: "user", op: "put", row: { uid: 1, email: "me@example.com", admin: true } },
    apiUser([free(["#"], ["test/nosubscribe"])]),
  ]);
  const told: string[] = [];
  authority.onRights((p, c) => told.push(`${p.key} ${c.narrowed ? "narrowed" : "widened"}`));
  const person = authority.principalOf("u:1");
  const api = authority.principalOf("a:1");
  if (!person || !api) throw new Error("no principal");
  return { directory, person, api, told };
}

describe("who uses free topics (sections 4 and 8)", () => {
  const table: [Role, boolean][] = [
    ["owner", true],
    ["admin", true],
    ["member", false],
    ["observer", false],
  ];
  for (const [role, all] of table)
    test(`${role}: ${all ? "all of them" : "none"}`, () => {
      const { directory, person } = make();
      directory.apply([member(1, 1, role)]);
      expect([person.free?.workspace, person.free?.all]).toEqual(all ? [1, true] : [undefined, undefined]);
      expect(person.free?.mayPublish("x") ?? false).toBe(all);
      expect(person.free?.mayReceive("x") ?? false).toBe(all);
      expect(person.free?.couldReceive("#") ?? false).toBe(all);
    });
  test("a person only while in exactly one workspace; each change is told in its turn", () => {
    const { directory, person, told } = make();
    expect(person.free).toBeNull();
    directory.apply([member(1, 1, "owner")]);
    const before = person.epoch;
    directory.apply([member(2, 2, "owner")]);
    expect([person.free, person.epoch > before]).toEqual([null, true]);
    directory.apply([{ kind: "membership", op: "delete", uid: 1 }]);
    expect(person.free?.workspace).toBe(2);
    expect(told).toEqual(["u:1 widened", "u:1 narrowed", "u:1 narrowed"]);
  });
  test("an API user what its grants name, in its workspace", () => {
    const { directory, api, told } = make();
    expect([api.free?.workspace, api.free?.all]).toEqual([2, false]);
    directory.apply([apiUser([free(["#"], ["test/nosubscribe", "x"])])]);
    directory.apply([apiUser([free(["#"])])]);
    directory.apply([apiUser([free(["#"])])]);
    directory.apply([apiUser([free(["#"], [], ["publish"])])]);
    expect([api.free?.mayPublish("x"), api.free?.mayReceive("x"), api.free?.couldReceive("#")]).toEqual([
      true,
      false,
      false,
    ]);
    directory.apply([apiUser([{ scope: "all", can: ["view"] }])]);
    expect(api.free).toBeNull();
    expect(told).toEqual(Array(4).fill("a:1 narrowed"));
  });
  test("nobody while the instance has none", () => {
    const { directory, person, api, told } = make(false);
    directory.apply([member(1, 1, "owner")]);
    expect([person.free, api.free]).toEqual([null, null]);
    directory.apply([apiUser([])]);
    expect(told).toEqual(["u:1 widened"]);
  });
});

describe("grants with filters and exceptions", () => {
  const rights = new FreeTopics(1, [
    { filters: ["#"], except: ["test/nosubscribe"], can: ["subscribe"] },
    { filters: ["a/+", "b/#"], except: ["a/x", "b/+"], can: ["publish"] },
    { filters: ["b/c"], except: [], can: ["publish"] },
  ]);
  const receive: [string, boolean][] = [
    ["test/nosubscribe", false],
    ["test/other", true],
    ["test/nosubscribe/x", true],
  ];
  for (const [topic, may] of receive) test(`receive ${topic}`, () => expect(rights.mayReceive(topic)).toBe(may));
  const subscribe: [string, boolean][] = [
    ["#", true],
    ["test/+", true],
    ["test/#", true],
    ["test/nosubscribe/#", true],
    ["test/nosubscribe", false],
  ];
  for (const [filter, could] of subscribe)
    test(`subscribe ${filter}`, () => expect(rights.couldReceive(filter)).toBe(could));
  const publish: [string, boolean][] = [
    ["a/b", true],
    ["a/x", false],
    ["b", true],
    ["b/d", false],
    ["b/c", true], // an exception takes from its own line alone
    ["b/d/e", true],
    ["c", false],
  ];
  for (const [topic, may] of publish) test(`publish ${topic}`, () => expect(rights.mayPublish(topic)).toBe(may));
});

describe("property: against the words of the contract", () => {
  const words = ["a", "b", "c"];
  const part = fc.constantFrom("a", "b", "+");
  const filter = fc
    .tuple(fc.array(part, { maxLength: 2 }), fc.boolean())
    .filter(([parts, hash]) => hash || parts.length > 0)
    .map(([parts, hash]) => (hash ? [...parts, "#"] : parts).join("/"));
  const filters = (minLength: number) => fc.array(filter, { minLength, maxLength: 2 });
  const line = fc.record({ filters: filters(1), except: filters(0), can: fc.subarray([...BOTH], { minLength: 1 }) });
  const topics = words.flatMap((x) => [
    x,
    ...words.flatMap((y) => [`${x}/${y}`, ...words.map((z) => `${x}/${y}/${z}`)]),
  ]);

  test("a filter that is refused leaves nothing out that could be received", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 3 }), filter, (lines, wish) => {
        const rights = new FreeTopics(1, lines);
        const allowed = (topic: string, right: TopicPermission) =>
          lines.some(
            (l) =>
              l.can.includes(right) &&
              l.filters.some((f) => matches(f, topic)) &&
              !l.except.some((f) => matches(f, topic)),
          );
        for (const topic of topics) {
          expect(isTopicName(topic)).toBe(true);
          expect(rights.mayPublish(topic)).toBe(allowed(topic, "publish"));
          expect(rights.mayReceive(topic)).toBe(allowed(topic, "subscribe"));
        }
        if (!rights.couldReceive(wish))
          expect(topics.filter((t) => matches(wish, t) && rights.mayReceive(t))).toEqual([]);
        // with one exception a line, the answer is exact
        else if (lines.every((l) => l.except.length <= 1))
          expect(topics.some((t) => matches(wish, t) && rights.mayReceive(t))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
