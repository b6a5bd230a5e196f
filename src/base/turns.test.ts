import { expect, test } from "bun:test";
import { atOnce, inTurns, nextTurn, Turns } from "./turns.ts";

test("work is asked to give way after its time, and not before", async () => {
  let ms = 0;
  const turns = new Turns(2, () => ms);
  const steps = async () => {
    let n = 0;
    while (!turns.due) {
      n++;
      ms += 0.1;
    }
    await turns.next();
    return n;
  };
  expect(await steps()).toBeGreaterThanOrEqual(15);
  expect(await steps()).toBeLessThanOrEqual(48);
  expect(turns.over).toBe(false);
  ms += 2;
  expect(turns.over).toBe(true);
});

test("others run in between", async () => {
  const turns = new Turns();
  let ran = false;
  setImmediate(() => {
    ran = true;
  });
  await turns.next();
  expect(ran).toBe(true);
});

test("steps make the same at once and in turns, and others run between turns", async () => {
  let ms = 0;
  const steps = function* () {
    let sum = 0;
    for (let i = 0; i < 10; i++) {
      sum += i;
      ms++;
      yield;
    }
    return sum;
  };
  expect(atOnce(steps())).toBe(45);
  let others = 0;
  const other = () => {
    others++;
    if (others < 100) setImmediate(other);
  };
  setImmediate(other);
  expect(await inTurns(steps(), new Turns(2, () => ms))).toBe(45);
  expect(others).toBeGreaterThanOrEqual(4);
});

test("of work that goes on at the same time one turn is done between two looks at the sockets", async () => {
  let looks = 0;
  let going = true;
  const look = () => {
    looks++;
    if (going) setImmediate(look);
  };
  setImmediate(look);
  const seen: number[] = [];
  const work = async () => {
    for (let i = 0; i < 5; i++) {
      await nextTurn();
      seen.push(looks);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  going = false;
  expect(seen).toHaveLength(40);
  expect(new Set(seen).size).toBe(40);
});
