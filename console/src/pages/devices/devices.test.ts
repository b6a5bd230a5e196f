import { describe, expect, test } from "bun:test";
import type { Field } from "../../api/fleet.ts";
import { ApiProblem } from "../../api/problem.ts";
import { csvText } from "../../parts/csv.ts";
import { inBulk } from "./bulk.ts";
import { listedFields } from "./listed-fields.ts";
import { devicesSearch, savedViews } from "./search.ts";

test.each([
  [{}, {}],
  [{ q: "a b", product: "p", tag: "t", state: "online", sort: "-heard", view: "cards" }, {}],
  [
    { q: 42, tag: 7 },
    { q: "42", tag: "7" },
  ],
  [{ q: "", state: "odd", sort: "a;b", view: 1, product: 3, other: "x" }, null],
])("the address %j", (raw, expected) => {
  const wish: object = expected === null ? {} : { ...raw, ...expected };
  expect(devicesSearch(raw) as object).toEqual(wish);
});

test("saved views that cannot be read are left out", () => {
  expect(savedViews("x")).toBe(null);
  expect(savedViews([{ name: "Cellar", search: { tag: "cellar", sort: "bad;" } }, { name: 3 }, null])).toEqual([
    { name: "Cellar", search: { tag: "cellar" } },
  ]);
  const layout = { columns: ["serial"], dense: true };
  expect(
    savedViews([
      { name: "A", search: {}, layout },
      { name: "B", search: {}, layout: { columns: [1], dense: true } },
    ]),
  ).toEqual([
    { name: "A", search: {}, layout },
    { name: "B", search: {} },
  ]);
});

test("fields of most devices come first, batteries last; a few are shown", () => {
  const field = (id: string) => ({ id, name: id, type: "NUMERIC", decimals: null }) as Field; // what is read of it
  const fields = new Map([
    ["a", [field("BATTERY"), field("X")]],
    ["b", [field("BATTERY"), field("Y"), field("X")]],
    ["c", [field("Z")]],
  ]);
  const counts = new Map([
    ["a", 5],
    ["b", 1],
    ["c", 3],
  ]);
  const found = listedFields(fields, counts);
  expect(found.map(({ id, usual }) => [id, usual])).toEqual([
    ["X", true],
    ["Z", true],
    ["Y", true],
    ["BATTERY", false],
  ]);
});

describe("many changes", () => {
  const deps = () => {
    const waited: number[] = [];
    const told: number[] = [];
    const wait = async (ms: number) => void waited.push(ms);
    return { waited, told, deps: { wait, progress: (done: number) => void told.push(done) } };
  };
  test("each is done once, and a refusal stops no other", async () => {
    const { deps: given, told } = deps();
    const done: number[] = [];
    const result = await inBulk(
      [1, 2, 3, 4, 5, 6, 7],
      async (n) => {
        if (n % 3 === 0) throw new Error("no");
        done.push(n);
      },
      given,
    );
    expect(done.sort()).toEqual([1, 2, 4, 5, 7]);
    expect(result).toEqual({ done: 5, failed: new Map([["no", 2]]) });
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
  test("too much to do: it waits as long as the server says, and goes on", async () => {
    const { deps: given, waited } = deps();
    let busy = 2;
    const change = async () => {
      if (busy-- > 0) throw new ApiProblem(429, "rate_limited", "slowly", 3, []);
    };
    expect(await inBulk([1], change, given)).toEqual({ done: 1, failed: new Map() });
    expect(waited).toEqual([3000, 3000]);
  });
  test("it does not wait for ever", async () => {
    const { deps: given, waited } = deps();
    const change = () => Promise.reject(new ApiProblem(429, "rate_limited", "slowly", null, []));
    expect((await inBulk([1], change, given)).failed).toEqual(new Map([["slowly", 1]]));
    expect(waited).toHaveLength(20);
  });
});

test("a table for spreadsheets runs nothing, and keeps its numbers", () => {
  expect(
    csvText(
      ["a", "b"],
      [
        ["=1+1", "-2.5"],
        ["-x", 'say "no"'],
        ["@y", "1,5\n2"],
        ["-1.5e-7", "-33.9, 151.2"],
        ["-2+3", "-1,2,3"],
      ],
    ),
  ).toBe(`a,b\r\n'=1+1,-2.5\r\n'-x,"say ""no"""\r\n'@y,"1,5\n2"\r\n-1.5e-7,"-33.9, 151.2"\r\n'-2+3,"'-1,2,3"\r\n`);
});
