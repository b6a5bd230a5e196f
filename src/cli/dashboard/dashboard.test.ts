import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { openOffline } from "../offline.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-dashboard-"));
afterAll(() => rmSync(root, { recursive: true }));

test("a dashboard of a fleet file is listed, exported, imported under another name, replaced and deleted by commands", async () => {
  const folder = mkdtempSync(join(root, "d"));
  const { operations, close } = await openOffline(folder, true);
  await operations.apply({
    text: `
workspaces:
  - slug: home
    products: [{ slug: p, devices: [{ id: d1 }], fields: [{ id: T, type: NUMERIC }] }]
    dashboards:
      - name: Overview
        content: { version: 1, widgets: [{ id: t, type: gauge, place: { x: 0, y: 0, w: 3, h: 4 }, min: -5, max: 40.5, source: { product: p, device: d1, field: t } }] }`,
  });
  await close();
  const files: Record<string, string> = {};
  const cli = async (...argv: string[]) => {
    const { io, said } = fakeIo({ files });
    const code = await run([...argv, "--data", folder], io);
    return { code, out: said.out, err: said.err };
  };
  expect((await cli("dashboard", "list")).out).toContain("Overview");
  const file = "overview.json";
  const { out } = await cli("dashboard", "export", "Overview");
  expect(JSON.parse(out)).toMatchObject({
    name: "Overview",
    product: null,
    content: {
      version: 1,
      range: "24h",
      phone: null,
      widgets: [{ id: "t", min: -5, max: 40.5, source: { field: "T" } }],
    },
  });
  files[file] = out;
  expect((await cli("dashboard", "import", file)).err).toContain('A dashboard "Overview" exists already');
  expect((await cli("dashboard", "import", file, "--name", "Other")).out).toBe("Other: imported, with 1 widget.\n");
  expect((await cli("dashboard", "import", file, "--name", "Other", "--replace")).code).toBe(0);
  files[file] = out.replace('"d1"', '"d9"');
  expect((await cli("dashboard", "import", file, "--name", "Third")).err).toContain(
    'the device "d9" of p is not there',
  );
  const odd = await cli("dashboard", "import", file, "--name", "Third", "--allow-missing");
  expect([odd.code, odd.err]).toEqual([0, 'widgets[0].source: the device "d9" of p is not there\n']);
  files[file] = "[";
  expect((await cli("dashboard", "import", file)).err).toContain("is not JSON");
  expect((await cli("dashboard", "delete", "#1")).err).toContain("say --yes to delete");
  expect((await cli("dashboard", "delete", "#1", "--yes")).out).toBe("Overview: deleted.\n");
  expect((await cli("dashboard", "export", "Overview")).err).toContain("There is no dashboard");
});
