import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { ago } from "../numbers.ts";
import { openOffline } from "../offline.ts";
import { run } from "../program.ts";
import { colors } from "../text.ts";
import { renderAudit } from "./command.ts";

const dir = mkdtempSync(join(tmpdir(), "fieldcast-audit-"));
afterAll(() => rmSync(dir, { recursive: true }));
const FILE =
  "workspaces: [{ slug: acme, products: [{ slug: p, fields: [{ id: T, type: INT }], devices: [{ id: a }] }] }]";

async function cli(...argv: string[]) {
  const { io, said } = fakeIo({ files: { "fleet.yaml": FILE.replace("id: a", "id: a, tags: [t]") } });
  const code = await run([...argv, "--data", dir], io);
  return { code, ...said };
}

describe("fieldcast audit", () => {
  test("shows what commands changed, newest first", async () => {
    const { operations, close } = await openOffline(dir, true);
    await operations.apply({ text: FILE });
    await close();
    await cli("apply", "fleet.yaml");
    await cli("device", "delete", "p", "a", "--yes");
    const { code, out } = await cli("audit", "--action", "device");
    expect(code).toBe(0);
    const lines = out.trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/the command line +- +device\.delete +p\/a +acme$/);
    expect(lines[2]).toMatch(/device\.update +p\/a +acme +tags: \[\] → \["t"\]$/);
    expect(lines[3]).toMatch(/device\.create +p\/a +acme$/);
    expect(JSON.parse((await cli("audit", "--limit", "1", "--json")).out)).toMatchObject([
      { action: "device.delete", workspace: "acme", actor: { account: "command_line" }, target: { name: "p/a" } },
    ]);
  });

  test.each([
    [["--account", "a:7"], 0, "", "Nothing was noted.\n"],
    [["--account", "first_start"], 0, "", "Nothing was noted.\n"],
    [["--since", "1h", "--action", "product"], 0, /product\.create/, ""],
    [["--workspace", "none"], 1, "", /no workspace/],
    [["--account", "nobody@example.com"], 1, "", /no user/],
    [["--since", "yesterday"], 2, "", /--since/],
    [["--limit", "0"], 2, "", /--limit/],
  ] as const)("%p", async (argv, code, out, err) => {
    const said = await cli("audit", ...argv);
    expect(said.code).toBe(code);
    expect(said.out).toMatch(out);
    expect(said.err).toMatch(err);
  });

  test("changes have the keys and times that the API has", () => {
    const by = { key: "command_line", name: "the command line", from: null };
    const of = { id: 1, time: 0, by, action: "token.update", workspace: null, target: 1, name: "#1 of a@home" };
    const change = {
      before: { expires: null, onlineTimeout: 1 },
      after: { expires: 1_790_000_000_000_000, onlineTimeout: 2 },
    };
    expect(renderAudit([{ ...of, ...change }], colors(false))).toContain(
      'expires: null → "2026-09-21T14:13:20Z", online_timeout: 1 → 2',
    );
  });
  test("what clients and people wrote is text", () => {
    const by = { key: "u:1", name: "\u001b[2Jx", from: null };
    const line = {
      id: 1,
      time: 0,
      by,
      action: "a",
      workspace: null,
      target: 1,
      name: "\u202e",
      before: null,
      after: null,
    };
    expect(renderAudit([line], colors(false))).not.toMatch(/[\u001b\u202e]/);
  });
});

test("ago", () => {
  expect(["90s", "10m", "12h", "7d"].map((text) => ago("--since", text, 1e9) / 1000)).toEqual([
    1e9 - 90_000,
    1e9 - 600_000,
    1e9 - 43_200_000,
    1e9 - 604_800_000,
  ]);
  for (const bad of ["", "7", "d", "-1d", "1w"]) expect(() => ago("--since", bad, 1e9)).toThrow("--since");
});
