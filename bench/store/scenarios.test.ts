import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCENARIOS } from "./catalogue.ts";
import type { EngineKind } from "./engine.ts";
import { fieldcast } from "./engines/fieldcast.ts";
import { table } from "./engines/table.ts";
import { QUICK_VOLUME } from "./volume.ts";

const folder = mkdtempSync(join(tmpdir(), "fieldcast-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TINY = {
  ...QUICK_VOLUME,
  series: 10,
  days: 2,
  "year-series": 10,
  "year-days": 2,
  bulk: 1000,
  "bulk-commits": 2,
  small: 10,
  wide: 10,
  many: 20,
  rate: 5000,
  seconds: 0.05,
  backlog: 5000,
  questions: 2,
};

/** Every scenario with both engines that live in this process; that the answers agree is checked by the scenarios. */
const cases = SCENARIOS.flatMap((scenario) =>
  [fieldcast, table]
    .filter((kind) => scenario.alone !== true || kind === fieldcast)
    .map((kind): [string, string, (typeof SCENARIOS)[number], EngineKind] => [scenario.id, kind.name, scenario, kind]),
);

describe("scenarios of the store's bench", () => {
  test.each(cases)("%s runs on %s and gives its first figure", async (_id, _name, scenario, kind) => {
    const engine = await kind.open({ folder: mkdtempSync(join(folder, "engine-")), port: 0, pid: 0 });
    const figures = await scenario.load(engine, TINY);
    await engine.close();
    expect(figures[scenario.rows[0].key]).toBeGreaterThanOrEqual(0);
    for (const key of Object.keys(figures)) expect(scenario.rows.map((row) => row.key)).toContain(key);
  });
});
