import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Directory } from "../../src/fleet/directory.ts";
import { brokenBy } from "../../src/fleet/rule-problems.ts";
import { FleetService } from "../../src/fleet/service.ts";
import { MemoryFleet } from "../../src/fleet/testing.ts";
import { comparisonsOf } from "../../src/rules/references.ts";
import { FIGURES, OPERATORS } from "../../src/rules/types.ts";

/** Every example of docs/rules.md is applied, one after the other, to a fleet that has what they name. */

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "rules.md"), "utf8");
const FLEET = `
workspaces:
  - slug: home
    products:
      - slug: my-product
        fields:
          - { id: TEMPERATURE, type: NUMERIC }
          - { id: HUMIDITY, type: NUMERIC }
          - { id: DOOR, type: BOOL }
          - { id: NOTE, type: STRING }
          - { id: POSITION, type: GEO }
        configuration: [{ id: most_damp, type: number, default: 70 }]
        devices: [{ id: "000001", tags: [cold store] }]
users: [{ email: ada@example.com, workspaces: { home: owner } }]
`;

test("what docs/rules.md shows is taken as it stands, has every key, trigger, operator and figure, and is not broken", async () => {
  const directory = new Directory();
  const random = (size: number) => new Uint8Array(size);
  const service = new FleetService({ store: new MemoryFleet(), directory, micros: () => 1, random });
  await service.applyFile(FLEET);
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  for (const block of blocks) await service.applyFile(block);
  const rules = directory.all("rule");
  for (const rule of rules) expect([rule.name, brokenBy(directory, rule)]).toEqual([rule.name, []]);
  const said = new Set(
    rules.flatMap(({ definition }) =>
      Object.entries(definition).flatMap(([key, value]) => (value === null ? [] : [key])),
    ),
  );
  expect([...said].sort()).toEqual(["condition", "for", "hours", "limit", "max_age", "repeat", "trigger"]);
  expect(new Set(rules.map(({ definition }) => definition.trigger.type)).size).toBe(4);
  const comparisons = rules.flatMap(({ definition }) => [...comparisonsOf(definition.condition)].map(([one]) => one));
  for (const operator of OPERATORS) expect(page).toContain(`\`${operator}\``);
  for (const figure of FIGURES) expect(page).toContain(`\`${figure}\``);
  expect(comparisons.length).toBeGreaterThanOrEqual(9);
});
