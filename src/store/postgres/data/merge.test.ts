import { expect, test } from "bun:test";
import type { Asked } from "./bridge-messages.ts";
import { merged } from "./merge.ts";

const INSERT = "INSERT INTO part (series, t0, t1, n, body) VALUES ($1, $2, $3, $4, $5)";
const UPDATE =
  "UPDATE series SET cur_time = $1, cur_value = coalesce($2, cur_value), last_arrival = $3, sealed_seq = $4 WHERE id = $5";
const body = new Uint8Array([1]);
const part = (series: number): Asked[number] => ({
  text: INSERT,
  values: [series, 1, 2, 3, body],
  name: "s1",
  begins: false,
});
const series = (id: number, time: number): Asked[number] => ({
  text: UPDATE,
  values: [time, null, 0, 9, id],
  name: "s2",
  begins: false,
});
const other: Asked[number] = { text: "DELETE FROM part WHERE id = $1", values: [4], name: "s3", begins: false };
const shown = (asked: Asked) => asked.map(({ text, values }) => [text.slice(0, 11), values]);

test("what is written for several series is one statement of each kind, in the order given", () => {
  expect(shown(merged([part(1), series(1, 5), part(2), series(2, 6)]))).toEqual([
    [
      "INSERT INTO",
      [
        [1, 2],
        [1, 1],
        [2, 2],
        [3, 3],
        [body, body],
      ],
    ],
    [
      "UPDATE seri",
      [
        [5, 6],
        [null, null],
        [0, 0],
        [9, 9],
        [1, 2],
      ],
    ],
  ]);
});
test("a row is changed once by a statement: what follows for it is another one, and so is what is behind another statement", () => {
  expect(shown(merged([series(1, 5), series(2, 6), series(1, 7), other, part(1)]))).toEqual([
    [
      "UPDATE seri",
      [
        [5, 6],
        [null, null],
        [0, 0],
        [9, 9],
        [1, 2],
      ],
    ],
    ["UPDATE seri", [7, null, 0, 9, 1]],
    ["DELETE FROM", [4]],
    ["INSERT INTO", [1, 1, 2, 3, body]],
  ]);
});
