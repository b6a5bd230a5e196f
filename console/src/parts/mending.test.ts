import { expect, test } from "bun:test";
import { fieldIdOf, guessedType, namesOf, withRecording } from "./mending.ts";

test.each([
  ["dtck-pub/pump/1/TEMP", { product: "pump", device: "1", field: "TEMP" }],
  ["dtck/pump/1/TEMP", null],
  ["dtck-pub/pump/1", null],
  ["dtck-pub/pump/1/TEMP/x", null],
  [null, null],
])("%p names %p", (topic, names) => expect(namesOf(topic)).toEqual(names));

test.each([
  ["22.5", "NUMERIC"],
  ["-3", "NUMERIC"],
  ["true", "BOOL"],
  ["Off", "BOOL"],
  ["52.52, 13.4", "GEO"],
  ['{"lat":1,"lng":2}', "GEO"],
  ["hello", "STRING"],
  ["", "STRING"],
  [null, "STRING"],
] as const)("%j looks like %s", (payload, type) => {
  expect(guessedType(payload)).toBe(type);
});

test.each([
  ["temp", "TEMP"],
  ["A_1", "A_1"],
  ["a-b", null],
  ["", null],
  ["x".repeat(65), null],
] as const)("%j is the field %j", (level, id) => {
  expect(fieldIdOf(level)).toBe(id);
});

test("the right to record comes beside what was granted on the device, and leaves other grants alone", () => {
  const others = [
    { scope: "all" as const, can: ["view" as const] },
    { scope: "device" as const, product: "pump", device: "2", can: ["view" as const] },
  ];
  const own = { scope: "device" as const, product: "pump", device: "1", can: ["view" as const] };
  const made = { scope: "device" as const, product: "pump", device: "1" };
  expect(withRecording([own, ...others], "pump", "1")).toEqual([
    ...others,
    { ...made, can: ["view", "record_measurements"] },
  ]);
  expect(withRecording(others, "pump", "1")).toEqual([...others, { ...made, can: ["record_measurements"] }]);
});
