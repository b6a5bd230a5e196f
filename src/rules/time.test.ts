import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { secondsOf } from "./duration.ts";
import { Hours, isClockTime, isCron, isZone, Schedule } from "./time.ts";
import { DAYS } from "./types.ts";

const at = (text: string) => Date.parse(text) * 1000;
const shown = (time: number | null) =>
  time === null ? null : new Date(time / 1000).toISOString().replace(".000Z", "Z");

describe("schedules", () => {
  const moments = (cron: string, zone: string, from: string, count: number) => {
    const schedule = new Schedule(cron, zone);
    const found: (string | null)[] = [];
    let time: number | null = at(from);
    for (let i = 0; i < count && time !== null; i++) {
      time = schedule.next(time);
      found.push(shown(time));
    }
    return found;
  };
  test.each([
    // clocks go forward at 02:00 on 2026-03-29: a time that they are set over is the moment behind
    [
      "30 2 * * *",
      "Europe/Berlin",
      "2026-03-27T12:00:00Z",
      ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
    ],
    // and back at 03:00 on 2026-10-25: a time that they show twice counts once
    ["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]],
    ["0 7 * * 1-5", "Europe/Berlin", "2026-10-23T12:00:00Z", ["2026-10-26T06:00:00Z", "2026-10-27T06:00:00Z"]],
    // every half hour goes on at its pace
    [
      "*/30 * * * *",
      "Europe/Berlin",
      "2026-10-25T00:00:00Z",
      ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z"],
    ],
    ["0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]],
    ["0 0 1 1 *", "Pacific/Auckland", "2026-06-01T00:00:00Z", ["2026-12-31T11:00:00Z"]],
    ["0 12 * * 7", "Asia/Kolkata", "2026-03-01T00:00:00Z", ["2026-03-01T06:30:00Z", "2026-03-08T06:30:00Z"]],
  ])("%s in %s", (cron, zone, from, expected) => expect(moments(cron, zone, from, expected.length)).toEqual(expected));
  test.each(["* * *", "61 * * * *", "0 0 30 2 *", "@daily", "* * * * * *", "", "x", "0 0 * * mon-"])(
    "%p is no pattern",
    (cron) => expect(isCron(cron)).toBe(false),
  );
  test("moments grow, and each lies behind the last", () => {
    const crons = fc.constantFrom("*/7 * * * *", "15 3 * * *", "0 0 1 * *", "30 2 * * 0");
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe");
    fc.assert(
      fc.property(crons, zones, fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }), (cron, zone, seconds) => {
        const schedule = new Schedule(cron, zone);
        const first = schedule.next(seconds * 1e6) ?? 0;
        expect(first).toBeGreaterThan(seconds * 1e6);
        expect(schedule.next(first) ?? 0).toBeGreaterThan(first);
        // asked from between, it is the same
        expect(schedule.next(first - 1_000_000)).toBe(first);
      }),
      { numRuns: 60 },
    );
  });
});

describe("hours", () => {
  const berlin = (from: string, to: string, days = [...DAYS]) => new Hours({ zone: "Europe/Berlin", days, from, to });
  test.each([
    [berlin("08:00", "18:00"), "2026-07-01T06:00:00Z", true],
    [berlin("08:00", "18:00"), "2026-07-01T05:59:59Z", false],
    [berlin("08:00", "18:00"), "2026-07-01T15:59:59Z", true],
    [berlin("08:00", "18:00"), "2026-07-01T16:00:00Z", false],
    [berlin("08:00", "18:00"), "2026-01-01T06:30:00Z", false],
    // over midnight it belongs to the day of its beginning: Friday night, not Saturday night
    [berlin("22:00", "06:00", ["fri"]), "2026-07-03T21:00:00Z", true],
    [berlin("22:00", "06:00", ["fri"]), "2026-07-04T03:59:00Z", true],
    [berlin("22:00", "06:00", ["fri"]), "2026-07-04T04:00:00Z", false],
    [berlin("22:00", "06:00", ["fri"]), "2026-07-04T21:00:00Z", false],
    [berlin("00:00", "24:00", ["sun"]), "2026-03-28T23:00:00Z", true],
    [berlin("00:00", "24:00", ["sun"]), "2026-03-29T21:59:00Z", true],
    [berlin("00:00", "24:00", ["sun"]), "2026-03-29T22:00:00Z", false],
    // 02:30 is not there on the day on which clocks go forward: it begins when they do
    [berlin("02:30", "04:00"), "2026-03-29T00:59:00Z", false],
    [berlin("02:30", "04:00"), "2026-03-29T01:00:00Z", true],
    // and lasts an hour longer when they go back
    [berlin("02:30", "04:00"), "2026-10-25T00:30:00Z", true],
    [berlin("02:30", "04:00"), "2026-10-25T02:59:00Z", true],
    [berlin("02:30", "04:00"), "2026-10-25T03:00:00Z", false],
  ])("%# %s %p", (hours, time, expected) => expect(hours.holds(at(time))).toBe(expected));
  test("change only at the moments that they say", () => {
    const time = fc.constantFrom("00:00", "02:30", "06:00", "13:15", "23:59");
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe");
    fc.assert(
      fc.property(
        time,
        time.filter((one) => one !== "00:00"),
        zones,
        fc.subarray([...DAYS], { minLength: 1 }),
        fc.integer({ min: 1_770_000_000, max: 1_810_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, to, zone, days, seconds, part) => {
          fc.pre(from !== to);
          const hours = new Hours({ zone, days, from, to });
          const now = seconds * 1e6;
          const next = hours.next(now);
          expect(next).toBeGreaterThan(now);
          expect(hours.holds(now + Math.floor((next - 1 - now) * part))).toBe(hours.holds(now));
        },
      ),
      { numRuns: 150 },
    );
  });
  test.each([
    ["08:00", true],
    ["24:00", true],
    ["24:01", false],
    ["8:00", false],
    ["23:60", false],
    ["", false],
  ] as const)("%p as a time of the day: %p", (text, is) => expect(isClockTime(text, "24:00")).toBe(is));
  test("zones", () => {
    expect(["UTC", "Europe/Berlin", "+05:30", "Moon/Sea", ""].map(isZone)).toEqual([true, true, true, false, false]);
  });
});

test.each([
  ["90s", 90],
  ["10m", 600],
  ["1h30m", 5400],
  ["7d", 604_800],
  ["366d", 31_622_400],
  ["367d", null],
  ["0s", null],
  ["", null],
  ["10", null],
  ["1m30", null],
  ["1m1h", null],
  ["-5m", null],
  ["1.5h", null],
])("the duration %p is %p seconds", (text, seconds) => expect(secondsOf(text)).toBe(seconds));
