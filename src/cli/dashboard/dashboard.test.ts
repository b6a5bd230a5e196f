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

test("links that show a dashboard are made, listed and revoked by commands, also without a server", async () => {
  const folder = mkdtempSync(join(root, "d"));
  const { operations, close } = await openOffline(folder, true);
  const gauge = "{ id: t, type: gauge, place: { x: 0, y: 0, w: 3, h: 4 }, min: 0, max: 1, source: { field: T } }";
  await operations.apply({
    text: `
workspaces:
  - slug: home
    products: [{ slug: p, devices: [{ id: d1 }], fields: [{ id: T, type: NUMERIC }] }]
    dashboards:
      - { name: Overview, content: { version: 1, widgets: [] } }
      - { name: Pumps, product: p, content: { version: 1, widgets: [${gauge}] } }`,
  });
  await close();
  const cli = async (...argv: string[]) => {
    const { io, said } = fakeIo({ files: { secret: "open sesame\n", empty: "\n" } });
    const code = await run(["dashboard", "share", ...argv, "--data", folder], io);
    return { code, out: said.out, err: said.err };
  };
  const told = async (...argv: string[]) => JSON.parse((await cli(...argv, "--json")).out);

  expect(await cli("list", "Overview")).toEqual({ code: 0, out: "", err: "No links show this dashboard.\n" });
  const made = await cli("create", "Overview", "--name", "lobby", "--expires", "never", "--password-file", "secret");
  expect(made.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/console\/shared#\S+\n$/);
  expect(made.err).toContain("Link #1: whoever has it and knows the password sees the dashboard, until it is revoked");
  const { secret, link, ...second } = await told("create", "#1", "--expires", "2d");
  expect(link).toEndWith(`/console/shared#${secret}`);
  expect(Date.parse(second.expires) - Date.parse(second.created)).toBeGreaterThan(2 * 86_400_000 - 60_000);
  expect(await told("list", "Overview")).toEqual([
    expect.objectContaining({ share: 1, name: "lobby", password: true, account: null, expires: null, state: "active" }),
    second,
  ]);
  expect((await cli("list", "Overview")).out).toMatch(
    /#1\s+lobby\s+-\s+the command line\s+yes\s+active\s+never\s+never/,
  );

  // of a product's dashboard: for one device
  expect((await cli("create", "Pumps")).err).toContain("a link shows a product's dashboard for one device");
  expect((await cli("create", "Pumps", "--device", "d9")).err).toContain("d9");
  expect(await told("create", "Pumps", "--device", "d1")).toMatchObject({ share: 3, device: "d1" });

  for (const [argv, code, why] of [
    [["list", "Nothing"], 1, "There is no dashboard"],
    [["create", "Nothing"], 1, "There is no dashboard"],
    [["create", "Overview", "--expires", "2020-01-01"], 2, "is in the past"],
    [["create", "Overview", "--expires", "9999d"], 2, "3660 days at most"],
    [["create", "Overview", "--password-file", "empty"], 2, "the first line of empty is empty"],
    [["revoke", "Overview", "3"], 1, 'This dashboard has no link "3"'],
  ] as const) {
    const refused = await cli(...argv);
    expect([argv, refused.code, refused.err]).toEqual([argv, code, expect.stringContaining(why)]);
  }
  expect((await cli("create", "Overview", "--name", "lobby")).code).toBe(0);
  expect((await cli("revoke", "Overview", "lobby")).err).toContain("Several links are called");
  expect((await cli("revoke", "Overview", "#1")).out).toBe("Link #1 (lobby) is revoked.\n");
  expect((await cli("revoke", "Overview", "lobby")).out).toBe("Link #4 (lobby) is revoked.\n");
  expect(await told("list", "Overview")).toEqual([second]);
});
