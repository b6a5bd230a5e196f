import { expect, test } from "bun:test";
import type { Rule } from "../../../../sdk/operations.js";
import { conditionOf, linesOf, NEW_LINE } from "./rule-condition.ts";
import { NEW_RULE, ruleBodyOf, ruleFormOf } from "./rule-form.ts";

const base = { ...NEW_RULE, name: " Too warm ", fields: ["TEMPERATURE", "DOOR"] };

test("what is typed about a rule becomes what the API takes, and back", () => {
  const body = ruleBodyOf({
    ...base,
    join: "any",
    lines: [
      { ...NEW_LINE, field: "temperature", value: "30", hysteresis: "2" },
      { ...NEW_LINE, field: "TEMPERATURE", figure: "average", over: "1h", operator: "<", value: "@DEW" },
      { ...NEW_LINE, field: "door", operator: "=", value: "true" },
      { ...NEW_LINE, field: "note", operator: "!=", value: '"5"' },
    ],
    ...{
      products: ["boiler"],
      tags: ["cellar", "attic"],
      devices: [{ product: "boiler", device: "b1" }],
      for: "5m",
      limit: "3",
      hours: true,
    },
  });
  expect(body).toMatchObject({
    ...{ name: "Too warm", description: null, for: "5m", repeat: null, limit: 3 },
    trigger: { type: "measurement", fields: ["TEMPERATURE", "DOOR"] },
    condition: {
      any: [
        { field: "TEMPERATURE", operator: ">", value: 30, hysteresis: 2 },
        { field: "TEMPERATURE", figure: "average", over: "1h", operator: "<", value: { field: "DEW" } },
        { field: "DOOR", operator: "=", value: true },
        { field: "NOTE", operator: "!=", value: "5" },
      ],
    },
    scope: { products: ["boiler"], tags: ["cellar", "attic"], devices: [{ product: "boiler", device: "b1" }] },
    hours: { zone: "UTC", from: "08:00", to: "18:00" },
  });
  // what a form does not ask for comes from the server
  const rule = { ...body, max_age: "1h", account: null } as unknown as Rule;
  expect(ruleBodyOf(ruleFormOf(rule))).toEqual(body);
});

test("a condition that is more than lines stays as it is", () => {
  const condition = { all: [{ not: { field: "A", operator: ">", value: 1 } }] };
  expect(linesOf(condition)).toBeNull();
  expect(conditionOf({ ...base, join: "json", json: JSON.stringify(condition) })).toEqual(condition);
  expect(linesOf({ field: "P", operator: "inside", value: { lat: 1, lng: 2, radius: 3 } })).toBeNull();
  expect(conditionOf({ ...base, lines: [] })).toBeNull();
});
