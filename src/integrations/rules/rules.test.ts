import { describe, expect, test } from "bun:test";
import type { FleetChange, Rule } from "../../fleet/types.ts";
import type { RuleDefinition } from "../../rules/types.ts";
import { MINUTE, ruleOf, RuleWorld, START } from "./world.testing.ts";

const put = (row: Rule): FleetChange => ({ kind: "rule", op: "put", row });
const T_RULE: Pick<RuleDefinition, "trigger" | "condition"> = {
  trigger: { type: "measurement", fields: ["T"] },
  condition: { field: "T", operator: ">", value: 30 },
};
const row = (definition: Partial<RuleDefinition> = {}, more: Partial<Rule> = {}): Rule =>
  ruleOf({ definition: { ...T_RULE, ...definition }, ...more });
const world = (definition: Partial<RuleDefinition> = {}, more: Partial<Rule> = {}) =>
  RuleWorld.of(put(row(definition, more)));
const whats = async (it: RuleWorld) => (await it.log()).map(({ what }) => what).reverse();

describe("a rule about measurements", () => {
  test("fires when it becomes true, once for each device, and clears", async () => {
    const it = await world();
    for (const value of [20, 31, 32, 30, 35]) await it.record("T", value);
    await it.record("T", 40, null, "d2");
    expect(it.news()).toEqual(["fired d1 31", "cleared d1 30", "fired d1 35", "fired d2 40"]);
    expect(await whats(it)).toEqual(["fired", "cleared", "fired", "fired"]);
    const states = it.life.rules.statesOf(1);
    expect(states.map(({ device, state, since }) => [device, state, since === null]).sort()).toEqual([
      [1, "hot", false],
      [2, "hot", false],
    ]);
    expect(it.life.metrics.rules).toMatchObject({ looks: 6, happened: { fired: 3, cleared: 1, repeated: 0 } });
  });
  test("without a condition fires at each measurement of its fields", async () => {
    const it = await world({ condition: null });
    for (const value of [1, 1, 2]) await it.record("T", value);
    await it.record("H", 3);
    expect(it.news()).toEqual(["fired d1 1", "fired d1 1", "fired d1 2"]);
  });
  test("waits until it has held for long enough, by the clock; what ends it before does not fire", async () => {
    const it = await world({ for: "10m" });
    await it.record("T", 31);
    await it.wait(300);
    await it.record("T", 20);
    await it.wait(600);
    expect([it.news(), await whats(it)]).toEqual([[], ["waits", "waits_no_more"]]);
    await it.record("T", 32);
    await it.wait(599);
    expect(it.news()).toEqual([]);
    await it.wait(2);
    expect(it.news()).toEqual(["fired d1 32"]);
  });
  test("what flaps while it waits for days leaves one thing to be done, and fires in the end", async () => {
    const it = await world({ for: "1d" });
    for (let i = 0; i < 50; i++) {
      it.now += MINUTE;
      await it.record("T", i % 2 === 0 ? 31 : 20);
    }
    await it.record("T", 33);
    const { clock } = it.life.rules as unknown as { readonly clock: { readonly waiting: number } }; // what nobody else needs
    expect(clock.waiting).toBe(1);
    await it.wait(86_300);
    expect(it.news()).toEqual([]);
    await it.wait(4000);
    expect(it.news()).toEqual(["fired d1 33"]);
  });
  test("while it is true it is told again with a pause", async () => {
    const it = await world({ repeat: "1h" });
    await it.record("T", 31);
    await it.wait(3601);
    await it.wait(3601);
    await it.record("T", 20);
    await it.wait(7200);
    expect(it.news()).toEqual(["fired d1 31", "repeated d1 31", "repeated d1 31", "cleared d1 20"]);
  });
  test("a hysteresis keeps it true until the value is past the bound by more", async () => {
    const it = await world({ condition: { field: "T", operator: ">", value: 30, hysteresis: 2 } });
    for (const value of [30, 31, 29, 28.1]) await it.record("T", value);
    expect(it.news()).toEqual(["fired d1 31"]);
    await it.kill();
    for (const value of [28.5, 28, 29, 31]) await it.record("T", value);
    expect(it.news()).toEqual(["cleared d1 28", "fired d1 31"]);
  });
  test("other fields, configuration and windows are those of the device", async () => {
    const condition: RuleDefinition["condition"] = {
      all: [
        { field: "T", operator: ">", value: { field: "H" } },
        { field: "H", figure: "average", over: "10m", operator: ">=", value: 20 },
      ],
    };
    const it = await world({ condition });
    await it.record("T", 50);
    await it.record("H", 10);
    await it.record("H", 40, null, "d2");
    await it.record("T", 51);
    expect(it.news()).toEqual([]);
    it.now += 5 * MINUTE;
    await it.record("H", 30);
    await it.record("T", 52);
    expect(it.taken[0]?.values.map(({ field, value }) => [field, value])).toEqual([
      ["T", 52],
      ["H", 30],
      ["average(H, 10m)", 20],
    ]);
    it.news();
    await it.kill();
    it.now += 6 * MINUTE;
    await it.record("H", 8);
    await it.record("T", 53);
    expect(it.news()).toEqual(["cleared d1 53"]);
  });
  test("late data raises nothing, unless the rule asks; what is a little late does", async () => {
    const it = await world();
    await it.record("T", 31, START - 61 * MINUTE);
    expect(it.news()).toEqual([]);
    await it.record("T", 32, START - 59 * MINUTE);
    await it.record("T", 20, START - 60 * MINUTE);
    expect(it.news()).toEqual(["fired d1 32"]);
    expect(it.life.metrics.rules.late).toBe(2);
    const any = await world({ max_age: "any" });
    await any.record("T", 31, START - 1000 * MINUTE);
    expect(any.news()).toEqual(["fired d1 31"]);
  });
  test("only devices of its scope, and what its account may view", async () => {
    const it = await world({}, { scope: { products: [1], devices: [], tags: ["hall"] } });
    await it.record("T", 31, null, "d2");
    await it.record("T", 31);
    expect(it.news()).toEqual(["fired d1 31"]);
    const one = await world({}, { scope: { products: [], devices: [2], tags: [] } });
    await one.record("T", 31);
    await one.record("T", 31, null, "d2");
    expect(one.news()).toEqual(["fired d2 31"]);
    const blind = await world({}, { account: { user: null, apiUser: 9 } });
    await blind.record("T", 31);
    expect(blind.news()).toEqual([]);
    await blind.edit({
      ...{ kind: "apiUser", op: "put" },
      row: { uid: 9, workspace: 1, name: "a", mqtt: true, grants: [{ scope: "device", device: 1, can: ["view"] }] },
    });
    await blind.record("T", 32);
    await blind.record("T", 32, null, "d2");
    expect(blind.news()).toEqual(["fired d1 32"]);
    await blind.edit({ kind: "apiUser", op: "delete", uid: 9 });
    await blind.record("T", 33);
    expect(blind.news()).toEqual(["cleared d1 changed"]);
  });
  test("a limit an hour and a snooze keep actions from running, and clearing is as quiet as firing was", async () => {
    const it = await world({ limit: 2 });
    for (const value of [31, 1, 31, 1, 31, 1]) await it.record("T", value);
    expect(it.news().slice(-3)).toEqual(["cleared d1 1", "fired d1 31 limit", "cleared d1 1 limit"]);
    await it.kill();
    await it.record("T", 31);
    expect(it.news()).toEqual(["fired d1 31 limit"]);
    await it.record("T", 1);
    await it.wait(3700);
    await it.record("T", 31);
    expect(it.news()).toEqual(["cleared d1 1 limit", "fired d1 31"]);
    await it.edit(put(row({ limit: 2 }, { snoozed: it.now + 60 * MINUTE })));
    await it.record("T", 1);
    await it.record("T", 31);
    expect(it.news()).toEqual(["cleared d1 1", "fired d1 31 snooze"]);
    expect(it.life.metrics.rules.quiet).toEqual({ limit: 1, snooze: 1, loop: 0 });
  });
});

