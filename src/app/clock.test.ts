import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { EARLIEST_CLOCK } from "../base/clock.ts";
import { type ClockNote, SystemClock } from "./clock.ts";

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const NOON = Date.UTC(2026, 10, 29, 12) * 1000;

/** A machine whose clocks a test sets; all µs. */
function machine(wall = NOON) {
  const at = { wall, monotonic: 5 };
  const start = (note: ClockNote | null = null) =>
    new SystemClock(
      note,
      () => Math.floor(at.wall / 1000),
      () => at.monotonic / 1000,
    );
  const pass = (micros: number) => {
    at.wall += micros;
    at.monotonic += micros;
  };
  return { at, start, pass };
}

describe("the wall clock", () => {
  test("is finer than a millisecond, and followed when it is set", () => {
    const { at, start, pass } = machine(1_000_000_000);
    const clock = start();
    expect(clock.micros()).toBe(1_000_000_000);
    pass(250);
    expect(clock.micros()).toBe(1_000_000_250);
    at.wall += HOUR; // NTP: an hour late
    expect(clock.micros()).toBe(4_600_000_000);
    pass(10_500);
    expect(clock.micros()).toBe(4_600_010_500);
    at.wall -= 2 * HOUR;
    expect(clock.micros()).toBeLessThan(1_000_000_000);
    // small differences are the two clocks' own
    at.wall += 20_000;
    const before = clock.micros();
    expect(clock.micros()).toBe(before);
  });

  test("its steps are heard before anybody has the new time", () => {
    const { at, start } = machine();
    const clock = start();
    const steps: number[] = [];
    clock.stepped = (by) => void steps.push(by);
    at.wall += 2 * HOUR;
    clock.micros();
    at.wall -= 3 * HOUR;
    clock.steady();
    expect(steps.map((by) => Math.round(by / SECOND))).toEqual([7200, -10_800]);
  });
});

describe("the steady clock", () => {
  test("property: goes forward at its pace whatever is done to the wall clock, over restarts, too", () => {
    const act = fc.record({
      set: fc.integer({ min: -11 * YEAR, max: 11 * YEAR }),
      pass: fc.integer({ min: 0, max: HOUR }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), fc.integer({ min: 0, max: DAY }), (acts, off) => {
        const { at, start, pass } = machine();
        const clock = start();
        let expected = clock.steady();
        for (const { set, pass: by } of acts) {
          at.wall = Math.max(0, at.wall + set);
          pass(by);
          expected += by;
          expect(Math.abs(clock.steady() - expected)).toBeLessThan(1000);
        }
        const { note } = clock;
        pass(off); // no server runs
        at.monotonic = 17; // another boot
        const { since, steady } = { since: start(note).since, steady: start(note).steady() };
        expect(Math.abs(steady - expected - (since === null ? 0 : off))).toBeLessThan(2000);
        if (since === null) expect(note.wall).toBeLessThan(EARLIEST_CLOCK);
      }),
    );
  });

  test.each([
    ["set back while no server ran", -10 * YEAR, 0],
    ["begun in 1970", 90 * SECOND - NOON, 0],
    ["a weekend off", 2 * DAY, 2 * DAY],
    ["ten years ahead", 10 * YEAR, 0],
  ])("over a restart: %s", (_, by, counted) => {
    const { at, start } = machine();
    const first = start();
    const { note } = first;
    at.wall += by;
    const clock = start(note);
    expect(clock.steady() - note.steady - counted).toBeLessThan(2000);
    expect(Math.floor(clock.micros() / 1000)).toBe(Math.floor(at.wall / 1000));
  });

  test("a long time off counts when nobody set the clock back for a day, or a person says so; not when it was wrong", () => {
    for (const end of ["day", "person", "set back"] as const) {
      const { at, start, pass } = machine();
      const { note } = start();
      pass(30 * DAY);
      const clock = start(note);
      expect([clock.doubted, clock.trusted()]).toEqual([30 * DAY, NOON]);
      if (end === "set back") at.wall -= 30 * DAY;
      if (end === "person") clock.believe();
      pass(end === "person" ? 0 : DAY);
      clock.micros();
      clock.tick();
      const lasted = clock.steady() - note.steady;
      expect([end, Math.round(lasted / DAY), clock.doubted]).toEqual([
        end,
        { day: 31, person: 30, "set back": 1 }[end],
        0,
      ]);
    }
  });
});

describe("the trusted clock", () => {
  test("is the wall clock but for what that leapt ahead by within a day", () => {
    const { at, start, pass } = machine();
    const clock = start();
    at.wall += 2 * HOUR;
    pass(MINUTE);
    expect(clock.trusted() - NOON).toBeLessThan(MINUTE + 1000);
    at.wall -= 2 * HOUR; // it was wrong
    expect([Math.round((clock.trusted() - NOON) / 1000), clock.doubted]).toEqual([60_000, 0]);
    at.wall -= 2 * HOUR; // and back at once
    expect(clock.trusted()).toBe(clock.micros());
    at.wall += 10 * YEAR;
    clock.tick();
    pass(DAY - MINUTE);
    clock.tick();
    expect(clock.doubted).toBeGreaterThan(9 * YEAR);
    pass(MINUTE);
    clock.tick();
    expect([clock.doubted, clock.trusted() - clock.micros()]).toEqual([0, 0]);
  });

  test("a clock that was not set before is not doubted when it is", () => {
    const { at, start, pass } = machine(100 * SECOND);
    const clock = start();
    pass(MINUTE);
    at.wall = NOON;
    clock.tick();
    expect([clock.doubted, clock.trusted()]).toEqual([0, NOON]);
    const { note } = start();
    const other = machine(100 * SECOND);
    const unset = other.start().note;
    other.at.wall = NOON;
    const later = other.start(unset);
    expect([later.since, later.doubted, later.trusted()]).toEqual([null, 0, NOON]);
    expect(later.steady()).toBeLessThan(200 * SECOND);
    expect(note.wall).toBe(NOON);
  });

  test("doubt goes on over a restart", () => {
    const { at, start, pass } = machine();
    const first = start();
    at.wall += 10 * YEAR;
    const { note } = first;
    pass(HOUR);
    expect(start(note).trusted() - NOON).toBeLessThan(HOUR + 2000);
    at.wall -= 10 * YEAR;
    const mended = start(note);
    expect([mended.doubted, mended.trusted() - mended.micros()]).toEqual([0, 0]);
  });
});
