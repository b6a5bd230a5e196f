import { expect, test } from "bun:test";
import fc from "fast-check";
import { fromStored, toStored } from "./text.ts";

test("any text comes back as it was, and what is stored is one that PostgreSQL takes", () => {
  const unit = fc.oneof(fc.constantFrom(0, 0x1b, 0xd800, 0xdfff, 0x30, 0x61), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
      const text = String.fromCharCode(...units);
      const stored = toStored(text);
      expect(stored.includes("\0")).toBe(false);
      expect(stored.isWellFormed()).toBe(true);
      expect(fromStored(stored)).toBe(text);
    }),
  );
});

test("an ordinary text is stored as it is", () => {
  for (const text of ["", "Küche 🌡", "line\nline", "0000"]) expect(toStored(text)).toBe(text);
});
