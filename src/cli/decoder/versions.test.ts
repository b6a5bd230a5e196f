import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { openOffline } from "../offline.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-decoder-"));
afterAll(() => rmSync(root, { recursive: true }));

const OLD = "function Decoder() { return []; }\n";
const NEW = "function Decoder() { return [{ field: 'T', value: 1 }]; }";

async function folder() {
  const data = mkdtempSync(join(root, "d"));
  const { operations, close } = await openOffline(data, true);
  await operations.apply({ text: "workspaces: [{ slug: home, products: [{ slug: p }] }]" });
  await close();
  return async (...argv: string[]) => {
    const { io, said } = fakeIo({ files: { "old.js": OLD, "new.js": NEW, "empty.js": "\n" } });
    const code = await run([...argv, "--data", data], io);
    return { code, out: said.out, err: said.err };
  };
}

describe("decoder versions by commands", () => {
  test("set, list, show, roll back, off", async () => {
    const cli = await folder();
    const first = await cli("decoder", "set", "p", "old.js", "--note", "as it was");
    expect([first.code, first.out]).toEqual([0, "Version 1 of the decoder of p is in force.\n"]);
    const second = await cli("decoder", "set", "p", "new.js", "--function", "Decoder");
    expect(second.out).toContain("Version 2 of the decoder of p is in force. Go back with: ");
    expect((await cli("decoder", "show", "p")).out).toBe(`${NEW}\n`);
    expect((await cli("decoder", "show", "p", "--number", "1")).out).toBe(OLD);
    const list = JSON.parse((await cli("decoder", "list", "p", "--json")).out);
    expect(list).toMatchObject([
      { number: 1, in_force: false, function: null, note: "as it was", by: "the command line", bytes: OLD.length },
      { number: 2, in_force: true, function: "Decoder", note: "" },
    ]);
    expect((await cli("decoder", "list", "p")).out).toMatch(/2 +in force/);
    expect((await cli("decoder", "roll-back", "p")).out).toBe("Version 1 of the decoder of p is in force.\n");
    const none = await cli("decoder", "roll-back", "p");
    expect([none.code, none.err]).toEqual([1, expect.stringContaining("no older version")]);
    expect((await cli("decoder", "roll-back", "p", "--number", "2")).code).toBe(0);
    expect((await cli("decoder", "off", "p")).out).toContain("no decoder in force now; its versions stay");
    const off = await cli("decoder", "show", "p");
    expect([off.code, off.err]).toEqual([1, expect.stringContaining("p has no decoder in force")]);
    expect((await cli("product", "show", "p")).out).toContain("Decoder:");
  });

  test.each([
    [["set", "p", "nowhere.js"], "nowhere.js: cannot be read"],
    [["set", "p", "empty.js"], "no code in it"],
    [["set", "q", "old.js"], "no product"],
    [["set", "p", "old.js", "--function", "main"], "function"],
    [["show", "p", "--number", "9"], "no version 9"],
    [["show", "p", "--number", "x"], "--number"],
  ] as const)("decoder %p is refused in words", async (argv, says) => {
    const { code, err } = await (await folder())("decoder", ...argv);
    expect([code > 0, err]).toEqual([true, expect.stringContaining(says)]);
  });

  test("the integration of a product: its key changes, its switches and limits too", async () => {
    const cli = await folder();
    const told = async (...argv: string[]) => JSON.parse((await cli("integration", ...argv, "--json")).out);
    const before = await told("show", "p");
    const rotated = await told("rotate-key", "p", "--grace", "7d");
    expect(rotated).toEqual({
      ...before,
      integration_key: rotated.integration_key,
      old_key: { begins: before.integration_key.slice(0, 8), until: expect.stringMatching(/Z$/) },
    });
    expect((await cli("integration", "show", "p")).out).toContain(`${before.integration_key.slice(0, 8)}…, until`);
    const after = await told("revoke-old-key", "p");
    expect(after).toEqual({ ...rotated, old_key: null });
    expect(after.integration_key === before.integration_key).toBe(false);
    const flags = ["--product-uuid", "no", "--network-token", "no", "--creates-devices", "50", "--creates-fields", "5"];
    expect(await told("set", "p", ...flags)).toEqual({
      ...after,
      ...{ accepts_product_uuid: false, network_token_needed: false, creates_devices: 50, creates_fields: 5 },
    });
    expect((await cli("integration", "show", "p")).out).toContain("until there are 50");
    for (const [flags, says] of [
      [[], "say what to change"],
      [["--product-uuid", "maybe"], "yes or no"],
      [["--creates-fields", "1001"], "0 to 1000"],
    ] as const) {
      const { code, err } = await cli("integration", "set", "p", ...flags);
      expect([code > 0, err]).toEqual([true, expect.stringContaining(says)]);
    }
  });
});
