import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { openOffline } from "../offline.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-rule-"));
afterAll(() => rmSync(root, { recursive: true }));

test("rules are made of files, shown, changed, snoozed and deleted by commands, also without a server; what looks needs one", async () => {
  const folder = mkdtempSync(join(root, "d"));
  const { operations, close } = await openOffline(folder, true);
  await operations.apply({
    text: `
workspaces:
  - slug: home
    products: [{ slug: p, fields: [{ id: T, type: NUMERIC }], devices: [{ id: d1 }] }]
    api_users: [{ name: screen }]
users: [{ email: owner@localhost, admin: true, workspaces: { home: owner } }]`,
  });
  await close();
  const files: Record<string, string> = {};
  const cli = async (...argv: string[]) => {
    const { io, said } = fakeIo({ files });
    const code = await run([...argv, "--data", folder], io);
    return { code, out: said.out, err: said.err };
  };
  const file = (text: string) => {
    const name = `rule-${Object.keys(files).length}.yaml`;
    files[name] = text;
    return name;
  };
  const rule = file(`
name: too warm
scope: { devices: [p/d1] }
trigger: { type: measurement, fields: [t] }
condition: { field: t, operator: ">", value: 30 }
for: 10m
account: screen@home
`);
  expect((await cli("rule", "create", rule)).out).toBe("Rule too warm is made.\n");
  expect(JSON.parse((await cli("rule", "show", "too warm")).out)).toMatchObject({
    ...{ rule: 1, workspace: "home", for: "10m", repeat: null, max_age: "1h", state: "active", account: "screen@home" },
    scope: { products: [], devices: [{ product: "p", device: "d1" }], tags: [] },
    condition: { field: "T", operator: ">", value: 30 },
  });
  expect((await cli("rule", "update", "#1", file("repeat: 1h\nname: warm"))).out).toBe("Rule warm is changed.\n");
  expect((await cli("rule", "update", "warm", "--off")).code).toBe(0);
  expect((await cli("rule", "list")).out).toMatch(/1 +warm +home +measurement +off/);
  expect((await cli("rule", "snooze", "warm", "8h")).out).toContain("its actions do not run until");
  expect((await cli("rule", "snooze", "warm", "off")).out).toContain("its actions run again");
  for (const [argv, message] of [
    [["create", file("name: x")], "trigger: is missing"],
    [["create", file("name: x\ntrigger: { type: measurement, fields: [Z] }")], "has the field Z"],
    [["create", file("- 1")], "this is no rule"],
    [["create", file("{")], "is neither YAML nor JSON"],
    [["snooze", "warm", "soon"], "until: allowed is a time to come"],
    [["show", "cold"], "There is no rule"],
    [["dry-run", "warm"], "No server runs on this folder"],
    [["try", rule], "No server runs on this folder"],
    [["log", "warm"], "No server runs on this folder"],
    [["states", "warm"], "No server runs on this folder"],
    [["test-action", "warm", "0"], "Alerts are kept by a running server"],
    [["test-action", "warm", "first"], 'action: "first" is not allowed'],
    [["test-action", "warm", "0", "--device", "d1"], "write PRODUCT/DEVICE"],
  ] as const) {
    const { code, err } = await cli("rule", ...argv);
    expect([argv[0], code === 0, err]).toEqual([argv[0], false, expect.stringContaining(message)]);
  }
  expect((await cli("rule", "delete", "warm", "--yes")).out).toBe("warm: deleted.\n");
  expect((await cli("rule", "list")).err).toBe("There are no rules.\n");
});
