import { expect, test } from "bun:test";
import fc from "fast-check";
import { LogMarks } from "./lag.ts";

const FOREVER = Number.POSITIVE_INFINITY;

test("what lies behind a position: rows, bytes between the marks, and the time of the first of them", async () => {
  const marks = new LogMarks();
  await marks.measure({ bytesAfter: async (seq) => (200 - seq) * 50 }, 100, 200, 0, 1000);
  marks.mark(300, 1000, 2000);
  const lag = (position: number) => marks.of(position, 400, 3000, 9000);
  expect(lag(400)).toEqual({ rows: 0, bytes: 0, age: 0 });
  expect(lag(100)).toEqual({ rows: 300, bytes: 8000, age: 8000 });
  expect(lag(150)).toEqual({ rows: 250, bytes: 5500, age: 8000 });
  expect(lag(250)).toEqual({ rows: 150, bytes: 2500, age: 7000 });
  // nobody marked yet when these were published: their age is not known
  expect(lag(350)).toEqual({ rows: 50, bytes: 1000, age: 0 });
  expect(lag(50)).toEqual({ rows: 350, bytes: 8000, age: 8000 });
});

test("a position stays while it is within the limits, and moves no further than they demand", () => {
  const marks = new LogMarks();
  for (const i of [0, 1, 2, 3, 4]) marks.mark(i * 100, i * 1000, i * 60);
  const to = (position: number, bytes: number, age: number) => marks.within(position, bytes, age, 4000, 240);
  expect([0, 50, 399].map((position) => to(position, 4000, FOREVER))).toEqual([0, 50, 399]);
  expect([0, 100, 101, 150, 200, 250].map((position) => to(position, 2500, FOREVER))).toEqual([
    200, 200, 101, 150, 200, 250,
  ]);
  // of what was published before the mark at 100 all is older than 179
  expect([0, 99, 100, 150].map((position) => to(position, FOREVER, 179))).toEqual([100, 100, 100, 150]);
  expect([0, 350].map((position) => to(position, 0, FOREVER))).toEqual([400, 350]);
});

test("property: however many marks there are, a limit never bites early, and what remains is within it but for one mark", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9000 }), fc.nat(1000), fc.nat(3000), (seconds, place, most) => {
      const marks = new LogMarks();
      for (let i = 0; i < seconds; i++) marks.mark(i * 10, i * 10, i);
      const newest = (seconds - 1) * 10;
      const position = Math.floor((newest * place) / 1000);
      const to = marks.within(position, most, FOREVER, newest, seconds);
      expect(to).toBeGreaterThanOrEqual(position);
      if (newest - position <= most) expect(to).toBe(position);
      // some of the marks are thinned out
      expect(newest - to).toBeLessThanOrEqual(most + 10 * Math.ceil(seconds / 1000) * 10);
      marks.forget(position);
      expect(marks.within(position, most, FOREVER, newest, seconds)).toBe(to);
    }),
  );
});
