import { expect, test } from "bun:test";
import { unbroken } from "./rings.ts";

test.each([
  [
    "a ring that stays on one side is as it was",
    [
      [0, 0],
      [170, 10],
      [0, 20],
      [0, 0],
    ],
    [
      [0, 0],
      [170, 10],
      [0, 20],
      [0, 0],
    ],
  ],
  [
    "one over the date line goes on beyond it, and back",
    [
      [170, 60],
      [-170, 60],
      [-170, 70],
      [170, 70],
      [170, 60],
    ],
    [
      [170, 60],
      [190, 60],
      [190, 70],
      [170, 70],
      [170, 60],
    ],
  ],
  [
    "one round a pole is closed along it",
    [
      [-179, -80],
      [0, -75],
      [179, -80],
      [-179, -80],
    ],
    [
      [-179, -80],
      [0, -75],
      [179, -80],
      [181, -80],
      [181, -90],
      [-179, -90],
    ],
  ],
])("%s", (_, ring, flat) => {
  expect(unbroken(ring)).toEqual(flat);
});
