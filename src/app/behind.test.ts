import { expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { Behind } from "./behind.ts";

test("requests wait for the log, with one look for all of them, so long and so many", async () => {
  const state = { applied: 5 };
  let looks: (() => void)[] = [];
  const behind = new Behind(
    () => state.applied,
    (fn) => looks.push(fn),
  );
  const look = (): void => {
    const [next, ...others] = looks;
    expect(others).toEqual([]);
    looks = [];
    next?.();
  };
  await behind.reached(5);
  expect(looks).toEqual([]);
  const told: string[] = [];
  const wait = (seq: number): Promise<void> =>
    behind.reached(seq).then(
      () => void told.push(`${seq}`),
      (why: unknown) => void told.push(`${seq} ${why instanceof Refusal ? why.code : why}`),
    );
  const [seven, eight] = [wait(7), wait(8)];
  look();
  state.applied = 7;
  look();
  await seven;
  expect(told).toEqual(["7"]);
  for (let i = 0; i < 998; i++) look();
  await eight;
  expect([told, looks]).toEqual([["7", "8 node_behind"], []]);
  for (let i = 0; i < 1000; i++) void wait(9);
  await wait(9);
  expect(told.slice(2)).toEqual(["9 node_behind"]);
  state.applied = 9;
  look();
  expect(looks).toEqual([]);
});
