import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { fakeIo } from "./io.testing.ts";
import { openOffline } from "./offline.ts";
import { run } from "./program.ts";
import { fits } from "../admin/chosen.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-manage-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder as the first start leaves it: workspace home, my-product, device 000001. */
async function firstStart() {
  const folder = mkdtempSync(join(root, "d"));
  const { operations, close } = await openOffline(folder, true);
  await operations.apply({
    text: `
workspaces:
  - slug: home
    products:
      - { slug: my-product, fields: [{ id: TEMPERATURE, type: FLOAT }, { id: DOOR, type: BOOL }], devices: [{ id: "000001" }] }
    api_users: [{ name: device 1, rights: [{ device_ids: ["my-product/000001"], can: [record_measurements] }] }]
users: [{ email: owner@localhost, admin: true, workspaces: { home: owner } }]`,
  });
  await close();
  const cli = async (...argv: string[]) => {
    const { io, said } = fakeIo();
    const code = await run([...argv, "--data", folder], io);
    return { code, out: said.out, err: said.err };
  };
  const told = async (...argv: string[]) => {
    const { code, out, err } = await cli(...argv, "--json");
    if (code !== 0) throw new Error(`${argv.join(" ")}: ${err}`);
    return JSON.parse(out);
  };
  return { cli, told, folder };
}

