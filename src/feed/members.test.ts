import { expect, test } from "bun:test";
import { Told } from "../store/record.ts";
import { Members } from "./members.ts";

const up = (node: number, epoch: number) => ({ what: Told.NodeUp, numbers: [node, epoch] });
const gone = (node: number, epoch: number) => ({ what: Told.NodeGone, numbers: [node, epoch] });

test("who takes part, and who has the duty, is what the log told last", () => {
  const members = new Members(2, [[1, 5]]);
  const changes: unknown[] = [];
  members.onChange((change) => changes.push(change));
  expect([members.duty, members.numbers]).toEqual([1, [1]]);
  for (const news of [up(2, 6), up(2, 6), up(3, 4), gone(3, 3)]) members.heard(news);
  expect([members.duty, members.numbers]).toEqual([3, [1, 2, 3]]);
  members.heard({ what: Told.Login, numbers: [3, 4] });
  members.heard(gone(3, 4));
  expect(members.duty).toBe(1);
  // it began again before anybody missed it: it is the youngest now
  members.heard(up(1, 7));
  expect([members.duty, [...members.live]]).toEqual([
    2,
    [
      [1, 7],
      [2, 6],
    ],
  ]);
  members.heard(gone(1, 5));
  expect(members.live.get(1)).toBe(7);
  expect(changes).toEqual([
    { change: "up", node: 2, epoch: 6, before: null },
    { change: "up", node: 3, epoch: 4, before: null },
    { change: "gone", node: 3, epoch: 4 },
    { change: "up", node: 1, epoch: 7, before: 5 },
  ]);
});

test("nobody has the duty where nobody takes part", () => {
  const members = new Members(1);
  expect(members.duty).toBe(0);
  members.heard(up(1, 1));
  members.heard(gone(1, 1));
  expect([members.duty, members.numbers]).toEqual([0, []]);
});