test("a loop is stopped, and the rule says since when until what it looks at or does is changed; a kill forgets nothing", async () => {
  const it = await world();
  const loop = () => it.life.rules.loopOf(1);
  const quiet = () => it.life.rules.statesOf(1).map((state) => state.quiet);
  await it.record("T", 31);
  expect([loop(), quiet()]).toEqual([null, [null]]);
  await it.record("T", 1);
  it.depth = 10;
  it.now += MINUTE;
  await it.record("T", 31);
  expect([it.news(), loop(), quiet()]).toEqual([["fired d1 31", "cleared d1 1"], it.now, ["loop"]]);
  const stopped = it.now;
  await it.kill();
  expect([loop(), quiet()]).toEqual([stopped, ["loop"]]);
  // snoozing and a name change nothing of what went round
  await it.edit(put(row({}, { name: "other", snoozed: it.now + MINUTE })));
  expect(loop()).toBe(stopped);
  await it.edit(put(row({}, { actions: [{ type: "notification", on: ["fired"], text: "x" }] })));
  expect(loop()).toBeNull();
  await it.record("T", 1);
  await it.record("T", 31);
  expect(loop()).toBeGreaterThanOrEqual(it.now);
  await it.edit(put(row({ for: "10m" })));
  expect(loop()).toBeNull();
  await it.kill();
  expect(loop()).toBeNull();
});

