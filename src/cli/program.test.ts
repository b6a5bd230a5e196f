import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "./io.testing.ts";
import { run } from "./program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-cli-"));
afterAll(() => rmSync(root, { recursive: true }));

async function cli(argv: string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const { io, said } = fakeIo(options);
  const code = await run(argv, io);
  return { code, out: said.out, err: said.err };
}

describe("wrong usage is one line that names what was meant", () => {
  test.each([
    [["serv"], "unknown command 'serv' (Did you mean serve?)"],
    [["frobnicate"], "unknown command 'frobnicate' (fieldcast --help lists all)"],
    [["serve", "--mqqt", "x"], "unknown option '--mqqt' (Did you mean --mqtt?)"],
    [["serve", "--mqtt"], "option '--mqtt <HOST:PORT|off>' argument missing"],
    [["serve", "x"], "too many arguments for 'serve'. Expected 0 arguments but got 1."],
    [["token", "lst"], "unknown command 'lst' (Did you mean list?)"],
    [["apply"], "missing required argument 'file'"],
    [["\u001b[2J"], "unknown command '\\x1b[2J' (fieldcast --help lists all)"],
    [["device", "list", "--limit", "x"], '--limit: "x" is not allowed; it must be a whole number from 1 to 1000000'],
    [["watch"], "a token is needed: set FIELDCAST_TOKEN or give --token (fieldcast token create makes one)"],
    [["watch", "--token", "abc"], "this is not a token: it has 40 lower-case hexadecimal characters"],
    [["simulate", "--token", "a".repeat(40), "--url", "http://x"], undefined],
  ])("%j", async (argv, line) => {
    const { code, out, err } = await cli(argv);
    expect(code).toBe(2);
    expect(out).toBe("");
    if (line !== undefined) expect(err).toBe(`fieldcast: ${line}\n`);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("a setting that is not allowed is refused before anything is done", async () => {
    const { code, err } = await cli(["serve", "--mqtt", "nowhere"]);
    expect(code).toBe(1);
    expect(err).toStartWith('fieldcast: --mqtt: "nowhere" is not allowed');
  });
});

describe("help", () => {
  test.each([
    [],
    ["serve"],
    ["apply"],
    ["token"],
    ["token", "create"],
    ["token", "list"],
    ["token", "revoke"],
    ["device"],
    ["device", "list"],
    ["device", "show"],
    ["device", "delete"],
    ["field"],
    ["field", "delete"],
    ["session"],
    ["session", "list"],
    ["session", "disconnect"],
    ["watch"],
    ["simulate"],
    ["doctor"],
  ])("%s %s ends with an example", async (...names) => {
    const { code, out } = await cli([...names.filter((name) => name !== undefined), "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/\nExample:\n {2}\$ fieldcast [^\n]+\n\n?$/);
  });

  test("serve lists every setting with its environment variable", async () => {
    const { out } = await cli(["serve", "--help"]);
    for (const word of ["--data", "--tls-name", "--max-packet", "FIELDCAST_MQTTS", "127.0.0.1:1883"])
      expect(out).toContain(word);
  });

  test("no command at all is wrong usage, and says what there is", async () => {
    const { code, out, err } = await cli([]);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("Commands:");
  });

  test("the version", async () => {
    expect((await cli(["--version"])).out).toMatch(/^fieldcast \d+\.\d+\.\d+ \(from a clone, Bun [^,]+, \w+ \w+\)\n$/);
  });
});

const FLEET = `
workspaces:
  - slug: acme
    products:
      - slug: p
        fields: [{ id: T, type: NUMERIC, unit: "°C" }, { id: DOOR, type: BOOL }]
        devices: [{ id: a, serial: S1, name: Boiler, tags: [plant-1] }, { id: "b{0..9}" }]
    api_users: [{ name: x, rights: [{ devices: all, can: [view] }] }]
users: [{ email: me@example.com, workspaces: { acme: owner } }]
`;
const files = { "fleet.yaml": FLEET };

describe("without a server the commands work on the files", () => {
  let data = "";
  beforeEach(async () => {
    data = join(mkdtempSync(join(root, "d")), "data");
    await cli(["apply", "fleet.yaml", "--data", data], { files });
  });
  const on = (...argv: string[]) => cli([...argv, "--data", data], { files });

  test("apply says what it does, shows new tokens once, and is idempotent", async () => {
    const fresh = join(mkdtempSync(join(root, "d")), "new");
    const dry = await cli(["apply", "fleet.yaml", "--dry-run", "--data", fresh], { files });
    expect(dry.code).toBe(1); // there is nothing to compare with, and a dry run makes no folder
    const first = await cli(["apply", "fleet.yaml", "--data", fresh], { files });
    expect(first.out).toContain("+ product p\n");
    expect(first.out).toContain("+ devices p/b{0..9}: 10 new\n");
    expect(first.out.match(/^ {2}[0-9a-f]{40} {2}/gm)).toHaveLength(2);
    expect(statSync(fresh).mode & 0o777).toBe(0o700);
    const second = await cli(["apply", "-", "--data", fresh], { files: { "-": FLEET } });
    expect(second).toEqual({ code: 0, out: "= everything is already as the file says\n", err: "" });
    const changed = { files: { "fleet.yaml": FLEET.replace("Boiler", "Kettle") } };
    const third = await cli(["apply", "fleet.yaml", "--dry-run", "--data", fresh], changed);
    expect(third.out).toContain("~ device p/a\n");
    expect(third.out).toContain("Nothing was changed: this was a dry run.\n");
    expect((await cli(["device", "show", "p", "a", "--data", fresh])).out).toContain("Boiler");
  });

  test("a file that cannot be read, and one that is not right", async () => {
    expect((await on("apply", "absent.yaml")).err).toStartWith("fieldcast: absent.yaml: cannot be read");
    const bad = await cli(["apply", "x", "--data", data], { files: { x: "workspaces: [{ slug: NO }]\n" } });
    expect(bad.code).toBe(1);
    expect(bad.err).toStartWith("fieldcast: workspaces[0].slug: allowed is");
  });

  test("tokens: the new one alone on stdout, listed without it, revoked once", async () => {
    const made = await on("token", "create", "x@acme", "--name", "plant 1", "--expires", "90d");
    expect(made.out).toMatch(/^[0-9a-f]{40}\n$/);
    expect(made.err).toContain("x@acme");
    const listed = await on("token", "list");
    expect(listed.out).toContain("plant 1");
    expect(listed.out).not.toContain(made.out.trim());
    const own = JSON.parse((await on("token", "list", "me@example.com", "--json")).out);
    expect(own).toHaveLength(1);
    const gone = await on("token", "revoke", made.out.trim());
    expect(gone.out).toMatch(/^Token #\d+ \(…[0-9a-f]{4}\) of x@acme is revoked\.\n$/);
    const again = await on("token", "revoke", made.out.trim());
    expect(again).toMatchObject({ code: 1, err: "fieldcast: This token is not known here.\n" });
    expect((await on("token", "create", "nobody")).err).toContain('no API user "nobody"');
    expect((await on("token", "create", "x@acme", "--expires", "2001-01-01")).code).toBe(2);
  });

  test("devices are listed and shown", async () => {
    const all = await on("device", "list", "--limit", "3");
    expect(all.out.split("\n")[0]).toBe("PRODUCT  ID  NAME    SERIAL  TAGS     CONNECTED  SEEN");
    expect(all.out.trimEnd().split("\n")).toHaveLength(4);
    expect(all.err).toBe(`No server runs on ${data}: this is what is stored.\n8 more devices; --limit 11 shows all.\n`);
    expect(JSON.parse((await on("device", "list", "p", "--tag", "plant-1", "--json")).out)).toMatchObject({
      devices: [{ id: "a", serial: "S1" }],
      total: 1,
    });
    const one = await on("device", "show", "p", "S1");
    expect(one.out).toMatch(/Device: +a {2}Boiler/);
    expect(one.out).toMatch(/T +NUMERIC +°C/);
    expect((await on("device", "show", "p", "zz")).err).toBe(
      'fieldcast: p has no device with the id or serial "zz".\n',
    );
  });

  test("deleting says what goes and asks; without a terminal it wants --yes", async () => {
    const refused = await on("field", "delete", "p", "door");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("Everything measured in it goes with it, on 11 devices.");
    expect(refused.err).toContain("say --yes");
    const no = await cli(["field", "delete", "p", "DOOR", "--data", data], { answers: ["n"] });
    expect(no).toMatchObject({ code: 1, out: "" });
    const yes = await cli(["field", "delete", "p", "DOOR", "--data", data], { answers: ["yes"] });
    expect(yes).toMatchObject({ code: 0, out: "Field DOOR of p is deleted.\n" });
    expect((await on("device", "delete", "p", "a", "--yes")).out).toBe("Device a of p is deleted.\n");
    expect((await on("device", "show", "p", "a")).code).toBe(1);
  });
});

test("a folder without data is named", async () => {
  const { code, err } = await cli(["token", "list", "--data", join(root, "absent")]);
  expect(code).toBe(1);
  expect(err).toContain(`there is no data in ${join(root, "absent")}`);
});
