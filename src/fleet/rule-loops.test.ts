import { describe, expect, test } from "bun:test";
import { refusalOf } from "../base/refusal.testing.ts";
import { Directory } from "./directory.ts";
import { changeRule, createRule } from "./edit/rules.ts";
import { FleetService } from "./service.ts";
import { MemoryFleet } from "./testing.ts";

const FLEET = `
workspaces:
  - slug: w
    products:
      - slug: p
        fields: [{ id: T, type: NUMERIC }, { id: FAN, type: NUMERIC }, { id: HEAT, type: NUMERIC }, { id: F, type: NUMERIC, formula: "FAN * 2" }]
        devices: [{ id: d1 }, { id: d2 }]
`;
const rule = (name: string, field: string, writes: string, more = "") =>
  `      - { name: ${name}, trigger: { type: measurement, fields: [${field}] }, actions: [{ type: field, field: ${writes}, value: "1"${more} }] }`;
const rules = (...lines: readonly string[]) => `workspaces:\n  - slug: w\n    rules:\n${lines.join("\n")}\n`;
async function make() {
  const directory = new Directory();
  const random = (size: number) => new Uint8Array(size);
  const service = new FleetService({ store: new MemoryFleet(), directory, micros: () => 1, random });
  await service.applyFile(FLEET);
  return { directory, service };
}

describe("rules that trigger themselves are refused when they are saved", () => {
  test.each([
    [[rule("a", "T", "T")], '"a" → "a"'],
    [[rule("a", "T", "FAN"), rule("b", "FAN", "T")], '"a" → "b" → "a"'],
    [[rule("a", "F", "FAN")], '"a" → "the formula of F" → "a"'],
    [[rule("a", "T", "T", ", device: p/d1")], '"a" → "a"'],
  ])("%#", async (lines, way) => {
    const { service } = await make();
    const { message } = await refusalOf(service.applyFile(rules(...lines)));
    expect(message).toContain(`rules[0].actions: what it writes triggers it again: ${way}`);
  });
  test("those that do not are taken, and one that would close a circle is refused by the API, too", async () => {
    const { directory, service } = await make();
    await service.applyFile(rules(rule("a", "T", "FAN"), rule("b", "FAN", "HEAT")));
    const [a] = directory.all("rule");
    if (a === undefined) throw new Error("it is not there");
    const back = {
      ...a,
      name: "c",
      definition: { ...a.definition, trigger: { type: "measurement", fields: ["HEAT"] } as const },
    };
    const actions = a.actions.map((one) => (one.type === "field" ? { ...one, field: "T" } : one));
    const { uid: _, created: __, ...wish } = { ...back, actions };
    const closing = await refusalOf(service.edit((draft) => createRule(draft, wish)));
    expect(JSON.stringify(closing)).toContain("what it writes triggers it again");
    const self = await refusalOf(service.edit((draft) => changeRule(draft, a, { actions })));
    expect(JSON.stringify(self)).toContain("what it writes triggers it again");
  });
});