describe("a rule by the clock", () => {
  test("hours begin and end: what holds at the beginning fires, and its end clears without a reason to be glad", async () => {
    // START is a Sunday, 13:00 in Berlin
    const hours = { zone: "Europe/Berlin", days: ["sun"], from: "14:00", to: "15:00" } as const;
    const it = await world({ hours });
    await it.record("T", 31);
    expect(it.news()).toEqual([]);
    await it.wait(3605);
    expect(it.news()).toEqual(["fired d1 31"]);
    await it.kill();
    await it.wait(3605);
    expect(it.news()).toEqual(["cleared d1 31 hours"]);
  });
  test("silence is longer than the timeout of the device, or of the rule; the next measurement ends it", async () => {
    const silence = { trigger: { type: "silence", timeout: null }, condition: null } as const;
    const it = await world(silence);
    await it.record("T", 1);
    await it.wait(590);
    expect(it.news()).toEqual([]);
    await it.wait(12);
    expect(it.news()[0]).toMatch(/^fired d1 60\d$/);
    await it.kill();
    await it.wait(600);
    expect(it.news()).toEqual([]);
    await it.record("H", 1);
    expect(it.news()).toEqual(["cleared d1"]);
    const own = await world({ ...silence, trigger: { type: "silence", timeout: "1m" } });
    await own.record("T", 1);
    await own.kill();
    await own.wait(62);
    expect(own.news()[0]).toMatch(/^fired d1 6\d$/);
  });
  test("a schedule fires for each device for which its condition holds, once over a kill; what was missed is made up once", async () => {
    const trigger = { type: "schedule", cron: "*/10 * * * *", zone: "UTC" } as const;
    const it = await world({ trigger, condition: { field: "T", operator: ">", value: 30 } });
    await it.record("T", 31);
    await it.record("T", 1, null, "d2");
    await it.wait(601);
    await it.kill();
    await it.wait(1);
    expect(it.news()).toEqual(["fired d1 31"]);
    it.now += 35 * MINUTE;
    await it.kill();
    await it.wait(1);
    expect(it.taken.map(({ time }) => (time - START) / MINUTE)).toEqual([40]);
    it.news();
    it.now += 24 * 60 * MINUTE - 5 * MINUTE;
    await it.kill();
    await it.wait(1);
    expect(it.news()).toEqual(["fired d1 31"]);
    const alone = await world({ trigger, condition: null });
    await alone.wait(601);
    expect(alone.taken.map(({ device, isPulse }) => [device, isPulse])).toEqual([[0, true]]);
  });
  test("a geofence fires when a device goes there, not where it is first seen", async () => {
    const trigger = { type: "geofence", field: "PLACE", lat: 52.5, lng: 13.4, radius: 1000, event: "enter" } as const;
    const it = await world({ trigger, condition: null });
    const [inside, outside] = ["(52.501,13.4)", "(52.6,13.4)"];
    for (const place of [inside, outside, inside]) await it.record("PLACE", place);
    await it.kill();
    for (const place of [inside, outside, outside]) await it.record("PLACE", place);
    expect(it.news().map((one) => one.slice(0, 8))).toEqual(["fired d1", "cleared "]);
    const leave = await world({ trigger: { ...trigger, event: "leave" }, condition: null });
    for (const place of [outside, inside, outside]) await leave.record("PLACE", place);
    expect(leave.news()).toHaveLength(1);
  });
});

