import { describe, expect, test } from "bun:test";
import { CommandError } from "../failure.ts";
import { fleetOf } from "./fleet.ts";
import { Hosted } from "./hosted.ts";
import { DeviceRows } from "./rows.ts";

describe("asking", () => {
  /** A platform that answers one after the other. */
  function platform(answers: readonly (Response | Error)[]) {
    const waits: number[] = [];
    const left = [...answers];
    const asked = async () => {
      const next = left.shift();
      if (next instanceof Error || next === undefined) throw next ?? new Error("nothing is left");
      return next;
    };
    const hosted = new Hosted({
      endpoint: "http://hosted.example/graphql",
      token: "t",
      fetch: Object.assign(asked, { preconnect() {} }),
      sleep: async (ms) => void waits.push(ms),
    });
    return { hosted, waits };
  }
  const good = () => Response.json({ data: { allWorkspaces: [{ id: "1", name: "W", slug: "w" }] } });

  test("what is temporary is asked again, later each time", async () => {
    const { hosted, waits } = platform([
      new Error("cut"),
      new Response("", { status: 503 }),
      new Response("", { status: 429 }),
      good(),
    ]);
    expect(await hosted.workspaces()).toEqual([{ id: "1", name: "W", slug: "w" }]);
    expect(waits).toEqual([2000, 4000, 8000]);
  });
  test.each<[string, Response | Error, RegExp]>([
    ["a wrong token", new Response(null, { status: 401 }), /does not know this token/],
    [
      "an error of the document",
      Response.json({ errors: [{ message: "Cannot query" }] }, { status: 400 }),
      /Cannot query/,
    ],
    ["a page", new Response("<html>"), /no JSON/],
    ["another form", Response.json({ data: { allWorkspaces: [{ id: 1 }] } }), /otherwise than known/],
  ])("%s ends it in words", async (_, answer, words) => {
    const failed = platform([answer]).hosted.workspaces();
    await expect(failed).rejects.toThrow(CommandError);
    await expect(failed).rejects.toThrow(words);
  });
  test("not for ever", async () => {
    const { hosted, waits } = platform([]);
    await expect(hosted.workspaces()).rejects.toThrow(/6 times: nothing is left/);
    expect(waits).toHaveLength(5);
  });
});

describe("rows", () => {
  const fields = new Map([
    ["T", false],
    ["COUNT", true],
    ["WHERE", false],
  ]);
  const rows = [
    { time: "2026-01-01T00:00:00Z", T: 1.5, COUNT: 10, WHERE: "(1,2)" },
    { time: "2026-01-01T01:00:00Z", T: null, COUNT: 5, WHERE: { lat: 3, lng: 4 }, OTHER: 1 },
  ];
  const counted = (how: "increases" | "totals" | "skip", before = {}) => {
    const made = [...new DeviceRows("p", "d", fields, how, before).of(rows)];
    return made.filter(([, , , field]) => field === "COUNT").map(([, , , , value]) => value);
  };
  test("each cell that has a value, of the fields that are moved", () => {
    expect([...new DeviceRows("p", "d", fields, "skip").of(rows)]).toEqual([
      ["2026-01-01T00:00:00Z", "p", "d", "T", "1.5"],
      ["2026-01-01T00:00:00Z", "p", "d", "WHERE", "(1,2)"],
      ["2026-01-01T01:00:00Z", "p", "d", "WHERE", "(3,4)"],
    ]);
  });
  test("increases of a counter become totals, and go on from a call before", () => {
    expect([counted("increases"), counted("totals"), counted("skip")]).toEqual([["10", "15"], ["10", "5"], []]);
    expect(counted("increases", { COUNT: 100 })).toEqual(["110", "115"]);
  });
});

test("what does not fit is left out and named; the rest is a fleet file", () => {
  const workspace = { id: "11111111-1111-4111-8111-111111111111", name: "W", slug: "w" };
  const field = (fieldName: string, fieldType: string) => ({ id: "f", fieldName, fieldType });
  const products = [
    { id: "p", name: "Good", slug: "good", measurementFields: [field("A", "NUMERIC"), field("B", "OUTPUT")] },
    { id: "q", name: "Bad", slug: "Not A Slug", measurementFields: [] },
  ];
  const devices = [
    { id: "d1", product: { slug: "good" }, tags: ["a", null], metadata: '{"x":1}' },
    { id: "a/b", product: { slug: "good" } },
    { id: "d2", product: { slug: "Not A Slug" } },
  ];
  const { text, left } = fleetOf(workspace, { slug: "home", owner: "a@example.com" }, products, devices);
  expect(left).toEqual([
    'product Bad: its slug "Not A Slug" is none here',
    'device "a/b": this is no device id here',
    "device d2: its product is not moved",
    "field good/B: there is no type OUTPUT",
  ]);
  expect(text).toContain("slug: home");
  expect(text).toContain("a@example.com");
  expect(text).not.toContain("d2");
});
