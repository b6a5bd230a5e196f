import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { happening, RULE, START } from "./alerts.testing.ts";
import { Depths } from "./depths.ts";
import { Lanes, type Work } from "./lanes.ts";
import { acknowledged, closed, lived } from "./life.ts";
import { waitBefore } from "./schedule.ts";
import type { Alert, Task } from "./types.ts";

const MINUTE = 60_000_000;
const task = (id: number, rule = 1, action = 0): Task => ({
  ...{ id, rule, action, time: START, type: "email", alert: null, text: "", severity: null, tries: 0 },
  happening: happening({ id, rule }),
});

describe("the next try of an action", () => {
  test.each<[number, boolean, number, number | null]>([
    [1, false, 0, 5],
    [2, false, 0, 30],
    [8, false, 0, 3600],
    [9, false, 0, null],
    [1, true, 0, 5],
    [2, true, 0, 30],
    [3, true, 0, null],
    [1, false, 600, 600],
    [3, false, 60, 120],
  ])("after %d tries (refused: %p, asked to wait %d s) comes in %p s", (tries, isRefused, asked, seconds) => {
    expect(waitBefore(tries, isRefused, asked * 1e6, 0.5)).toBe(seconds === null ? null : seconds * 1e6);
  });
  test("chance makes it a tenth longer or shorter, no more", () => {
    expect([waitBefore(1, false, 0, 0), waitBefore(1, false, 0, 1)]).toEqual([4.5e6, 5.5e6]);
  });
});