describe("over changes and kills", () => {
  test("a restart raises nothing again, what has held goes on to hold, and what came while it was down is looked at", async () => {
    const it = await world({ for: "10m" });
    await it.record("T", 31);
    await it.wait(300);
    await it.kill();
    await it.wait(290);
    expect(it.news()).toEqual([]);
    await it.wait(20);
    expect(it.news()).toEqual(["fired d1 31"]);
    await it.kill();
    await it.wait(1000);
    await it.record("T", 33);
    expect(it.news()).toEqual([]);
    // stored, but not looked at: the server dies before
    it.life.rules.stop();
    await it.record("T", 20);
    it.now += 600 * MINUTE;
    await it.kill();
    expect(it.news()).toEqual(["cleared d1 20"]);
  });
  test("what was not taken over is handed over at the next start", async () => {
    const it = await world();
    it.isTaking = false;
    await it.record("T", 31);
    expect(it.news()).toEqual([]);
    it.isTaking = true;
    await it.kill();
    expect(it.news()).toEqual(["fired d1 31"]);
    await it.kill();
    expect(it.news()).toEqual([]);
  });
  test("a commit that is given up loses nothing of what was decided", async () => {
    const it = await world();
    it.life.store.takes = 1;
    await it.record("T", 31);
    expect(it.disk.series.points(1)).toHaveLength(1);
    await it.wait(3);
    expect([it.news(), it.life.metrics.commitsFailed]).toEqual([[], expect.any(Number)]);
    expect(it.life.metrics.commitsFailed).toBeGreaterThan(0);
    it.life.store.takes = Number.POSITIVE_INFINITY;
    await it.wait(3);
    expect(it.news()).toEqual(["fired d1 31"]);
    await it.kill();
    await it.wait(3);
    expect(it.news()).toEqual([]);
  });
  test("a changed rule begins anew, one that is off forgets, one that is deleted is no more", async () => {
    const it = await world();
    await it.record("T", 31);
    await it.edit(put(row({ condition: { field: "T", operator: ">", value: 30.5 } })));
    await it.record("T", 32);
    await it.edit(put(row({ condition: { field: "T", operator: ">", value: 30.5 }, repeat: "1h" })));
    await it.edit(put(row({}, { active: false })));
    await it.record("T", 33);
    expect(it.news()).toEqual(["fired d1 31", "cleared d1 changed", "fired d1 32", "cleared d1 off"]);
    await it.edit(put(row()));
    await it.record("T", 34);
    await it.edit({ kind: "rule", op: "delete", uid: 1 });
    await it.record("T", 35);
    expect(it.news()).toEqual(["fired d1 34"]);
    expect([...it.disk.consumers.keys()]).toEqual([]);
    expect(await it.life.store.readJournal({ journal: "rule states", limit: 10 })).toEqual([]);
    expect(await it.life.store.readJournal({ journal: "rule:1:log", limit: 10 })).toEqual([]);
  });
  test("a change that was made while the states were on their way, too", async () => {
    const it = await world();
    await it.record("T", 31);
    it.life.rules.stop();
    await it.edit(put(row({ condition: { field: "T", operator: ">", value: 99 } })));
    await it.kill();
    expect(it.news()).toEqual(["fired d1 31", "cleared d1 changed"]);
  });
  test("a rule that is read back with its keys in another order is the same", async () => {
    const it = await world();
    await it.record("T", 31);
    const { trigger, condition, ...rest } = row().definition;
    const other = { ...rest, condition: { value: 30, operator: ">", field: "T" } as const, trigger };
    await it.edit(put({ ...row(), definition: other }));
    await it.kill();
    expect([it.news(), condition]).toEqual([["fired d1 31"], expect.anything()]);
  });
  test("a device that leaves the scope is let go of; one that is deleted is forgotten, and its rule is broken", async () => {
    const it = await world({}, { scope: { products: [], devices: [], tags: ["hall"] } });
    await it.record("T", 31);
    const device = { uid: 1, product: 1, id: "d1", name: "", serial: null, tags: [] };
    await it.edit({ kind: "device", op: "put", row: device });
    expect(it.news()).toEqual(["fired d1 31", "cleared d1 changed"]);
    await it.edit({ kind: "device", op: "put", row: { ...device, tags: ["hall"] } });
    await it.record("T", 31);
    await it.edit({ kind: "field", op: "delete", uid: 1 }, { kind: "device", op: "delete", uid: 1 });
    await it.record("H", 31, null, "d2");
    expect(it.life.rules.statesOf(1)).toEqual([]);
  });
});
