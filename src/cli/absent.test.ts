import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "./io.testing.ts";
import { run } from "./program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-absent-"));
afterAll(() => {
  chmodSync(join(root, "closed"), 0o700);
  rmSync(root, { recursive: true });
});

const FLEET = `
workspaces:
  - slug: acme
    products: [{ slug: p, fields: [{ id: T, type: NUMERIC }, { id: ON, type: BOOL }], devices: [{ id: a }, { id: b }] }]
users: [{ email: ann@example.com, admin: true, workspaces: { acme: owner } }]
`;
const data = join(root, "data");
async function cli(args: readonly string[], folder = data) {
  const { io, said } = fakeIo({ files: { "-": FLEET } });
  const code = await run([...args, "--data", folder], io);
  return { code, out: said.out, err: said.err };
}
/** Runs `work` as a user who may not read everything, which root may. */
async function asOther<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
beforeAll(async () => {
  chmodSync(root, 0o755);
  mkdirSync(join(root, "closed"), { mode: 0 });
  writeFileSync(join(root, "file"), "");
  expect((await cli(["apply", "-"])).code).toBe(0);
  const file = join(root, "in.csv");
  writeFileSync(
    file,
    "time,product,device,field,value\n2026-01-01T12:00:00Z,p,a,T,22.5\n2026-01-01T12:01:00Z,p,a,ON,1\n",
  );
  expect((await cli(["import", file])).code).toBe(0);
});

describe("devices without a server", () => {
  test("show what is stored, and say that this is it", async () => {
    const { out, err } = await cli(["device", "show", "p", "a"]);
    expect(err).toBe(`No server runs on ${data}: this is what is stored.\n`);
    expect(out).toMatch(/^T {6}NUMERIC {2}22\.5 +2026-01-01T12:00:00Z/m);
    expect(out).toMatch(/^ON {5}BOOL {5}true +2026-01-01T12:01:00Z/m);
    expect(out).toMatch(/^Connected: +never/m);
    expect(out).toMatch(/^Seen: +2026-01-01T12:01:00Z/m);
  });
  test("lists have the same columns as with one", async () => {
    const { out } = await cli(["device", "list", "p"]);
    expect(out).toMatch(/^PRODUCT {2}ID .*CONNECTED {2}SEEN$/m);
    expect(out).toMatch(/^p +a .*never +2026-01-01T12:01:00Z$/m);
    expect(out).toMatch(/^p +b .*never +never$/m);
  });
});

describe("what is said names the true cause", () => {
  const token = ["--token", "a".repeat(40)];
  const commands: readonly (readonly string[])[] = [
    ["device", "list"],
    ["device", "show", "p", "a"],
    ["token", "list"],
    ["account", "list"],
    ["export"],
    ["import", join(root, "in.csv")],
    ["retention", "show"],
    ["store", "stats"],
    ["store", "check"],
    ["audit"],
    ["setup-link"],
    ["trace", "--client", "x"],
    ["inspect"],
    ["simulate", ...token],
  ];
  test.each(commands)("no such folder: %j", async (...command) => {
    const { code, err } = await cli(command, join(root, "none"));
    expect(code).toBe(1);
    expect(err).toContain(
      `there is no data in ${join(root, "none")}, which does not exist: name the server's folder with --data`,
    );
  });
  test.each(commands)("no folder at all, but a file: %j", async (...command) => {
    const { code, err } = await cli(command, join(root, "file"));
    expect(code).toBe(1);
    expect(err).toContain(`${join(root, "file")} is not a folder: name the server's folder with --data (of a backup,`);
  });
  test.each(commands)("a folder that may not be read: %j", async (...command) => {
    const { code, err } = await asOther(() => cli(command, join(root, "closed")));
    expect(code).toBe(1);
    expect(err).toContain(`the data folder ${join(root, "closed")} cannot be read by this user (EACCES)`);
  });
  test.each([[["trace", "--client", "x"]], [["inspect"]], [["simulate", ...token]]])(
    "no server: %j",
    async (command) => {
      const { code, err } = await cli(command);
      expect(code).toBe(1);
      expect(err).toContain(`no server runs on ${data}: start it (`);
      expect(err).not.toContain("--product");
    },
  );
  test("nobody to ask: what was not done is what was asked for", async () => {
    const { code, err } = await cli(["retention", "set", "p", "--keep", "1d"]);
    expect(code).toBe(1);
    expect(err).toContain("nothing was changed: there is no terminal to ask on; say --yes to change it");
    expect((await cli(["device", "delete", "p", "a"])).err).toContain("nothing was deleted");
  });
  test("a link has an address in front, or says that it has none", async () => {
    expect((await cli(["setup-link"])).out).toMatch(/^http:\/\/127\.0\.0\.1:8080\/link\/\S+\n$/);
    const config = join(root, "config");
    writeFileSync(config, "http: off\nhttps: off\n");
    const { io, said } = fakeIo({ files: { config: "http: off\nhttps: off\n" } });
    expect(await run(["setup-link", "--config", "config", "--data", data], io)).toBe(0);
    expect(said.out).toMatch(/^\/link\//);
    expect(said.err).toContain("The link has no address in front of it");
  });
});
