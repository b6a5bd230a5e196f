import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseTime, printTime, TIME_BYTES, writeTime } from "./time.ts";

const NOW = Date.UTC(2026, 1, 3, 4, 5, 6) * 1000;
const T = Date.UTC(2024, 1, 29, 12, 0, 0) * 1000;
const S = T / 1_000_000;

describe("explicit times (wire contract section 5, Time)", () => {
  const good: [string | number, number][] = [
    [S, T],
    [String(S), T],
    [`${S}.5`, T + 500_000],
    [S + 0.25, T + 250_000],
    [`${S}.1234569999`, T + 123_456],
    [`${S}.0000001`, T],
    [S * 1000, T],
    [String(S * 1000 + 7), T + 7000],
    ["946684800", 946_684_800_000_000],
    [" 946684800\n", 946_684_800_000_000],
    ["2024-02-29T12:00:00Z", T],
    ["2024-02-29t12:00:00z", T],
    ["2024-02-29 12:00:00Z", T],
    ["2024-02-29T12:00:00", T],
    ["2024-02-29T12:00:00.5Z", T + 500_000],
    ["2024-02-29T12:00:00.123456789Z", T + 123_456],
    ["2024-02-29T12:00:00.000001", T + 1],
    ["2024-02-29T14:30:00+02:30", T],
    ["2024-02-29T00:00:00-12:00", T],
    ["2024-02-29T12:00:00-00:00", T],
    ["2024-03-01T11:59:00+23:59", T],
    ["2000-01-01T00:00:00Z", 946_684_800_000_000],
    ["2016-12-31T23:59:60Z", Date.UTC(2017, 0, 1) * 1000],
    ["2017-01-01T01:59:60.5+02:00", Date.UTC(2017, 0, 1) * 1000 + 500_000],
    ["2000-02-29T00:00:00Z", Date.UTC(2000, 1, 29) * 1000],
    [printTime(NOW + 300_000_000), NOW + 300_000_000],
  ];
  for (const [input, time] of good) test(JSON.stringify(input), () => expect(parseTime(input, NOW)).toEqual({ time }));

  test("null is absent", () => {
    expect(parseTime(null, NOW)).toBeNull();
    expect(parseTime(undefined, NOW)).toBeNull();
  });

  const bad: [unknown, RegExp][] = [
    ["", /not understood/],
    ["now", /not understood/],
    [true, /neither/],
    [{}, /neither/],
    [[S], /neither/],
    [Number.NaN, /not understood/],
    [Number.POSITIVE_INFINITY, /not understood/],
    [1e21, /not understood/],
    ["1e9", /not understood/],
    ["-1", /not understood/],
    ["+1709208000", /not understood/],
    ["17092080000", /not understood/],
    ["170920800000", /not understood/],
    ["17092080000000", /not understood/],
    ["1709208000000.5", /not understood/],
    ["1709208000.", /not understood/],
    [".5", /not understood/],
    ["0", /before 2000/],
    ["946684799.999999", /before 2000/],
    [1, /before 2000/],
    ["0050-01-01T00:00:00Z", /before 2000/],
    ["9999999999", /5 minutes ahead/],
    ["9999999999999", /5 minutes ahead/],
    ["9999-12-31T23:59:59Z", /5 minutes ahead/],
    [printTime(NOW + 300_000_001), /5 minutes ahead/],
    ["2023-02-29T00:00:00Z", /not understood/],
    ["2100-02-29T00:00:00Z", /not understood/],
    ["2024-04-31T00:00:00Z", /not understood/],
    ["2024-00-01T00:00:00Z", /not understood/],
    ["2024-13-01T00:00:00Z", /not understood/],
    ["2024-01-00T00:00:00Z", /not understood/],
    ["2024-01-01T24:00:00Z", /not understood/],
    ["2024-01-01T00:60:00Z", /not understood/],
    ["2024-01-01T00:00:61Z", /not understood/],
    ["2024-01-01T00:00:60Z", /not understood/],
    ["2024-01-01T23:59:60Z", /not understood/],
    ["2024-01-01", /not understood/],
    ["2024-01-01T00:00Z", /not understood/],
    ["2024-01-01T00:00:00+24:00", /not understood/],
    ["2024-01-01T00:00:00+00:60", /not understood/],
    ["2024-01-01T00:00:00+0100", /not understood/],
    ["2024-01-01T00:00:00,5Z", /not understood/],
    ["2024-01-01T00:00:00.Z", /not understood/],
    ["2024-01-01T00:00:00Zx", /not understood/],
    ["2024-01-01T00:00:00Z\nx\u001b", /not understood/],
  ];
  for (const [input, why] of bad)
    test(`${JSON.stringify(input)} is refused`, () => {
      const found = parseTime(input, NOW);
      const error = found !== null && "error" in found ? found.error : "";
      expect(error).toMatch(why);
      expect(error).not.toMatch(/\p{Cc}/u);
    });
});

describe("printTime", () => {
  const table: [number, string][] = [
    [0, "1970-01-01T00:00:00Z"],
    [T, "2024-02-29T12:00:00Z"],
    [T + 500_000, "2024-02-29T12:00:00.500Z"],
    [T + 5_000, "2024-02-29T12:00:00.005Z"],
    [T + 1, "2024-02-29T12:00:00.000001Z"],
    [T + 123_456, "2024-02-29T12:00:00.123456Z"],
    [T - 1, "2024-02-29T11:59:59.999999Z"],
  ];
  for (const [time, text] of table) test(text, () => expect(printTime(time)).toBe(text));
  test("is Date's own text, and parses back to the microsecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_007_199_254_740, max: 9_007_199_254_739 }), fc.nat(999), (ms, us) => {
        const text = printTime(ms * 1000 + us);
        const whole = new Date(ms).toISOString();
        expect(text).toBe(us > 0 ? whole.replace("Z", `${String(us).padStart(3, "0")}Z`) : whole.replace(".000Z", "Z"));
        if (ms >= 946_684_800_000)
          expect(parseTime(text, Number.MAX_SAFE_INTEGER - 300_000_000)).toEqual({ time: ms * 1000 + us });
      }),
      { numRuns: 5000 },
    );
  });
  test("writeTime writes in place and says where it ended", () => {
    const buf = new Uint8Array(TIME_BYTES + 4).fill(0x2a);
    expect(writeTime(buf, 2, T + 1)).toBe(2 + TIME_BYTES);
    expect(Buffer.from(buf).toString()).toBe("**2024-02-29T12:00:00.000001Z**");
    expect(writeTime(buf, 0, T)).toBe(20);
  });
});
