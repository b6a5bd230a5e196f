import { expect, test } from "bun:test";
import fc from "fast-check";
import { LogRows } from "../../feed/log-rows.ts";
import type { Happening, RuleDefinition } from "../../rules/types.ts";
import { readHappenings } from "./outbox.ts";
import { ruleOf, RuleWorld } from "./world.testing.ts";

/**
 * Random schedules of measurements, commits that land or do not, refusals and kills, against a naive model that looks at all that is stored at
 * the end, in the order of the log: no firing is lost, and none is there twice.
 */
type Step =
  | { readonly do: "record"; readonly device: "d1" | "d2"; readonly field: "T" | "H"; readonly value: number }
  | { readonly do: "land" | "settle" | "outage" | "wait" }
  | { readonly do: "crash"; readonly landed: boolean };

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("record" as const),
      device: fc.constantFrom("d1" as const, "d2" as const),
      field: fc.constantFrom("T" as const, "T" as const, "H" as const),
      value: fc.integer({ min: 26, max: 35 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("land" as const, "settle" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("outage" as const, "wait" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), landed: fc.boolean() }) },
) as fc.Arbitrary<Step>; // the weights widen it

const HOT: Pick<RuleDefinition, "trigger" | "condition"> = {
  trigger: { type: "measurement", fields: ["T"] },
  condition: { field: "T", operator: ">", value: 30, hysteresis: 2 },
};
const BOTH: Pick<RuleDefinition, "trigger" | "condition"> = {
  trigger: { type: "measurement", fields: ["T", "H"] },
  condition: { field: "T", operator: ">", value: { field: "H" } },
};

/** What both rules would have told, by all that is stored. */
async function model(world: RuleWorld): Promise<string[]> {
  const { records } = await world.life.store.readLog(0, Number.MAX_SAFE_INTEGER, 1e9);
  const rows = new LogRows(world.life.series).open(records);
  const told: string[] = [];
  const values = new Map<string, number>();
  const hot = new Map<string, boolean>();
  const look = (key: string, holds: boolean) => {
    if (holds !== (hot.get(key) ?? false)) told.push(`${key} ${holds ? "fired" : "cleared"}`);
    hot.set(key, holds);
  };
  while (rows.next()) {
    if (rows.isMessage) continue;
    const device = world.life.series.device(rows.series)?.row.id ?? "";
    const field = world.life.series.field(rows.series)?.row.id ?? "";
    const value = rows.value("number") as number;
    values.set(`${device} ${field}`, value);
    if (field === "T") look(`1 ${device}`, value > (hot.get(`1 ${device}`) ? 28 : 30));
    const [t, h] = [values.get(`${device} T`), values.get(`${device} H`)];
    look(`2 ${device}`, t !== undefined && h !== undefined && t > h);
  }
  return told;
}

async function play(steps: readonly Step[]): Promise<void> {
  const rules = [ruleOf({ definition: HOT }), ruleOf({ uid: 2, name: "r2", definition: BOTH })];
  const world = await RuleWorld.of(...rules.map((row) => ({ kind: "rule", op: "put", row }) as const));
  world.isHolding = true;
  await world.kill();
  for (const one of steps) {
    world.now += 1000;
    const { life } = world;
    // while storage takes nothing, a measurement is refused
    if (one.do === "record" && !life.ingest.commits.failing) life.put(one.field, one.value, null, one.device);
    else if (one.do === "land") life.store.land(true);
    else if (one.do === "wait") await world.wait(2);
    else if (one.do === "outage") {
      // for longer than the grace time
      life.store.takes = 0;
      await world.wait(3);
      life.store.takes = Number.POSITIVE_INFINITY;
    } else if (one.do === "crash") {
      if (one.landed) life.store.land(false);
      await world.kill();
    }
    await world.life.settle();
  }
  world.isHolding = false;
  world.life.store.land(true);
  await world.life.settle();
  await world.kill();
  await world.wait(2);
  // what is handed over again after a kill is the same, and whoever takes it knows it by its number
  const found = new Map<number, Happening>();
  for (const one of [...world.taken, ...(await readHappenings(world.life.store))]) {
    expect(found.get(one.id) ?? one).toEqual(one);
    found.set(one.id, one);
  }
  const ids = [...found.keys()].sort((a, b) => a - b);
  const told = ids.map((id) => {
    const { rule, device, kind } = found.get(id) as Happening; // one of the keys
    return `${rule} ${world.life.directory.deviceByUid(device)?.row.id} ${kind}`;
  });
  expect(told).toEqual(await model(world));
}

test("no firing is lost or doubled, whenever the server dies", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => play(steps)),
    { numRuns: Number(process.env.FIELDCAST_RULE_SCHEDULES ?? 60) },
  );
}, 600_000);
