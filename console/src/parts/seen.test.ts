import { expect, test } from "bun:test";
import { de } from "../text/de/index.ts";
import { en } from "../text/en/index.ts";
import { seenText } from "./seen.ts";

test.each([
  [{ field: "TEMPERATURE", value: 31.5, unit: "°C" }, "TEMPERATURE 31.5 °C", "TEMPERATURE 31,5 °C"],
  [{ field: "NOTE", value: "a", unit: null }, "NOTE a", "NOTE a"],
  [{ field: "silence", value: 316_811, unit: "s" }, "silent for 3 d", "schweigt seit 3 Tg."],
  [{ field: "silence", value: 90, unit: "s" }, "silent for 1 min", "schweigt seit 1 min"],
])("%j in words", (seen, english, german) => {
  expect([seenText(seen, en), seenText(seen, de)]).toEqual([english, german]);
});
