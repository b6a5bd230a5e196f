import { describe, expect, test } from "bun:test";
import { Refusal } from "../base/errors.ts";
import { bucketsOf, evenBuckets } from "./buckets.ts";
import { refuseUneven } from "./rolled.ts";
import { parseZone } from "../measure/zone.ts";

const at = (text: string) => Date.parse(text) * 1000;
const HOUR = 3_600_000_000;
const range = { from: at("2026-03-01T10:20:00Z"), to: at("2026-03-05T10:20:00Z") };
const before = at("2026-03-04T00:00:00Z");
function told(edges: Float64Array, step: number, until = before): string | null {
  try {
    refuseUneven("T", edges, { before: until, step });
    return null;
  } catch (error) {
    if (error instanceof Refusal && error.code === "invalid_request") return error.message;
    throw error;
  }
}
const edges = (count: number, unit: "m" | "h" | "d", zone?: string) =>
  bucketsOf({ count, unit }, range, parseZone(zone), 10_000).edges;

describe("buckets over rollups", () => {
  test("multiples of the rollups are told, whatever the ends of the range", () => {
    expect(told(edges(1, "h"), HOUR)).toBeNull();
    expect(told(edges(6, "h"), HOUR)).toBeNull();
    expect(told(edges(1, "d"), HOUR)).toBeNull();
    expect(told(edges(1, "d", "Europe/Berlin"), HOUR)).toBeNull();
    expect(told(edges(1, "d"), 24 * HOUR)).toBeNull();
    // one bucket for all of it has no edge but the ends
    expect(told(evenBuckets(1, range).edges, HOUR)).toBeNull();
  });
  test("others are refused with what can be asked instead", () => {
    const words =
      "resolution: of T before 2026-03-04T00:00:00Z only rollups of 1h are kept, so buckets must be multiples of that in UTC; " +
      "use resolution=1h or such a multiple, or a range from 2026-03-04T00:00:00Z on.";
    expect(told(edges(15, "m"), HOUR)).toBe(words);
    expect(told(evenBuckets(7, range).edges, HOUR)).toBe(words);
    expect(told(edges(1, "d", "Asia/Kolkata"), HOUR)).toBe(words);
    expect(told(edges(1, "d", "Europe/Berlin"), 24 * HOUR)).toContain("rollups of 1d");
    expect(told(edges(1, "h"), 7_200_000_000)).toContain("rollups of 7200s");
  });
  test("where measurements are still there, or nothing is left, every bucket is told", () => {
    expect(told(edges(15, "m"), HOUR, range.from)).toBeNull();
    expect(told(edges(15, "m"), 0)).toBeNull();
    expect(() => refuseUneven("T", edges(15, "m"), null)).not.toThrow();
  });
});
