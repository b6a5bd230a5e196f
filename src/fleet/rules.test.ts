import { expect, test } from "bun:test";
import fc from "fast-check";
import { fieldIdOf, isDeviceId, isSlug, PATTERN } from "./rules.ts";

test("what may be a name matches the pattern that documents tell of it", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."aZ09-_.~:é \n/"), maxLength: 66 });
  const [slug, deviceId, fieldId] = [PATTERN.slug, PATTERN.deviceId, PATTERN.fieldId].map((p) => new RegExp(p));
  fc.assert(
    fc.property(letters, (text) => {
      // the length of a slug stands beside its pattern
      expect(isSlug(text)).toBe(slug?.test(text) === true && text.length <= 64);
      if (isDeviceId(text)) expect(text).toMatch(deviceId as RegExp);
      expect(fieldIdOf(text) !== null).toBe(fieldId?.test(text) === true);
    }),
  );
});
