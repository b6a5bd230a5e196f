import { expect, test } from "bun:test";
import { bytesText, durationText, meanOf, rateOf } from "./figures.ts";

const at = (second: number, figures: Record<string, number>) => ({
  time: new Date(second * 1000).toISOString(),
  figures,
});
const number = (n: number, decimals: number) => n.toFixed(decimals);

test("a rate is what came between two answers; after a restart, and at first, there is none", () => {
  expect(rateOf("a_total", at(10, { a_total: 5 }), at(12, { a_total: 25 }))).toBe(10);
  expect(rateOf("a_total", at(10, { a_total: 5 }), at(12, { a_total: 5 }))).toBe(0);
  expect(rateOf("a_total", null, at(12, { a_total: 25 }))).toBeNull();
  expect(rateOf("a_total", at(10, { a_total: 25 }), at(12, { a_total: 5 }))).toBeNull();
  expect(rateOf("a_total", at(12, { a_total: 5 }), at(12, { a_total: 5 }))).toBeNull();
  expect(rateOf("b_total", at(10, { a_total: 5 }), at(12, { a_total: 25 }))).toBeNull();
});

test("a mean is of what came between; of nothing there is none", () => {
  const before = at(1, { t_sum: 1, t_count: 10 });
  expect(meanOf("t", before, at(2, { t_sum: 1.5, t_count: 20 }))).toBe(0.05);
  expect(meanOf("t", before, at(2, { t_sum: 1, t_count: 10 }))).toBeNull();
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1_572_864, "1.5 MiB"],
  [3 * 1024 ** 4, "3.0 TiB"],
  [3 * 1024 ** 5, "3072.0 TiB"],
])("%d bytes are %s", (bytes, text) => expect(bytesText(bytes, number)).toBe(text));

test.each([
  [0.000_012, "12 µs"],
  [0.0031, "3.1 ms"],
  [1.5, "1.50 s"],
])("%d seconds are %s", (seconds, text) => expect(durationText(seconds, number)).toBe(text));
