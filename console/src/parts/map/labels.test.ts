import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Place, shownLabels } from "./labels.ts";

const at = (x: number, y: number): Place => ({ x, y, width: 80, height: 24 });

test.each([
  ["one", [at(0, 0)], [true]],
  ["far from each other", [at(0, 0), at(0, 100)], [true, true]],
  ["two that would lie on each other: the first", [at(0, 0), at(-20, 16)], [true, false]],
  ["a label on another pin", [at(0, 0), at(60, 0)], [false, true]],
  ["one place: the first", [at(0, 0), at(0, 0)], [true, false]],
])("labels of %s", (_, places, shown) => {
  expect(shownLabels(places)).toEqual(shown);
});

test("labels that are shown never lie on each other", () => {
  const place = fc.record({ x: fc.integer({ max: 400, min: 0 }), y: fc.integer({ max: 300, min: 0 }) });
  fc.assert(
    fc.property(fc.array(place, { maxLength: 12 }), (points) => {
      const places = points.map(({ x, y }) => at(x, y));
      const shown = shownLabels(places);
      const boxes = places.filter((_, n) => shown[n]).map(({ x, y }) => ({ x: x + 14, y: y - 12 }));
      const clash = boxes.some((a, n) =>
        boxes.slice(n + 1).some((b) => Math.abs(a.x - b.x) < 80 && Math.abs(a.y - b.y) < 24),
      );
      expect(clash).toBe(false);
    }),
  );
});
