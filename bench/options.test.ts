import { expect, test } from "bun:test";
import { parseOptions } from "./options.ts";
import { SCENARIOS } from "./scenarios/all.ts";

const chosen = (...argv: string[]) => parseOptions(argv)?.scenarios.map((scenario) => scenario.id);

test("--only and --group choose scenarios, together both, in the order of the table; neither is all", () => {
  expect(chosen()).toEqual(SCENARIOS.map((scenario) => scenario.id));
  expect(chosen("--only", "latency,fan-out")).toEqual(["fan-out", "latency"]);
  const scale = SCENARIOS.filter((scenario) => scenario.group === "scale").map((scenario) => scenario.id);
  expect(chosen("--group", "scale")).toEqual(scale);
  expect(chosen("--group", "scale", "--only", "fan-out")).toEqual(["fan-out", ...scale]);
  expect(() => chosen("--group", "speed")).toThrow("--group: speed is none of core, transport, scale");
});
