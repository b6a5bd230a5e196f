import { expect, test } from "bun:test";
import { fitting } from "./list.ts";

const OPTIONS = [
  { value: "BATTERY", label: "BATTERY · %" },
  { value: "HUMIDITY", label: "HUMIDITY · Air, %" },
];
const CASES: [string, search: string, isBefore: boolean, values: string[]][] = [
  ["what the server found for it", "air quality", false, ["BATTERY", "HUMIDITY"]],
  ["what it found before: those that fit", " humi", true, ["HUMIDITY"]],
  ["… by their words, too", "AIR", true, ["HUMIDITY"]],
  ["… none fits", "x", true, []],
  ["nothing is typed", " ", true, ["BATTERY", "HUMIDITY"]],
];
test.each(CASES)("suggestions: %s", (_, search, isBefore, values) => {
  expect(fitting(OPTIONS, search, isBefore).map(({ value }) => value)).toEqual(values);
});
