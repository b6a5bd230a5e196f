import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../io.testing.ts";
import { run } from "../program.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-downlink-cli-"));
afterAll(() => rmSync(root, { recursive: true }));

const FLEET = `
workspaces:
  - slug: acme
    products: [{ slug: p, fields: [{ id: INTERVAL, type: INT }], devices: [{ id: d1 }] }]
`;
const FILES = {
  "fleet.yaml": FLEET,
  "key.txt": "NNSXS.SECRET\n",
  "encoder.js": "function Encoder(m, port) { return [m.INTERVAL.value]; }\n",
};
async function place() {
  const data = join(mkdtempSync(join(root, "d")), "data");
  const cli = async (...args: readonly string[]) => {
    const { io, said } = fakeIo({ files: FILES });
    const code = await run([...args, "--data", data], io);
    return { code, out: said.out, err: said.err };
  };
  expect((await cli("apply", "fleet.yaml")).code).toBe(0);
  return cli;
}

describe("network and downlink, without a server", () => {
  test("a network is set up, used, changed and deleted; its key is never shown", async () => {
    const cli = await place();
    const set = ["--type", "tti", "--server", "https://eu1.example", "--application", "app", "--key-file", "key.txt"];
    expect(await cli("network", "create", "ttn", ...set)).toMatchObject({
      code: 1,
      err: expect.stringContaining("webhook: a key is used in the name of an application and a webhook"),
    });
    expect((await cli("network", "create", "ttn", ...set, "--webhook", "hook")).out).toContain("ttn: created.");
    expect((await cli("network", "use", "p", "other")).err).toContain("it has ttn");
    expect((await cli("network", "use", "p", "ttn")).out).toBe("p uses ttn.\n");
    const listed = await cli("network", "list", "--json");
    expect(JSON.parse(listed.out)).toEqual([
      {
        name: "ttn",
        workspace: "acme",
        type: "tti",
        server: "https://eu1.example",
        application: "app",
        webhook: "hook",
        has_key: true,
        products: ["p"],
      },
    ]);
    expect((await cli("network", "list")).out).toMatch(/ttn +acme +tti +https:\/\/eu1\.example +set +p/);
    expect((await cli("network", "set", "ttn", "--webhook", "other")).out).toBe("ttn: changed.\n");
    expect((await cli("network", "delete", "ttn")).err).toContain("is used by p");
    await cli("network", "use", "p");
    expect((await cli("network", "delete", "ttn")).out).toBe("ttn: deleted.\n");
    expect((await cli("audit", "--json")).out).not.toContain("SECRET");
  });

  test("a downlink of a product is made, listed and deleted; sending takes a server", async () => {
    const cli = await place();
    const made = await cli(
      "downlink",
      "create",
      "p",
      "set-interval",
      "--encoder",
      "encoder.js",
      "--port",
      "10",
      "--trigger",
      "interval",
    );
    expect(made.out).toBe("p/set-interval: created. Changes of INTERVAL send it.\n");
    expect((await cli("downlink", "create", "p", "reset", "--hex", "01 ff", "--confirmed")).code).toBe(0);
    const listed = (await cli("downlink", "list", "p")).out.split("\n").map((line) => line.split(/ {2,}/));
    expect(listed).toEqual([
      ["DOWNLINK", "MADE BY", "SENT BY", "PORT", "TRIGGERED BY"],
      ["set-interval", "encoder", "network", "10", "INTERVAL"],
      ["reset", "hex", "network", "1", "-"],
      [""],
    ]);
    const [first] = JSON.parse((await cli("downlink", "list", "p", "--json")).out);
    expect(first).toMatchObject({ encoder: FILES["encoder.js"], wait: 86_400, active: true });
    expect((await cli("downlink", "create", "p", "reset", "--hex", "01")).err).toContain(
      "has a downlink reset already",
    );
    expect((await cli("downlink", "create", "p", "x", "--hex", "01", "--text", "a")).err).toContain(
      "one of encoder, field, hex and text",
    );
    for (const args of [
      ["send", "p", "d1", "reset"],
      ["list", "p", "d1"],
      ["cancel", "p", "d1", "00"],
    ])
      expect((await cli("downlink", ...args)).err).toContain("Downlinks are sent by a running server");
    expect((await cli("downlink", "delete", "p", "reset")).out).toBe("p/reset: deleted.\n");
    expect((await cli("downlink", "send", "p", "d1", "--value", "x")).err).toContain(
      "--value takes a name and a value",
    );
  });
});
