import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { distance } from "./geofence.ts";
import { COLD, cross, isCold, look, mayRun, type RuleState } from "./machine.ts";

const M = 60_000_000;
const moment = (minute: number) => ({ at: minute * M, steady: minute * M });

/** A naive model: the whole past is looked at again for each answer. */
function model(
  looks: readonly (readonly [minute: number, holds: boolean])[],
  hold: number,
  repeat: number | null,
): string[] {
  const told: string[] = [];
  let since: number | null = null;
  let last: number | null = null;
  for (const [minute, holds] of looks) {
    if (!holds) {
      if (last !== null) told.push(`cleared ${minute}`);
      [since, last] = [null, null];
      continue;
    }
    since ??= minute;
    if (last === null && minute - since >= hold) {
      told.push(`fired ${minute}`);
      last = minute;
    } else if (last !== null && repeat !== null && minute - last >= repeat) {
      told.push(`repeated ${minute}`);
      last = minute;
    }
  }
  return told;
}

describe("the machine of a rule and a device", () => {
  test("does what a model does that remembers everything, also when it is stored and read between two looks", () => {
    const looks = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(looks, fc.constantFrom(0, 5, 10), fc.constantFrom(null, 7), (steps, hold, repeat) => {
        let state: RuleState = { ...COLD };
        let minute = 0;
        const seen: [number, boolean][] = [];
        const told: string[] = [];
        for (const [wait, holds] of steps) {
          minute += wait;
          seen.push([minute, holds]);
          const timing = { hold: hold * M, repeat: repeat === null ? null : repeat * M };
          const change = look(timing, state, holds, moment(minute));
          if (change !== null && !change.startsWith("waits")) told.push(`${change} ${minute}`);
          expect(state.hot || state.since !== null).toBe(holds);
          state = JSON.parse(JSON.stringify(state));
        }
        expect(told).toEqual(model(seen, hold, repeat));
      }),
    );
  });
  test("is told to be cold when there is nothing to remember", () => {
    const state = { ...COLD };
    expect(isCold(state)).toBe(true);
    look({ hold: 5 * M, repeat: null }, state, true, moment(1));
    expect(isCold(state)).toBe(false);
    look({ hold: 5 * M, repeat: null }, state, false, moment(2));
    expect([isCold(state), state]).toEqual([true, COLD]);
  });
  test("crosses a circle only when it was known on the other side", () => {
    const run = (event: "enter" | "leave", places: string) => {
      const state = { ...COLD };
      return [...places].map((one) => (cross(state, event, one === "i") ? "!" : ".")).join("");
    };
    expect([run("enter", "iioiio"), run("enter", "oii"), run("leave", "oooioo"), run("leave", "ioi")]).toEqual([
      "...!!.",
      ".!!",
      "....!!",
      ".!.",
    ]);
  });
  test("runs actions so often an hour, at any time", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5 }), (waits, limit) => {
        const times: number[] = [];
        const ran: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait * M;
          const may = mayRun(times, limit, now);
          const inHour = ran.filter((time) => time > now - 60 * M).length;
          expect(may).toBe(inHour < limit);
          if (may) ran.push(now);
        }
        expect(mayRun([], null, now)).toBe(true);
      }),
    );
  });
});

test.each([
  [{ lat: 0, lng: 0 }, { lat: 0, lng: 0 }, 0],
  [{ lat: 52.52, lng: 13.405 }, { lat: 48.8566, lng: 2.3522 }, 877_460],
  [{ lat: 0, lng: 179.5 }, { lat: 0, lng: -179.5 }, 111_195],
  [{ lat: 90, lng: 0 }, { lat: -90, lng: 120 }, 20_015_115],
])("from %j to %j it is %p m", (a, b, metres) => {
  expect(Math.abs(distance(a, b) - metres)).toBeLessThan(Math.max(1, metres * 0.001));
});
