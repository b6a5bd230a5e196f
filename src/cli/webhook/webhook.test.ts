import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { openOffline } from "../offline.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-webhook-"));
afterAll(() => rmSync(root, { recursive: true }));

test("webhooks are made, shown, changed and deleted by commands, also without a server; what sends needs one", async () => {
  const folder = mkdtempSync(join(root, "d"));
  const { operations, close } = await openOffline(folder, true);
  await operations.apply({
    text: `
workspaces:
  - { slug: home, products: [{ slug: p, devices: [{ id: d1 }] }], api_users: [{ name: screen }] }
users: [{ email: owner@localhost, admin: true, workspaces: { home: owner } }]`,
  });
  await close();
  const cli = async (...argv: string[]) => {
    const { io, said } = fakeIo();
    const code = await run([...argv, "--data", folder], io);
    return { code, out: said.out, err: said.err };
  };
  const told = async (...argv: string[]) => JSON.parse((await cli(...argv, "--json")).out);

  const made = await cli(
    ...["webhook", "create", "office", "https://hooks.example.com/x", "--event", "device_measurement,downlink"],
    ...["--device", "p/d1", "--field", "t", "--header", "X-Key: secret: 1", "--form", "array", "--batch-max", "20"],
    ...["--account", "screen@home"],
  );
  expect(made.out).toMatch(/^whsec_\S+\n$/);
  expect(made.err).toContain("Webhook office is made");
  expect(await told("webhook", "show", "office")).toMatchObject({
    webhook: 1,
    workspace: "home",
    events: ["device_measurement", "downlink"],
    filter: { products: [], devices: [{ product: "p", device: "d1" }], tags: [], fields: ["T"] },
    headers: { "X-Key": null },
    form: "array",
    batch: { max: 20, wait: 1 },
    account: "screen@home",
    state: "active",
  });
  const shown = (await cli("webhook", "show", "office")).out;
  expect(shown).toContain("array, up to 20 events");
  expect(shown).not.toContain("secret: 1");
  expect((await cli("webhook", "update", "office", "--name", "the office", "--off")).out).toBe(
    "Webhook the office is changed.\n",
  );
  expect((await cli("webhook", "list")).out).toContain("the office");
  expect(await told("webhook", "pause", "#1")).toMatchObject({ state: "off" });
  expect((await cli("webhook", "resume", "the office")).out).toBe("the office goes on.\n");
  expect((await cli("webhook", "rotate-secret", "the office", "--grace", "60")).out).toMatch(/^whsec_\S+\n$/);
  for (const name of ["test", "log", "letters", "replay", "discard"]) {
    const { code, err } = await cli("webhook", name, "the office");
    expect([name, code]).toEqual([name, 1]);
    expect(err).toContain("No server runs on this folder");
  }
  for (const [argv, message] of [
    [["create", "b", "hooks.example.com"], "an address that begins with https://"],
    [["create", "b", "https://x.example/", "--header", "X-Key"], 'write "Name: value"'],
    [
      ["create", "b", "https://x.example/", "--template", "{{ value"],
      "{{ value: cannot be read (there is no such file)",
    ],
    [["create", "b", "https://x.example/", "--device", "d1"], "write PRODUCT/DEVICE"],
    [["create", "the office", "https://x.example/"], "exists already"],
    [["show", "nothing"], "There is no webhook"],
  ] as const)
    expect((await cli("webhook", ...argv)).err).toContain(message);
  expect((await cli("webhook", "delete", "the office")).err).toContain("say --yes to delete");
  expect((await cli("webhook", "delete", "the office", "--yes")).out).toBe("the office: deleted.\n");
  expect(await told("webhook", "list")).toEqual([]);
});
