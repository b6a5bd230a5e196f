import { expect, test } from "bun:test";
import { circleOf, edgeOf, typedPlace, typedRadius } from "./circle.ts";

test.each([
  ["52.52", "13,405", "500", { lat: 52.52, lng: 13.405, radius: 500 }],
  ["-90", "180", "0.5", { lat: -90, lng: 180, radius: 0.5 }],
  ["91", "0", "5", null],
  ["0", "181", "5", null],
  ["0", "0", "0", null],
  ["", "0", "5", null],
  ["north", "0", "5", null],
])("%p %p %p is a circle, or none", (lat, lng, radius, circle) => {
  expect(circleOf(lat, lng, radius)).toEqual(circle);
});

test.each([
  [12.3, "12"],
  [0.2, "1"],
  [847.6, "848"],
  [12_345, "12300"],
  [1_234_567, "1230000"],
])("a radius of %p m is typed %p", (metres, text) => {
  expect(typedRadius(metres)).toBe(text);
});

test("a place has six decimals, and lies on the map whichever way round one got there", () => {
  expect(typedPlace(52.52000049, 13.405)).toEqual({ lat: "52.52", lng: "13.405" });
  expect(typedPlace(-95, 190)).toEqual({ lat: "-90", lng: "-170" });
  expect(typedPlace(0, -190)).toEqual({ lat: "0", lng: "170" });
});

test("the edge is where the radius ends, in the east", () => {
  const [lat, lng] = edgeOf({ lat: 60, lng: 10, radius: 111_320 });
  expect(lat).toBe(60);
  expect(lng).toBeCloseTo(12, 6);
});