describe("which actions are next", () => {
  test("those of one action go one at a time, in order; others do not wait for them", () => {
    const lanes = new Lanes(() => 0);
    lanes.add([task(1), task(2), task(3, 2)], 0);
    const first = lanes.next(0) as Work;
    const other = lanes.next(0) as Work;
    expect([first.tasks[0]?.id, other.tasks[0]?.id, lanes.next(0)]).toEqual([1, 3, null]);
    lanes.back(first, [{ ...task(1), tries: 1 }], 5 * MINUTE);
    expect(lanes.next(0)).toBe(5 * MINUTE);
    const again = lanes.next(5 * MINUTE) as Work;
    expect(again.tasks).toMatchObject([{ id: 1, tries: 1 }]);
    lanes.over(again, 5 * MINUTE);
    expect((lanes.next(5 * MINUTE) as Work).tasks[0]?.id).toBe(2);
  });
  test("what gathers waits for its time from the first on, or until there are as many as go together", () => {
    const lanes = new Lanes(() => 60);
    lanes.add([task(1)], 10 * MINUTE);
    lanes.add([task(2)], 10.5 * MINUTE);
    expect(lanes.next(10.5 * MINUTE)).toBe(11 * MINUTE);
    const some = lanes.next(11 * MINUTE) as Work;
    expect(some.tasks.map(({ id }) => id)).toEqual([1, 2]);
    lanes.over(some, 11 * MINUTE);
    lanes.add(
      Array.from({ length: 250 }, (_, i) => task(i + 10)),
      12 * MINUTE,
    );
    expect((lanes.next(12 * MINUTE) as Work).tasks).toHaveLength(200);
  });
  test("nothing is done twice or lost, whatever comes and goes", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("add" as const), rule: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constantFrom("over" as const, "back" as const), rule: fc.constant(0) }),
      fc.record({ do: fc.constant("drop" as const), rule: fc.integer({ min: 1, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 1), (steps, digest) => {
        const lanes = new Lanes(() => digest);
        const [waiting, doing, done] = [new Set<number>(), [] as Work[], [] as number[]];
        let now = 0;
        for (const [i, one] of steps.entries()) {
          now += MINUTE;
          if (one.do === "add") {
            lanes.add([task(i, one.rule)], now);
            waiting.add(i);
          } else if (one.do === "drop") {
            // what is being done is not taken out of the hands of who does it, but not done again
            for (const id of lanes.drop(({ rule }) => rule === one.rule)) waiting.delete(id);
          } else {
            const next = lanes.next(now);
            if (next !== null && typeof next === "object") doing.push(next);
            const work = doing.shift();
            if (work === undefined) continue;
            if (one.do === "back") lanes.back(work, work.tasks, now);
            else {
              lanes.over(work, now);
              for (const { id } of work.tasks) if (waiting.delete(id)) done.push(id);
            }
          }
        }
        for (const work of doing) lanes.back(work, work.tasks, 0);
        for (let next = lanes.next(now + 10 * MINUTE); next !== null && typeof next === "object"; ) {
          lanes.over(next, now);
          for (const { id } of next.tasks) if (waiting.delete(id)) done.push(id);
          next = lanes.next(now + 20 * MINUTE);
        }
        expect([waiting.size, new Set(done).size, lanes.size]).toEqual([0, done.length, 0]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the life of an alert, step by step", () => {
  const make = () => ({ id: 1, text: "x" });
  const ADA = { key: "u:1", name: "ada@example.com" };
  const open = lived(null, happening(), RULE, make).alert as Alert;
  const mine = acknowledged(open, ADA, null, START + 1);
  const quiet = { quiet: "snooze" } as const;
  const off = { reason: "off" } as const;
  test.each<[string, Alert | null, Parameters<typeof happening>[0], string | null, boolean]>([
    ["none, and it fires", null, { kind: "fired" }, "open", true],
    ["none, and it fires while it is snoozed", null, { kind: "fired", ...quiet }, "open", false],
    ["none, and it repeats: the rule opens alerts since lately", null, { kind: "repeated" }, "open", true],
    ["none, and it clears", null, { kind: "cleared" }, null, true],
    ["open, and it fires", open, { kind: "fired" }, "open", true],
    ["open, and it repeats", open, { kind: "repeated" }, "open", true],
    ["open, and it repeats over its limit", open, { kind: "repeated", quiet: "limit" }, "open", false],
    ["open, and it clears", open, { kind: "cleared" }, "closed", true],
    ["open, and the rule is switched off", open, { kind: "cleared", ...off }, "closed", false],
    ["acknowledged, and it fires anew", mine, { kind: "fired" }, "open", true],
    ["acknowledged, and it repeats", mine, { kind: "repeated" }, "acknowledged", false],
    ["acknowledged, and it clears", mine, { kind: "cleared" }, "closed", true],
  ])("%s", (_, before, more, state, acts) => {
    const { alert, acts: does } = lived(before, happening(more), RULE, make);
    expect({ state: alert?.state ?? null, does }).toEqual({ state: state as Alert["state"] | null, does: acts });
  });
  test("none, and it repeats since somebody closed it: they need not be told again", () => {
    expect(lived(null, happening({ kind: "repeated" }), RULE, make, true)).toEqual({
      alert: null,
      isChanged: false,
      acts: false,
    });
  });
  test("of many steps the first and the newest are kept, and what is done twice is done once", () => {
    let alert = open;
    for (let n = 0; n < 200; n++) alert = lived(alert, happening({ time: START + n }), RULE, make).alert as Alert;
    expect([alert.count, alert.steps.length, alert.steps[0]?.what, alert.steps.at(-1)?.time]).toEqual([
      201,
      50,
      "opened",
      START + 199,
    ]);
    expect(acknowledged(mine, ADA, "again", START + 2)).toBe(mine);
    const over = closed(mine, ADA, null, START + 3);
    expect([closed(over, ADA, null, START + 4), acknowledged(over, ADA, null, START + 4)]).toEqual([over, over]);
  });
});

test("how deep a value was written is known by its time, and forgotten when much else was written", () => {
  const depths = new Depths();
  depths.wrote(1, 2, 100, 3);
  depths.wrote(1, 2, 200, 4);
  expect([depths.of(1, 2, 100), depths.of(1, 2, 200), depths.of(1, 2, 300), depths.of(2, 1, 100)]).toEqual([
    3, 4, 0, 0,
  ]);
  for (let n = 0; n < 20; n++) depths.wrote(1, 2, 300 + n, 1);
  expect(depths.of(1, 2, 100)).toBe(0);
  for (let device = 2; device < 100_005; device++) depths.wrote(device, 1, 1, 1);
  expect([depths.of(1, 2, 319), depths.of(100_004, 1, 1)]).toEqual([0, 1]);
});
