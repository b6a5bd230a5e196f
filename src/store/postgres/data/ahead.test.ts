import { expect, test } from "bun:test";
import { ReadAhead } from "../../sqlite/data/read-ahead.ts";
import type { Sql } from "../../sqlite/data/sql.ts";
import { Ahead } from "./ahead.ts";

const PARTS = "SELECT id, t0, t1, n, length(body) AS bytes FROM part WHERE series = $1 ORDER BY id";
const BODY = "SELECT body FROM part WHERE id = $1";

/** Two parts of each series: 10 and 11 of series 1. */
function readAhead() {
  const asked: string[] = [];
  const ahead = new Ahead();
  ahead.read([1, 2], "merge", (text, series) => {
    asked.push(text);
    const rows = series.flatMap((id) => [0, 1].map((k) => [id, id * 10 + k, `body ${id * 10 + k}`]));
    return { columns: ["series", "id", "body"], rows, counts: [] };
  });
  return { ahead, asked };
}

test("what is read of many series is found for each: some questions for all of them", () => {
  const { ahead, asked } = readAhead();
  expect(asked).toHaveLength(3);
  expect(ahead.find(PARTS, [2])?.rows).toEqual([
    [20, "body 20"],
    [21, "body 21"],
  ]);
  expect(ahead.find(BODY, [11])?.rows).toEqual([["body 11"]]);
  expect(ahead.find(PARTS, [3])).toBeNull();
  expect(ahead.find("SELECT 1", [1])).toBeNull();
});

test.each([
  [
    "a part of one goes: only what is known of that series is old",
    "DELETE FROM part WHERE id = $1",
    [10],
    [null, true],
  ],
  ["one gets a part", "INSERT INTO part (series, t0, t1, n, body) VALUES ($1, $2, $3, $4, $5)", [1], [null, true]],
  ["a part of which nobody knows the series goes", "DELETE FROM part WHERE id = $1", [99], [null, null]],
  [
    "a part is put in the place of another",
    "INSERT INTO part (id, series, t0) VALUES ($1, $2, $3)",
    [10, 1, 0],
    [null, null],
  ],
  ["anything else is written", "DELETE FROM block WHERE id = $1", [1], [null, null]],
  ["the transaction ends", "COMMIT", [], [null, null]],
] as const)("%s", (_, text, params, known) => {
  const { ahead } = readAhead();
  ahead.written(text, params);
  expect([1, 2].map((series) => (ahead.find(PARTS, [series]) === null ? null : true))).toEqual([...known]);
});

test("series are read together as work comes to them, anew in each transaction, however many one has", () => {
  const read: number[][] = [];
  const db = { prefetch: (series: readonly number[]) => void read.push([...series]) } as unknown as Sql; // all that is used of it
  const ahead = new ReadAhead(db, "seal");
  const queue = Array.from({ length: 1000 }, (_, i) => i);
  for (const series of queue) ahead.comesTo(series, () => queue.slice(series));
  expect(read.map((some) => [some[0], some.length])).toEqual([
    [0, 400],
    [400, 400],
    [800, 200],
  ]);
  ahead.begins();
  ahead.comesTo(999, () => [999]);
  expect(read.at(-1)).toEqual([999]);
});
