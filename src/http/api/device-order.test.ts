import { expect, test } from "bun:test";
import fc from "fast-check";
import { FirstInOrder, type Place } from "./device-order.ts";

const key = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 20 }));

test("property: pages of any size give everything once, in the order of one whole page", () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), (keys, most, down) => {
      const pages: number[] = [];
      for (let after: Place | null = null; ; ) {
        const first: FirstInOrder<number> = new FirstInOrder<number>(most, down, after);
        keys.forEach((one, uid) => {
          first.offer(uid, { key: one, uid });
        });
        expect(first.total).toBe(keys.length);
        const { items, last }: ReturnType<typeof first.take> = first.take();
        expect(items.length).toBeLessThanOrEqual(most);
        pages.push(...items);
        if (last === null) break;
        after = last;
      }
      const sign = down ? -1 : 1;
      const whole = [...keys.keys()].sort((a, b) => {
        const [one = null, other = null] = [keys[a], keys[b]];
        if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b;
        return sign * (one - other) || a - b;
      });
      expect(pages).toEqual(whole);
    }),
    { numRuns: 200 },
  );
});

test("names as people count, upper and lower case alike", () => {
  const names = ["dev10", "Dev2", "ähre", "zoo", "Apfel"];
  const first = new FirstInOrder<string>(9, false, null);
  names.forEach((name, uid) => {
    first.offer(name, { key: name, uid });
  });
  expect(first.take().items).toEqual(["ähre", "Apfel", "Dev2", "dev10", "zoo"]);
});
