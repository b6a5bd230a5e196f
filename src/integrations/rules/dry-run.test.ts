import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RuleDefinition } from "../../rules/types.ts";
import { MINUTE, ruleOf, RuleWorld, START } from "./world.testing.ts";

const all = () => true;
const looks = (definition: Partial<RuleDefinition>, scope = { products: [], devices: [], tags: [] }) => {
  const { workspace, definition: whole } = ruleOf({ definition });
  return { workspace, scope, definition: whole };
};
const T: Pick<RuleDefinition, "trigger" | "condition"> = {
  trigger: { type: "measurement", fields: ["T"] },
  condition: { field: "T", operator: ">", value: 30 },
};
const minutes = (time: number | null) => (time === null ? null : (time - START) / MINUTE);
async function recorded(points: readonly (readonly [field: string, minute: number, value: unknown])[]) {
  const it = await RuleWorld.of();
  for (const [field, minute, value] of points) {
    it.now = START + minute * MINUTE;
    await it.record(field, value);
  }
  return it;
}
const run = async (it: RuleWorld, definition: Partial<RuleDefinition>, to: number, from = 0) => {
  const range = { from: START + from * MINUTE, to: START + to * MINUTE };
  const { firings, fired } = await it.life.rules.dryRun(looks(definition), range, all);
  expect(fired).toBe(firings.length);
  return firings.map((one) => [minutes(one.fired), minutes(one.cleared)]);
};

const DEFINITIONS: readonly Partial<RuleDefinition>[] = [
  T,
  { ...T, for: "5m" },
  { ...T, condition: { field: "T", operator: ">", value: 30, hysteresis: 3 } },
  { ...T, condition: { field: "T", figure: "average", over: "10m", operator: ">", value: 25 } },
  {
    ...T,
    condition: {
      all: [
        { field: "T", operator: ">", value: 25 },
        { field: "H", operator: ">", value: 20 },
      ],
    },
  },
  { ...T, hours: { zone: "Asia/Kolkata", days: ["sun"], from: "17:45", to: "18:10" } },
];

describe("a dry run", () => {
  test("says how often a rule would have fired, when, and by which values", async () => {
    const it = await recorded([
      ["T", 1, 31],
      ["T", 2, 20],
      ["T", 3, 35],
      ["T", 4, 36],
    ]);
    expect(await run(it, T, 10)).toEqual([
      [1, 2],
      [3, null],
    ]);
    expect(await run(it, { ...T, for: "10m" }, 12)).toEqual([]);
    expect(await run(it, { ...T, for: "10m" }, 14)).toEqual([[13, null]]);
    expect(await run(it, { trigger: T.trigger }, 10)).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, null],
    ]);
    const { firings, devices, points } = await it.life.rules.dryRun(looks(T), { from: START, to: it.now + 1 }, all);
    expect(firings[1]?.values).toEqual([{ field: "T", value: 35, time: START + 3 * MINUTE, unit: null }]);
    expect([devices, points]).toEqual([2, 4]);
    expect((await it.life.rules.dryRun(looks(T), { from: START, to: it.now }, () => false)).devices).toBe(0);
  });
  test("knows what was before its range, and windows reach back", async () => {
    const it = await recorded([
      ["H", 1, 10],
      ["T", 9, 31],
      ["T", 12, 33],
    ]);
    const other = { ...T, condition: { field: "H", operator: "=", value: 10 } as const };
    expect(await run(it, other, 20, 11)).toEqual([[12, null]]);
    const over = { ...T, condition: { field: "T", figure: "average", over: "5m", operator: "=", value: 32 } as const };
    expect(await run(it, over, 20, 11)).toEqual([[12, null]]);
  });
  test("silence, hours and schedules, with the clock of the points", async () => {
    const it = await recorded([
      ["T", 1, 31],
      ["H", 30, 5],
    ]);
    const silence = await run(it, { trigger: { type: "silence", timeout: "10m" } }, 60);
    expect(silence.map((pair) => pair.map((one) => one && Math.floor(one)))).toEqual([
      [11, 30],
      [40, null],
    ]);
    const hours = { zone: "UTC", days: ["sun"], from: "12:20", to: "12:40" } as const;
    expect(await run(it, { ...T, hours }, 60)).toEqual([[20, 40]]);
    const schedule = {
      trigger: { type: "schedule", cron: "*/20 * * * *", zone: "UTC" } as const,
      condition: T.condition,
    };
    expect(await run(it, schedule, 45)).toEqual([
      [20, null],
      [40, null],
    ]);
  });
  test("says what a rule that ran did", async () => {
    const definitions = fc.constantFrom(...DEFINITIONS);
    const step = fc.record({
      field: fc.constantFrom("T", "T", "H"),
      value: fc.integer({ min: 15, max: 40 }),
      wait: fc.constantFrom(10, 60, 120, 400),
    });
    await fc.assert(
      fc.asyncProperty(definitions, fc.array(step, { maxLength: 15 }), async (definition, steps) => {
        const it = await RuleWorld.of({ kind: "rule", op: "put", row: ruleOf({ definition }) });
        for (const { field, value, wait } of steps) {
          await it.record(field, value);
          await it.wait(wait);
        }
        const happened = it.taken.map(({ kind, time }) => [kind as string, Math.round((time - START) / 1e6)] as const);
        const { firings } = await it.life.rules.dryRun(looks(definition), { from: START, to: it.now }, all);
        const dry = firings.flatMap(({ fired, cleared }) => [
          ["fired" as string, fired] as const,
          ...(cleared === null ? [] : [["cleared" as string, cleared] as const]),
        ]);
        expect(dry.map(([kind]) => kind)).toEqual(happened.map(([kind]) => kind));
        // the clock ticks now and then; a dry run has every moment
        for (const [i, [, time]] of dry.entries())
          expect(Math.abs((time - START) / 1e6 - (happened[i]?.[1] ?? 0))).toBeLessThanOrEqual(21);
      }),
      { numRuns: 40 },
    );
  });
});
