import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "../base/errors.ts";
import { printTime } from "../measure/time.ts";
import { bucketsOf, evenBuckets } from "./buckets.ts";
import { parseResolution, type Step } from "./resolution.ts";
import { Zone } from "../measure/zone.ts";
import { prepareZone } from "./zones.ts";

const us = (text: string) => Date.parse(text) * 1000;
const step = (text: string) => parseResolution(text) as Step; // none of these is raw
const MANY = 100_000;

/** The starts of the buckets as text. */
function starts(resolution: string, from: string, to: string, zone?: string): string[] {
  const range = { from: us(from), to: us(to) };
  const made = bucketsOf(step(resolution), range, zone === undefined ? null : new Zone(zone), MANY);
  if (made.starts.length > 0) {
    expect(made.edges[0]).toBe(range.from);
    expect(made.edges.at(-1)).toBe(range.to);
  }
  return [...made.starts].map(printTime);
}
const hours = (day: string, ...list: string[]) => list.map((hour) => `${day}T${hour}:00Z`);

describe("without a zone the grid is fixed in UTC", () => {
  test.each<[string, string, string, string[]]>([
    ["1h", "2026-01-01T10:20:00Z", "2026-01-01T12:00:00Z", hours("2026-01-01", "10:00", "11:00")],
    ["1h", "2026-01-01T10:00:00Z", "2026-01-01T12:00:00.001Z", hours("2026-01-01", "10:00", "11:00", "12:00")],
    ["1w", "2026-01-01T00:00:00Z", "2026-01-12T00:00:00Z", ["2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"]],
    // 2 weeks and 7 hours from Monday 2000-01-03 on
    ["2w", "2000-01-16T23:59:59Z", "2000-01-17T00:00:01Z", ["2000-01-03T00:00:00Z", "2000-01-17T00:00:00Z"]],
    ["7h", "2000-01-03T00:00:00Z", "2000-01-03T08:00:00Z", hours("2000-01-03", "00:00", "07:00")],
    ["90s", "2026-01-01T00:00:00Z", "2026-01-01T00:02:00Z", ["2026-01-01T00:00:00Z", "2026-01-01T00:01:30Z"]],
    ["1mo", "2024-02-15T00:00:00Z", "2024-04-01T00:00:00Z", ["2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"]],
    ["3mo", "2026-02-15T00:00:00Z", "2026-04-02T00:00:00Z", ["2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"]],
    ["2y", "2025-06-01T00:00:00Z", "2026-02-01T00:00:00Z", ["2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]],
  ])("%s from %s to %s", (resolution, from, to, want) => expect(starts(resolution, from, to)).toEqual(want));

  test("an empty range has no bucket, and nothing before 2000 has", () => {
    expect(starts("1h", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")).toEqual([]);
    const made = bucketsOf(step("1w"), { from: 0, to: us("2000-01-03T00:00:00Z") }, null, MANY);
    expect([[...made.starts].map(printTime), made.edges[0]]).toEqual([["1999-12-27T00:00:00Z"], us("2000-01-01")]);
  });
});

describe("in a zone the wall clock decides", () => {
  // Berlin: +1 to +2 on 2026-03-29 at 01:00 UTC, back on 2026-10-25 at 01:00 UTC
  test.each<[string, string, string, string, string, string[]]>([
    [
      "the day that is 23 hours long",
      "1d",
      "Europe/Berlin",
      "2026-03-28T23:00:00Z",
      "2026-03-30T22:00:00Z",
      ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"],
    ],
    [
      "the day that is 25 hours long",
      "1d",
      "Europe/Berlin",
      "2026-10-24T22:00:00Z",
      "2026-10-26T23:00:00Z",
      ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"],
    ],
    [
      "an hour that is skipped is no bucket",
      "1h",
      "Europe/Berlin",
      "2026-03-29T00:00:00Z",
      "2026-03-29T02:30:00Z",
      hours("2026-03-29", "00:00", "01:00", "02:00"),
    ],
    [
      "an hour that is repeated is two buckets",
      "1h",
      "Europe/Berlin",
      "2026-10-24T23:00:00Z",
      "2026-10-25T03:00:00Z",
      ["2026-10-24T23:00:00Z", ...hours("2026-10-25", "00:00", "01:00", "02:00")],
    ],
    [
      "a range that begins in the repeated hour",
      "1h",
      "Europe/Berlin",
      "2026-10-25T01:30:00Z",
      "2026-10-25T02:30:00Z",
      hours("2026-10-25", "01:00", "02:00"),
    ],
    [
      "a range that ends in the repeated hour",
      "15m",
      "Europe/Berlin",
      "2026-10-25T01:00:00Z",
      "2026-10-25T01:30:00Z",
      hours("2026-10-25", "01:00", "01:15"),
    ],
    [
      "a quarter of a day that is an hour longer",
      "6h",
      "Europe/Berlin",
      "2026-10-24T22:00:00Z",
      "2026-10-25T12:00:00Z",
      ["2026-10-24T22:00:00Z", ...hours("2026-10-25", "05:00", "11:00")],
    ],
    [
      "a quarter of a day that is an hour shorter",
      "6h",
      "Europe/Berlin",
      "2026-03-28T23:00:00Z",
      "2026-03-29T12:00:00Z",
      ["2026-03-28T23:00:00Z", ...hours("2026-03-29", "04:00", "10:00")],
    ],
    [
      "the week of a change",
      "1w",
      "America/New_York",
      "2026-03-02T05:00:00Z",
      "2026-03-16T04:00:00Z",
      ["2026-03-02T05:00:00Z", "2026-03-09T04:00:00Z"],
    ],
    [
      "months",
      "1mo",
      "America/New_York",
      "2026-03-01T05:00:00Z",
      "2026-05-01T04:00:00Z",
      ["2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z"],
    ],
    // Lord Howe: +11 to +10:30 on 2026-04-05 (2026-04-04 15:00 UTC), and back on 2026-10-04 (2026-10-03 15:30 UTC)
    [
      "half an hour is repeated inside an hour, which is longer",
      "1h",
      "Australia/Lord_Howe",
      "2026-04-04T14:00:00Z",
      "2026-04-04T16:30:00Z",
      hours("2026-04-04", "14:00", "15:30"),
    ],
    [
      "half an hour is repeated as a bucket of its own",
      "30m",
      "Australia/Lord_Howe",
      "2026-04-04T14:00:00Z",
      "2026-04-04T16:00:00Z",
      hours("2026-04-04", "14:00", "14:30", "15:00", "15:30"),
    ],
    [
      "half an hour is skipped",
      "1h",
      "Australia/Lord_Howe",
      "2026-10-03T14:30:00Z",
      "2026-10-03T17:00:00Z",
      hours("2026-10-03", "14:30", "15:30", "16:00"),
    ],
    [
      "a bucket that begins in what is skipped begins after it",
      "20m",
      "Australia/Lord_Howe",
      "2026-10-03T15:10:00Z",
      "2026-10-03T16:10:00Z",
      hours("2026-10-03", "15:10", "15:30", "15:40", "16:00"),
    ],
    [
      "an offset",
      "1h",
      "+05:30",
      "2026-01-01T10:00:00Z",
      "2026-01-01T11:00:00Z",
      hours("2026-01-01", "09:30", "10:30"),
    ],
    ["days of an offset", "1d", "+05:30", "2026-01-01T12:00:00Z", "2026-01-01T18:30:00Z", ["2025-12-31T18:30:00Z"]],
    // Havana sets its clocks back at 01:00, to 00:00 of the same day
    [
      "a midnight that is repeated begins one day",
      "1d",
      "America/Havana",
      "2026-10-31T12:00:00Z",
      "2026-11-02T12:00:00Z",
      ["2026-10-31T04:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"],
    ],
    // Apia had no 2011-12-30
    [
      "a day that is skipped is no bucket",
      "1d",
      "Pacific/Apia",
      "2011-12-29T12:00:00Z",
      "2011-12-31T12:00:00Z",
      ["2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z"],
    ],
  ])("%s: %s in %s", (_, resolution, zone, from, to, want) => expect(starts(resolution, from, to, zone)).toEqual(want));

  test("a step that does not divide a day is refused", () => {
    expect(() => starts("7h", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "Europe/Berlin")).toThrow(
      /does not divide a day evenly/,
    );
  });
});

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "America/Havana",
  "Africa/Casablanca",
  "Pacific/Apia",
  "America/Boa_Vista",
  "Asia/Gaza",
  "+05:30",
];
const moment = fc.integer({ min: us("2000-01-02T00:00:00Z"), max: us("2040-01-01T00:00:00Z") });

describe("whatever the range, the step and the zone", () => {
  const resolution = fc.constantFrom("1m", "15m", "30m", "1h", "6h", "12h", "24h", "1d", "3d", "1w", "1mo", "1y");
  const width = (text: string) =>
    ({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, mo: 2.5e6, y: 3.1e7 })[step(text).unit];

  test("edges ascend strictly, cover the range, and do not depend on it", () => {
    const given = [
      resolution,
      fc.constantFrom(...ZONES, null),
      moment,
      fc.double({ min: 0, max: 60, noNaN: true }),
    ] as const;
    fc.assert(
      fc.property(...given, (text, name, from, wide) => {
        const zone = name === null ? null : new Zone(name);
        const to = from + 1 + Math.floor(wide * step(text).count * width(text) * 1e6);
        const { starts, edges } = bucketsOf(step(text), { from, to }, zone, MANY);
        expect([edges[0], edges.at(-1), edges.length]).toEqual([from, to, starts.length + 1]);
        for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1] as number);
        expect(starts[0]).toBeLessThanOrEqual(from);
        const part = bucketsOf(step(text), { from: edges[edges.length >> 1] as number, to: to + 1 }, zone, MANY);
        expect([...part.starts].slice(0, (edges.length - 1) >> 1)).toEqual(
          [...starts].slice(edges.length >> 1).slice(0, (edges.length - 1) >> 1),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("a bucket of days begins when the calendar says so, as Temporal has it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), moment, (zone, from) => {
        const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(from / 1000)).toZonedDateTimeISO(zone);
        const made = bucketsOf(step("1d"), { from, to: from + 1 }, new Zone(zone), MANY);
        expect(made.starts[0]).toBe(at.startOfDay().epochMilliseconds * 1000);
      }),
      { numRuns: 500 },
    );
  });

  test("so many points are so many buckets of the same length", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        moment,
        fc.integer({ min: 1, max: 1e13 }),
        (points, from, span) => {
          const { starts, edges } = evenBuckets(points, { from, to: from + span });
          expect(starts.length).toBe(Math.min(points, span));
          const lengths = Array.from(starts, (_, i) => (edges[i + 1] as number) - (edges[i] as number));
          expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

test("more buckets than allowed are refused, and never made", () => {
  const century = { from: us("2000-01-01T00:00:00Z"), to: us("2100-01-01T00:00:00Z") };
  for (const zone of [null, new Zone("Europe/Berlin")]) {
    for (const resolution of ["1s", "1h"]) {
      try {
        bucketsOf(step(resolution), century, zone, 1000);
        throw new Error("was not refused");
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
        expect((error as Refusal).code).toBe("answer_too_large");
        expect((error as Refusal).message).toContain("(1000 for");
      }
    }
    expect(bucketsOf(step("1y"), century, zone, 101).starts.length).toBeLessThanOrEqual(101);
  }
  const exact = { from: us("2026-01-01T00:00:00Z"), to: us("2026-01-02T00:00:00Z") };
  expect(bucketsOf(step("1h"), exact, null, 24).starts.length).toBe(24);
  expect(bucketsOf(step("1h"), exact, new Zone("UTC"), 24).starts.length).toBe(24);
  expect(() => bucketsOf(step("1h"), exact, null, 23)).toThrow();
  expect(() => bucketsOf(step("1h"), exact, new Zone("UTC"), 23)).toThrow();
});

test.each(["Local", "Berlin", "", "Europe/Berlin\0", "__proto__", "+25:00"])("there is no zone %p", (name) => {
  expect(() => new Zone(name)).toThrow(/there is no time zone/);
});

test.each(["5x", "0m", "-1h", "1.5h", "1H", " 1h", "h", "1234567890s", "1hh", "99999d", "RAW"])(
  "the resolution %p is refused",
  (text) => expect(() => parseResolution(text)).toThrow(/use raw, or a number|longer than a century/),
);

test("what an answer cannot hold is refused by arithmetic, before the zone is asked for anything", () => {
  let asked = 0;
  const zone = new Zone("Europe/Berlin");
  const counting = Object.assign(Object.create(zone) as Zone, {
    first: (wall: number) => {
      asked++;
      return zone.first(wall);
    },
  });
  const centuries = { from: 0, to: Number.MAX_SAFE_INTEGER };
  expect(() => bucketsOf({ count: 15, unit: "m" }, centuries, counting, 100_000)).toThrow("more buckets");
  expect(() => bucketsOf({ count: 1, unit: "d" }, centuries, counting, 1000)).toThrow("more buckets");
  expect(asked).toBe(0);
});

test("offsets that were prepared are those that are asked for one by one", async () => {
  const range = { from: Date.UTC(2000, 0, 1) * 1000, to: Date.UTC(2040, 0, 1) * 1000 };
  for (const name of ["Europe/Berlin", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia", "Asia/Gaza"]) {
    const zone = new Zone(name);
    await prepareZone(zone, range);
    const { starts } = bucketsOf({ count: 1, unit: "d" }, range, zone, 100_000);
    const plain = new Intl.DateTimeFormat("en-GB", {
      timeZone: name,
      hourCycle: "h23",
      hour: "numeric",
      minute: "numeric",
    });
    // midnight, or the moment to which a clock was set forward over it
    const odd = [...starts].slice(1).filter((at) => plain.format(at / 1000) !== "00:00");
    expect(odd.every((at) => plain.format(at / 1000 - 1).startsWith("23:59"))).toBe(true);
  }
});
