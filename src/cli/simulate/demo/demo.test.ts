import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newParsed } from "../../../measure/index.ts";
import { specOf } from "../../../measure/types.ts";
import { fakeIo } from "../../io.testing.ts";
import { run } from "../../program.ts";
import { Chance } from "./chance.ts";
import { type DemoDevice, demoDevices } from "./fleet.ts";
import { DEMO_PRODUCTS } from "./products.ts";
import { demoRows } from "./values.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const HOUR = 3_600_000;
const FLEET = demoDevices(200, new Chance(1));
const rowsOf = (device: DemoDevice, days = 30) => [...demoRows(device, NOW, days, new Chance(2))];

describe("the demo fleet", () => {
  test("is the same each time, and has of everything something", () => {
    expect(demoDevices(200, new Chance(1))).toEqual(FLEET);
    expect(new Set(FLEET.map(({ id }) => id)).size).toBe(200);
    expect(new Set(FLEET.map(({ product }) => product)).size).toBe(DEMO_PRODUCTS.length);
    for (const wish of ["always", "hours", null] as const)
      expect(
        FLEET.filter(({ silent }) => (wish === "hours" ? typeof silent === "number" : silent === wish)).length,
      ).toBeGreaterThan(1);
  });
  test("every value is one of its field's type, and times go forward to now", () => {
    const parsed = newParsed();
    for (const device of FLEET.filter(({ silent }) => silent === null).slice(0, 20)) {
      const rows = rowsOf(device);
      const types = new Map(device.fields.map(({ id, type }) => [id, type]));
      for (const [, , , field, value] of rows) {
        const type = types.get(field);
        if (type === undefined) throw new Error(`no field ${field}`);
        const bytes = new TextEncoder().encode(value);
        expect([field, value, specOf(type).parse(bytes, 0, bytes.length, parsed, 1000)]).toEqual([field, value, true]);
      }
      const times = rows.map(([time]) => Date.parse(time));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(NOW - (times.at(-1) ?? 0)).toBeLessThan(11 * 60_000);
      expect(NOW - (times[0] ?? 0)).toBeGreaterThan(29 * 24 * HOUR);
    }
  });
  test("who is silent says nothing any more, and a gap is one", () => {
    const [model] = FLEET.filter(({ silent }) => silent === null);
    if (model === undefined) throw new Error("nobody is well");
    expect(rowsOf({ ...model, silent: "always" })).toEqual([]);
    const last = rowsOf({ ...model, silent: 5 }).at(-1)?.[0] ?? "";
    expect(NOW - Date.parse(last)).toBe(5 * HOUR);
    const times = rowsOf({ ...model, gaps: [[40, 10]] }).map(([time]) => (NOW - Date.parse(time)) / HOUR);
    expect(times.filter((before) => before < 39.9 && before > 10.1)).toEqual([]);
  });
  test("counters never fall", () => {
    const meter = FLEET.find(({ product, silent }) => product === "energy-meter" && silent === null);
    if (meter === undefined) throw new Error("there is no meter");
    const energy = rowsOf(meter).flatMap(([, , , field, value]) => (field === "ENERGY" ? [Number(value)] : []));
    expect(energy.length).toBeGreaterThan(500);
    expect(energy).toEqual([...energy].sort((a, b) => a - b));
  });
});

test("the command makes it in a folder without a server, and once more without harm", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-demo-"));
  const cli = async (...argv: string[]) => {
    const { io, said } = fakeIo();
    const code = await run([...argv, "--data", folder], io);
    return { code, ...said };
  };
  try {
    const made = await cli("demo", "--devices", "12", "--days", "2", "--json");
    expect([made.code, made.err]).toEqual([0, expect.stringContaining("nobody administers this server yet")]);
    expect((await cli("user", "create", "ann@example.com", "--admin")).code).toBe(0);
    expect(JSON.parse(made.out)).toMatchObject({ workspace: "demo", devices: 12, products: 5 });
    expect(JSON.parse(made.out).measurements).toBeGreaterThan(1000);
    const { out } = await cli("demo", "--devices", "12", "--days", "2");
    expect(out).toContain('"demo" has 12 devices of 5 products');
    expect(out).toContain("/console/w/demo/devices\n");
    const [ann] = JSON.parse((await cli("user", "list", "--json")).out);
    expect(ann).toMatchObject({ email: "ann@example.com", workspaces: [{ slug: "demo", role: "owner" }] });
    const elsewhere = await cli("demo", "--workspace", "other");
    expect([elsewhere.code, elsewhere.err]).toEqual([1, expect.stringContaining('in the workspace "demo" already')]);
    expect((await cli("demo", "--workspace", "No!")).code).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
