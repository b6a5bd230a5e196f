import { describe, expect, test } from "bun:test";
import type { Row } from "../../data.model.ts";
import { BLOCK_ROWS } from "./block.ts";
import { DataFile } from "./file.testing.ts";

/** mulberry32 */
function chance(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

describe("however points come", () => {
  const random = chance(7);
  const SPAN = 120_000;
  const ORDERS: readonly (readonly [string, (n: number) => number])[] = [
    ["in order", (n) => n],
    ["backwards", (n) => SPAN - n],
    ["at random", () => random(1e9)],
    ["backwards by days, each in order", (n) => SPAN - 1440 * (1 + Math.floor(n / 1440)) + (n % 1440)],
    ["every seventh first, then the rest", (n) => ((n * 7) % SPAN) + Math.floor((n * 7) / SPAN)],
  ];
  test.each(ORDERS)(
    "%s: two blocks that follow each other hold more than one's worth",
    (_, timeOf) => {
      const file = new DataFile();
      for (let n = 0; n < SPAN; n += 1000) {
        const rows = Array.from({ length: 1000 }, (_, i) => ({ series: 1, time: timeOf(n + i), value: n + i }));
        file.put(rows.map((row) => ({ ...row, explicit: true })));
      }
      const points = file.number("SELECT sum(n) FROM (SELECT n FROM block UNION ALL SELECT n FROM part)");
      expect(points).toBeGreaterThan(SPAN * 0.99);
      expect(file.number("SELECT count(*) FROM block")).toBeLessThanOrEqual(1 + (2 * points) / BLOCK_ROWS);
      expect(file.number("SELECT count(*) FROM part")).toBeLessThanOrEqual(8);
      file.close();
    },
    30_000,
  );
});

test("pages of points that were dropped are used again: the file does not grow", () => {
  const file = new DataFile();
  const year = (n: number): Row[] =>
    Array.from({ length: 100_000 }, (_, i) => ({ series: 1, time: (n * 100_000 + i) * 60e6, value: Math.sin(i * n) }));
  file.put(year(1));
  const pages = file.number("PRAGMA page_count");
  for (let n = 2; n < 6; n++) {
    file.put([], [{ op: "retain", series: [1], before: n * 100_000 * 60e6 }]);
    expect(file.number("PRAGMA freelist_count")).toBeGreaterThan(100);
    file.put(year(n));
  }
  expect(file.number("SELECT sum(n) FROM (SELECT n FROM block UNION ALL SELECT n FROM part)")).toBe(100_000);
  expect(file.number("PRAGMA page_count")).toBeLessThan(pages * 1.5);
  file.close();
}, 30_000);
