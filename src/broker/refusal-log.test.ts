import { expect, test } from "bun:test";
import { Directory } from "../fleet/directory.ts";
import type { ToldRefusal } from "../ingest/refusals.ts";
import { RefusalLog, refusalLogOf } from "./refusal-log.ts";

const refusal = (change: Partial<ToldRefusal> = {}): ToldRefusal => ({
  principal: "a:1",
  device: 1,
  code: "invalid_value",
  message: "not a number",
  topic: "dtck-pub/p/d/T",
  payload: "warm",
  base64: false,
  row: null,
  rows: [],
  first: 0,
  time: 0,
  count: 1,
  ...change,
});

test("the first refusal of an account and cause is a line at once, the others fold into one each ten seconds", () => {
  const lines: (readonly [object, string])[] = [];
  const log = new RefusalLog({ info: (facts, text) => void lines.push([facts, text]) }, (key) => `name of ${key}`);
  log.seen(refusal(), 0);
  expect(lines).toEqual([
    [
      { account: "name of a:1", code: "invalid_value", topic: "dtck-pub/p/d/T", why: "not a number", count: 1 },
      "refused a publish",
    ],
  ]);
  for (let i = 1; i <= 9; i++) {
    log.seen(refusal({ topic: `dtck-pub/p/d/T${i}`, count: 2 }), i * 1e6);
    log.tick(i * 1e6);
  }
  expect(lines).toHaveLength(1);
  log.seen(refusal({ code: "unknown_field" }), 9e6);
  expect(lines).toHaveLength(2);
  log.tick(10e6);
  expect(lines[2]?.[0]).toMatchObject({ code: "invalid_value", topic: "dtck-pub/p/d/T9", count: 18 });
  expect(lines[2]?.[1]).toContain("the latest of them");
  log.tick(25e6);
  log.seen(refusal(), 26e6);
  expect(lines[3]).toMatchObject([{ count: 1 }, "refused a publish"]);
  expect(lines).toHaveLength(4);
});

test("what is remembered is bounded", () => {
  let count = 0;
  const log = new RefusalLog({ info: () => void count++ }, String);
  for (let i = 0; i < 5000; i++) log.seen(refusal({ principal: `a:${i}` }), 0);
  expect(count).toBe(1000);
  log.tick(11e6);
  log.seen(refusal({ principal: "a:4999" }), 12e6);
  expect(count).toBe(1001);
});

test("what a product's integration was refused is not said to be of the API user with its number", () => {
  const directory = new Directory();
  const product = { name: "", retainLastValues: true, publishBackfill: false, boolText: "true" } as const;
  directory.apply([
    { kind: "workspace", op: "put", row: { uid: 1, slug: "home", name: "" } },
    { kind: "product", op: "put", row: { ...product, uid: 2, workspace: 1, slug: "sensors" } },
    { kind: "apiUser", op: "put", row: { uid: 2, workspace: 1, name: "device", mqtt: true, grants: [] } },
  ]);
  const lines: object[] = [];
  const log = refusalLogOf(directory, { info: (facts) => void lines.push(facts) });
  for (const principal of ["p:2", "a:2"]) log.seen(refusal({ principal }), 0);
  expect(lines).toMatchObject([{ account: "integration of sensors" }, { account: "device@home" }]);
});
