import { expect, test } from "bun:test";
import { de } from "../../text/de/index.ts";
import { en } from "../../text/en/index.ts";
import { scopeOf } from "./sentence.ts";

const device = (n: number) => ({ product: "boiler", device: `b${n}` });

test.each([
  [{ products: [], tags: [], devices: [] }, "For all devices", "Für alle Geräte"],
  [{ products: ["boiler"], tags: [], devices: [] }, "For: products boiler", "Für: Produkte boiler"],
  [
    { products: ["boiler", "door"], tags: ["hall"], devices: [] },
    "For: products boiler, door · tagged hall",
    "Für: Produkte boiler, door · mit dem Schlagwort hall",
  ],
  [
    { products: [], tags: ["a", "b"], devices: [1, 2, 3, 4, 5].map(device) },
    "For: tagged a, b · boiler/b1, boiler/b2, boiler/b3 and 2 others",
    "Für: mit einem der Schlagwörter a, b · boiler/b1, boiler/b2, boiler/b3 und 2 weitere",
  ],
])("the devices of a rule in words: %j", (scope, english, german) => {
  expect([scopeOf({ scope }, en.rules), scopeOf({ scope }, de.rules)]).toEqual([english, german]);
});
