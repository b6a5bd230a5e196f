import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { openOffline } from "../offline.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-configuration-"));
afterAll(() => rmSync(root, { recursive: true }));

async function folder() {
  const data = mkdtempSync(join(root, "d"));
  const { operations, close } = await openOffline(data, true);
  await operations.apply({
    text: "workspaces: [{ slug: home, products: [{ slug: p, devices: [{ id: a }, { id: b }] }] }]",
  });
  await close();
  return async (...argv: string[]) => {
    const { io, said } = fakeIo();
    const code = await run(["configuration", ...argv, "--data", data], io);
    return { code, out: said.out, err: said.err };
  };
}

test("fields are made, listed and deleted; devices get values and give them back, over restarts", async () => {
  const cli = await folder();
  const made = await cli("create", "p", "depth", "--default", "1.5", "--unit", "m");
  expect([made.code, made.out]).toEqual([0, "Configuration field depth (number) of p is made.\n"]);
  await cli("create", "p", "note", "--type", "text");
  await cli("create", "p", "on", "--type", "boolean", "--default", "false");
  expect(JSON.parse((await cli("list", "p", "--json")).out)).toMatchObject([
    { id: "depth", type: "number", default: 1.5, unit: "m" },
    { id: "note", type: "text", default: null },
    { id: "on", type: "boolean", default: false },
  ]);
  expect((await cli("list", "p")).out).toMatch(/depth +number +1.5 +m/);
  await cli("set", "p", "a", "depth=-4", "note=a = b", "on=true");
  const shown = async (device: string) => JSON.parse((await cli("show", "p", device, "--json")).out);
  expect(await shown("a")).toEqual({
    ...{ device: "a", values: { depth: -4, note: "a = b", on: true }, own: ["depth", "note", "on"] },
  });
  expect(await shown("b")).toMatchObject({ values: { depth: 1.5, note: null, on: false }, own: [] });
  expect((await cli("set", "p", "a", "depth=")).out).toMatch(/depth +1.5 +the default/);
  expect((await cli("delete", "p", "note")).out).toBe("Configuration field note of p is deleted.\n");
  expect(await shown("a")).toMatchObject({ values: { depth: 1.5, on: true }, own: ["on"] });
});

test.each([
  [["create", "p", "1x"], "a letter, then letters"],
  [["create", "p", "x", "--type", "date"], "number"],
  [["create", "p", "x", "--default", "deep"], "allowed is a number"],
  [["set", "p", "a", "depth"], "NAME=VALUE"],
  [["set", "p", "a", "height=1"], "no configuration field"],
  [["show", "p", "c"], "no device"],
] as const)("configuration %p is refused in words", async (argv, says) => {
  const { code, err } = await (await folder())(...argv);
  expect([code > 0, err]).toEqual([true, expect.stringContaining(says)]);
});