describe("a fleet is made, looked at and taken away by commands alone", () => {
  test("what programs elsewhere hold on to keeps its UUID; a UUID is there once", async () => {
    const { cli, told } = await firstStart();
    const uuid = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
    await told("workspace", "create", "plant", "--uuid", uuid(1).toUpperCase());
    await told("product", "create", "pump", "--workspace", "plant", "--uuid", uuid(2));
    const flags = ["--role", "primary", "--semantic", "temperature", "--uuid", uuid(3)];
    await told("field", "create", "pump", "temp", ...flags);
    await told("user", "create", "ann@example.com", "--uuid", uuid(4));
    expect(await told("product", "show", "pump")).toMatchObject({
      uuid: uuid(2),
      fields: [{ id: "TEMP", role: "primary", semantic: "temperature" }],
    });
    for (const again of [
      ["workspace", "create", "other", "--uuid", uuid(1)],
      ["product", "create", "other", "--workspace", "plant", "--uuid", uuid(2)],
      ["field", "create", "pump", "other", "--uuid", uuid(3)],
      ["user", "create", "bob@example.com", "--uuid", uuid(4)],
    ]) {
      const { code, err } = await cli(...again);
      expect([code, err]).toEqual([1, expect.stringContaining("with this UUID exists already")]);
    }
    expect((await cli("field", "create", "pump", "x", "--role", "primary")).err).toContain(
      "TEMP is the product's primary field",
    );
    expect((await cli("product", "create", "x", "--workspace", "plant", "--uuid", "12")).err).toContain("a UUID (like");
  });

  test("workspace, product, field, device, API user, token", async () => {
    const { cli, told, folder } = await firstStart();
    expect((await cli("workspace", "create", "plant", "--name", "Plant 1")).out).toBe("Workspace plant is made.\n");
    expect(await told("workspace", "list")).toMatchObject([
      { slug: "home", products: 1, devices: 1, members: 1, api_users: 1 },
      { slug: "plant", name: "Plant 1", products: 0, members: 1 },
    ]);
    const several = await cli("product", "create", "pump");
    expect([several.code, several.err]).toEqual([1, expect.stringContaining("name one with --workspace")]);
    const elsewhere = fakeIo({ env: { PATH: "/nowhere" } }); // where the program is not on the PATH
    expect(await run(["product", "create", "pump", "--workspace", "plant", "--data", folder], elsewhere.io)).toBe(0);
    expect(elsewhere.said.out).toContain("Give it fields: bin/fieldcast field create pump TEMPERATURE");
    expect((await cli("product", "create", "pump", "--workspace", "home")).err).toContain("exists already");
    expect(await told("field", "create", "pump", "pressure", "--unit", "bar", "--decimals", "1")).toEqual({
      product: "pump",
      field: "PRESSURE",
      type: "NUMERIC",
    });
    expect((await cli("field", "create", "pump", "N", "--type", "integer")).err).toContain('did you mean "INT"?');
    expect(await told("field", "create", "pump", "F", "--type", "float")).toMatchObject({ type: "NUMERIC" });
    expect(await told("field", "list", "pump")).toMatchObject([
      { id: "PRESSURE", unit: "bar", decimals: 1 },
      { id: "F", unit: null },
    ]);
    const one = ["device", "create", "pump", "p-1", "--serial", "S1", "--tag", "a", "--tag", "b"];
    expect((await cli(...one)).out).toBe("Device p-1 of pump is made.\n");
    expect((await cli("device", "create", "pump", "p-1")).err).toContain(
      ': id: "p-1" is the id or serial of another device already.',
    );
    expect((await cli("device", "create", "pump", "p-2", "--serial", "S1")).err).toContain(': serial: "S1" is');
    const range = (await cli("device", "create", "pump", "p-{0..2}")).err;
    expect(range).toContain('1 of 3 devices cannot be made, so none was. "p-1" is the id or serial of another');
    expect(range).not.toContain("row");
    expect((await cli("device", "create", "pump", "..")).err).toContain("but not . or .. alone");
    expect((await cli("device", "create", "pump", "dev{1..20}", "--tag", "b")).out).toBe(
      "20 devices of pump are made.\n",
    );
    expect(await told("product", "show", "pump")).toMatchObject({ slug: "pump", workspace: "plant", devices: 21 });
    expect((await cli("product", "list")).out).toMatch(
      /^PRODUCT +NAME +WORKSPACE +FIELDS +DEVICES\nmy-product .*\npump +pump +plant +2 +21\n$/,
    );

    const made = await told(
      "api-user",
      "create",
      "gateway",
      "--workspace",
      "plant",
      "--can",
      "view,record_measurements",
      "--device",
      "pump/p-1",
    );
    expect(made).toEqual({ api_user: "gateway@plant", expires: null, secret: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect((await cli("api-user", "rights", "gateway@plant", "--on", "pump/S1")).out).toContain(
      "view, record_measurements",
    );
    expect((await cli("api-user", "create", "x", "--workspace", "plant", "--product", "pump")).err).toContain(
      "--can is needed",
    );
    expect(await told("api-user", "list", "--workspace", "plant")).toMatchObject([
      { name: "gateway", grants: 1, tokens: 1 },
    ]);

    const rotated = await told("token", "rotate", made.secret, "--grace", "0");
    expect(rotated).toMatchObject({ owner: "gateway@plant", grace_seconds: 0 });
    expect((await told("token", "list", "gateway@plant")).map((t: { token: number }) => t.token)).toEqual([
      rotated.token,
    ]);
    const later = await told("token", "rotate", String(rotated.token), "--grace", "1h");
    const both = await told("token", "list", "gateway@plant");
    expect(both.map((t: { token: number; expires: string | null }) => [t.token, t.expires === null])).toEqual([
      [rotated.token, false],
      [later.token, true],
    ]);
    expect((await cli("token", "rotate", "1", "--grace", "soon")).code).toBe(2);

    expect((await cli("api-user", "delete", "gateway@plant")).err).toContain("say --yes to delete");
    expect((await cli("api-user", "delete", "gateway@plant", "--yes")).out).toBe("gateway@plant: deleted.\n");
    expect(await told("workspace", "delete", "plant", "--dry-run")).toMatchObject({
      dry_run: true,
      takes: { products: 1, fields: 2, devices: 21, api_users: 0 },
    });
    expect((await cli("workspace", "delete", "plant", "--yes")).code).toBe(0);
    expect((await told("product", "list")).map((p: { slug: string }) => p.slug)).toEqual(["my-product"]);
    expect((await cli("audit", "--action", "workspace")).out).toContain("workspace.delete");
  });

  test("devices go by tag or pattern, counted first", async () => {
    const { cli, told } = await firstStart();
    await cli("device", "create", "my-product", "dev{1..12}", "--tag", "old");
    await cli("device", "create", "my-product", "dev99");
    const dry = await cli("device", "delete", "my-product", "--pattern", "dev?", "--dry-run");
    expect(dry.out).toBe(
      "9 devices will be deleted, with everything that belongs to them.\nThis takes 9 devices.\n" +
        `${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `my-product/dev${n}`).join(", ")}\nNothing was deleted: this was a dry run.\n`,
    );
    expect((await told("device", "list")).total).toBe(14);
    expect((await cli("device", "delete", "my-product", "--pattern", "dev?", "--tag", "old")).err).toContain(
      "say --yes to delete",
    );
    expect((await cli("device", "delete", "my-product", "--pattern", "dev?", "--yes")).out).toBe(
      "9 devices: deleted.\n",
    );
    expect(await told("device", "delete", "--tag", "old", "--yes")).toMatchObject({
      dry_run: false,
      takes: { devices: 3 },
    });
    expect((await told("device", "list")).devices.map((d: { id: string }) => d.id)).toEqual(["000001", "dev99"]);
    expect((await cli("device", "delete", "my-product", "--pattern", "none*", "--yes")).err).toBe(
      "There are no such devices.\n",
    );
    expect((await cli("device", "delete", "my-product", "dev99", "--dry-run")).out).toContain("Nothing was deleted");
    expect((await cli("device", "delete", "my-product")).code).toBe(2);
    expect((await cli("device", "delete", "my-product", "dev99", "--tag", "x")).code).toBe(2);
    expect((await cli("device", "delete", "my-product/d*", "--dry-run")).err).toContain(
      "device delete my-product --pattern 'd*'",
    );
    expect((await cli("device", "delete", "my-product", "d*", "--dry-run")).err).toContain('--pattern "d*"');
    expect((await cli("device", "delete", "my-product", "d*", "--yes")).err).toContain('--pattern "d*"');
    expect((await cli("device", "delete", "--pattern", "*", "--yes")).err).toContain("A pattern needs a product");
    expect((await told("device", "list")).total).toBe(2);
    expect((await cli("device", "delete", "my-product", "dev99", "--yes")).out).toBe(
      "Device dev99 of my-product is deleted.\n",
    );
  });
});

test("a pattern is what its characters say, whatever they are", () => {
  const text = fc.stringMatching(/^[a-c.*?]{0,8}$/);
  fc.assert(
    fc.property(text, text, (pattern, given) => {
      const form = new RegExp(`^${pattern.replace(/[.]/g, "\\.").replace(/\*/g, "[^]*").replace(/\?/g, "[^]")}$`);
      expect(fits(pattern, given)).toBe(form.test(given));
    }),
  );
});

test.each(["workspace", "product", "field", "device", "api-user", "token"])(
  "the examples of %s run on the first start's names",
  async (group) => {
    const { cli } = await firstStart();
    const help = (name: string, ...more: string[]) => cli(name, ...more, "--help");
    const { out } = await help(group);
    const commands = [...out.matchAll(/^ {2}([a-z]+)(?:\|\w+)? /gm)]
      .map(([, name = ""]) => name)
      .filter((name) => name !== "help");
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) {
      if (group === "token" && command !== "rotate") continue; // older than these
      const shown = (await help(group, command)).out;
      for (const line of shown.slice(shown.indexOf("Example:")).matchAll(/^ {2}\$ fieldcast (.*)$/gm)) {
        const words = [...(line[1] ?? "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
          (m) => m[1] ?? m[2] ?? m[3] ?? "",
        );
        const { cli: fresh } = await firstStart();
        const { code, err } = await fresh(...words, ...(command === "delete" ? ["--yes"] : []));
        expect([words.join(" "), code, code === 0 ? "" : err]).toEqual([words.join(" "), 0, ""]);
      }
    }
  },
);
