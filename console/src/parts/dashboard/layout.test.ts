import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { begun, compacted, done, moved, newId, phoneMoved, phoneOrder, placeBelow, redone, undone } from "./layout.ts";
import type { Content, Place, Widget } from "./types.ts";

const one = (id: string, x: number, y: number, w: number, h: number): Widget => ({
  ...{ id, type: "text", markdown: "" },
  place: { x, y, w, h },
});
const placesOf = (widgets: readonly Widget[]) =>
  Object.fromEntries(widgets.map(({ id, place: { x, y, w, h } }) => [id, [x, y, w, h].join(" ")]));
const meets = (a: Place, b: Place) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
const overlaps = (widgets: readonly Widget[]) =>
  widgets.some((a, i) => widgets.some((b, j) => i < j && meets(a.place, b.place)));

describe("the layout", () => {
  test("widgets rise into what is free above them", () => {
    expect(placesOf(compacted([one("a", 0, 3, 4, 2), one("b", 4, 7, 4, 2), one("c", 0, 9, 12, 1)]))).toEqual({
      ...{ a: "0 0 4 2", b: "4 0 4 2", c: "0 2 12 1" },
    });
  });
  test("what is moved keeps its place, and others make room", () => {
    const all = [one("a", 0, 0, 4, 2), one("b", 4, 0, 4, 2), one("c", 0, 2, 4, 2)];
    expect(placesOf(moved(all, "b", { x: 0 }))).toEqual({ a: "0 2 4 2", b: "0 0 4 2", c: "0 4 4 2" });
    expect(placesOf(moved(all, "a", { y: 2 }))).toEqual({ a: "0 2 4 2", b: "4 0 4 2", c: "0 0 4 2" });
    expect(placesOf(moved(all, "a", { w: 8 }))).toEqual({ a: "0 0 8 2", b: "4 2 4 2", c: "0 2 4 2" });
    expect(placesOf(moved(all, "a", { x: 20, w: 3 })).a).toBe("9 0 3 2");
  });
  test("property: whatever is moved, nothing overlaps, nothing leaves the grid, nothing is lost, and it is settled", () => {
    const place = fc.record({
      x: fc.nat(11),
      y: fc.nat(20),
      w: fc.integer({ min: 1, max: 12 }),
      h: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 12 }), fc.nat(), place, (places, which, to) => {
        const widgets = places.map((p, i) => one(`w${i}`, p.x, p.y, p.w, p.h));
        const id = `w${which % widgets.length}`;
        const next = moved(widgets, id, to);
        expect(overlaps(next)).toBe(false);
        expect(next.map((w) => w.id)).toEqual(widgets.map((w) => w.id));
        for (const { place: p } of next)
          expect(p.x >= 0 && p.y >= 0 && p.x + p.w <= 12 && p.w >= 1 && p.h >= 1).toBe(true);
        const settled = compacted(next);
        expect(overlaps(settled)).toBe(false);
        expect(placesOf(compacted(settled))).toEqual(placesOf(settled));
      }),
      { numRuns: 300 },
    );
  });
  test("a new one stands below all others", () => {
    expect(placeBelow([one("a", 0, 0, 4, 2), one("b", 6, 3, 4, 4)], { w: 3, h: 2 })).toEqual({
      x: 0,
      y: 7,
      w: 3,
      h: 2,
    });
    expect(placeBelow([], { w: 30, h: 2 })).toEqual({ x: 0, y: 0, w: 12, h: 2 });
    expect(newId([{ id: "value" }, { id: "value-2" }], "value")).toBe("value-3");
    expect(newId([], "set_value")).toBe("set-value");
  });
});

describe("the phone", () => {
  const widgets = [one("right", 6, 0, 6, 2), one("left", 0, 0, 6, 3), one("below", 0, 3, 12, 4)];
  const content = (phone: Content["phone"]) => ({ widgets, phone });
  test("has the widgets as they are read on the desktop, until it has an order of its own", () => {
    expect(phoneOrder(content(null)).map(({ id, h }) => `${id} ${h}`)).toEqual(["left 3", "right 2", "below 4"]);
    const own = phoneOrder(content([{ id: "below", h: 9 }, { id: "gone" }, { id: "right", hidden: true }]));
    expect(own).toEqual([
      { id: "below", h: 9 },
      { id: "right", h: 2, hidden: true },
      { id: "left", h: 3 },
    ]);
  });
  test("is put in another order", () => {
    const ids = (phone: Content["phone"]) => phone?.map(({ id }) => id);
    expect(ids(phoneMoved(content(null), "below", -1))).toEqual(["left", "below", "right"]);
    expect(ids(phoneMoved(content(null), "left", 9))).toEqual(["right", "below", "left"]);
    expect(ids(phoneMoved(content(null), "nothing", 1))).toEqual(["left", "right", "below"]);
  });
});

test("what was done is undone and done again; something new ends what could be done again", () => {
  let steps = done(done(begun(1), 2), 3);
  steps = undone(undone(undone(steps)));
  expect([steps.now, steps.future]).toEqual([1, [2, 3]]);
  steps = redone(steps);
  expect(steps.now).toBe(2);
  steps = done(steps, 9);
  expect([redone(steps).now, undone(steps).now]).toEqual([9, 2]);
  for (let n = 0; n < 200; n++) steps = done(steps, n);
  expect(steps.past).toHaveLength(100);
});
