import { expect, test } from "bun:test";
import fc from "fast-check";
import { deadlineOf, secondsLeft } from "./expiry.ts";

const moment = fc.integer({ min: 946_684_800_000_000, max: 4_000_000_000_000_000 });
const interval = fc.integer({ min: 1, max: 1_000_000 });

test("a message lives for its interval, and less than a second longer", () => {
  fc.assert(
    fc.property(moment, interval, (now, seconds) => {
      const lives = deadlineOf(seconds, now) * 1e6 - now;
      expect(lives).toBeGreaterThanOrEqual(seconds * 1e6);
      expect(lives).toBeLessThan((seconds + 1) * 1e6);
    }),
  );
});

test("what a delivery says is the interval at once, and never grows [MQTT-3.3.2-6]", () => {
  fc.assert(
    fc.property(moment, interval, fc.integer({ min: 0, max: 2_000_000_000 }), (now, seconds, waited) => {
      const left = secondsLeft(deadlineOf(seconds, now), now + waited);
      expect(left).toBeLessThanOrEqual(seconds);
      expect(left).toBeGreaterThanOrEqual(Math.min(seconds, Math.max(1, seconds - Math.ceil(waited / 1e6))));
    }),
  );
});

test("the longest interval fits the record", () => {
  expect(deadlineOf(0xffff_ffff, 1_700_000_000_000_000)).toBe(0xffff_ffff);
});
