import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeIo } from "../../src/cli/io.testing.ts";
import { run } from "../../src/cli/program.ts";
import { LISTENERS, Running, serve, tokenIn } from "./running.ts";

// it starts many programs, on a machine that may be busy
setDefaultTimeout(300_000);

const ROOT = join(import.meta.dir, "..", "..");
const root = mkdtempSync(join(tmpdir(), "fieldcast-examples-"));
afterAll(() => rmSync(root, { recursive: true }));

/** What `COMMAND --help` prints. */
async function help(...words: string[]): Promise<string> {
  const { io, said } = fakeIo();
  expect(await run([...words, "--help"], io)).toBe(0);
  return said.out;
}
/** The commands that a help lists. */
function listed(text: string): string[] {
  const [, block = ""] = /\nCommands:\n([\s\S]*?)\n\n/.exec(text) ?? [];
  return [...block.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
}
const exampleOf = (text: string) =>
  (/\nExample:\n {2}\$ ([\s\S]*?)\n\n?$/.exec(text)?.[1] ?? "").replaceAll("\n  $ ", "\n");

/** All commands, with all the words that they have. */
async function commands(...words: string[]): Promise<string[][]> {
  const found = [words];
  for (const name of listed(await help(...words))) found.push(...(await commands(...words, name)));
  return found;
}

test("every help fits 80 columns", async () => {
  const wide: string[] = [];
  // in a clone, as most people read it, commands are called bin/fieldcast
  for (const words of await commands())
    for (const line of (await help(...words)).split("\n"))
      if (Bun.stringWidth(line.replace("$ fieldcast", "$ bin/fieldcast")) > 80)
        wide.push(`${words.join(" ")}: ${line}`);
  expect(wide).toEqual([]);
});

describe("every example of a help", () => {
  /** Those that go on until they are stopped, and those that would meet the server that runs. */
  const APART = new Set([
    ...["serve", "trace", "inspect", "watch", "simulate", "store salvage", "store repair-times"],
    // what asks elsewhere, what needs something that came or was sent, what is in use
    ...[
      "migrate-from-hosted",
      "migrate",
      "node drain",
      ...["alert show", "alert acknowledge", "alert close"],
      "webhook test",
      "rule test-action",
      "broker test",
      "downlink show",
      "downlink cancel",
      "suggestion ignore",
      "network delete",
      ...["sparkplug rebirth", "sparkplug forget"],
    ],
  ]);
  /** What others need, in this order; and what takes it away, or makes a second workspace. */
  const FIRST = [
    ...["backup", "export", "user create", "token create", "apply", "decoder set", "webhook create"],
    "dashboard import",
    "dashboard share create",
    ...["broker create", "broker forward", "broker out", "broker in"],
    ...["configuration create", "network create", "network use", "sparkplug set", "downlink create"],
    ...["rule create", "can", "field formula"],
  ];
  const LAST = [
    ...["token revoke", "field delete", "device delete", "user delete", "webhook delete", "configuration delete"],
    ...["dashboard share revoke", "dashboard delete", "sparkplug delete", "rule delete"],
    ...["broker remove-route", "broker delete"],
    ...["downlink delete", "decoder off", "demo"],
  ];
  let server: Running;
  let env: Record<string, string>;
  beforeAll(async () => {
    mkdirSync(join(root, "bin"));
    symlinkSync(join(ROOT, "bin", "fieldcast"), join(root, "bin", "fieldcast"));
    server = await serve(join(root, "data"), "--anonymous-from", "loopback");
    env = { PATH: `${join(root, "bin")}:${process.env.PATH}`, FIELDCAST_TOKEN: tokenIn(server.out) };
    const page = readFileSync(join(ROOT, "docs", "fleet-file.md"), "utf8");
    const fleet = /^workspaces:\n[\s\S]*?^```$/m.exec(page);
    writeFileSync(join(root, "fleet.yaml"), (fleet?.[0] ?? "").replace(/```$/, ""));
    decoders();
  });
  afterAll(async () => void (await server.stop()));

  /** The scripts that the examples name: that of the page of decoders, and one of each other kind. */
  function decoders(): void {
    const page = readFileSync(join(ROOT, "docs", "decoders.md"), "utf8");
    const script = /^```js\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? "";
    const uplink = { type: "uplink", input: { bytes: [0, 210], fPort: 2 }, output: { data: { temperature: 21 } } };
    const files = {
      "decoder.js": script,
      "map.json": JSON.stringify({ kind: "fields", fields: [{ field: "t" }] }),
      "webhook.js": "function Decoder(request) { return { temp: JSON.parse(request.body).temp }; }",
      "meshtastic.js": "function Decoder(topic, payload) { return { t: JSON.parse(payload).t }; }",
      "overview.json": JSON.stringify({ name: "Overview", content: { version: 1, widgets: [] } }),
      "too-warm.yaml":
        "name: too warm\ntrigger: { type: measurement, fields: [TEMPERATURE] }\ncondition: { field: TEMPERATURE, operator: '>', value: 8 }\n",
      "key.txt": "NNSXS.EXAMPLE",
      "codecs/decoder.js": script,
      "codecs/examples.json": JSON.stringify([{ description: "21 degrees", ...uplink }]),
    };
    mkdirSync(join(root, "codecs"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  }

  const shell = async (line: string) => {
    const child = Bun.spawn(["sh", "-c", line], { cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe", env });
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { code, text: out + err };
  };

  test.each([
    ["watch", "", "watching dtck/my-product/+/TEMPERATURE"],
    ["trace", "", "PUBLISH"],
    ["inspect", "", "accepted"],
  ])("%s", async (name) => {
    const words = [...exampleOf(await help(name)).matchAll(/'([^']*)'|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? "",
    );
    const running = new Running([...words.slice(1), "--data", join(root, "data")], env);
    const client = new Running(
      [
        "simulate",
        "--devices",
        "1",
        "--duration",
        "60",
        "--rate",
        "50",
        "--field",
        "TEMPERATURE",
        "--data",
        join(root, "data"),
      ],
      env,
    );
    await Promise.race([running.said("000001"), running.exited]);
    client.signal("SIGINT");
    running.signal("SIGINT");
    await client.exited;
    expect(await running.exited).toBe(0);
    expect(running.out.slice(0, 2000)).toContain("000001");
  });

  test("simulate and serve", async () => {
    const { code, text } = await shell(exampleOf(await help("simulate")).replace(/--duration \d+/, "--duration 1"));
    expect([code, text]).toEqual([0, expect.stringContaining("acknowledged")]);
    const words = exampleOf(await help("serve"))
      .split(" ")
      .slice(1);
    const rest = words.map((word) => (word === ":1883" ? "127.0.0.1:0" : word));
    const other = new Running([...rest, "--data", join(root, "other"), ...LISTENERS.slice(2)], env);
    await Promise.race([other.said("\nready in "), other.exited]);
    expect(await other.stop()).toBe(0);
  });

  test("runs on what the first start made, one after the other", async () => {
    // a client that there is to look at
    const client = new Running(["simulate", "--devices", "1", "--duration", "90", "--data", join(root, "data")], env);
    await client.said("TEMPERATURE");
    const all = (await commands()).map((words) => words.join(" "));
    const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length + 1 + LAST.indexOf(name));
    // a version to roll back to
    expect((await shell("fieldcast decoder set my-product webhook.js")).code).toBe(0);
    // whose rights an external broker has
    expect((await shell("fieldcast api-user create screen --can view")).code).toBe(0);
    const tried = new Set<string>();
    const bad: object[] = [];
    for (const name of all.toSorted((a, b) => rank(a) - rank(b))) {
      const example = exampleOf(await help(...name.split(" ").filter((word) => word !== "")));
      expect([name, example]).not.toEqual([name, ""]);
      const first = example.split(" ").slice(1, 3).join(" ");
      const apart = [...APART].some((one) => first === one || first.startsWith(`${one} `));
      if (apart || tried.has(example) || /api-user|workspace/.test(name)) continue;
      tried.add(example);
      const { code, text } = await shell(example);
      if (code !== 0) bad.push({ example, code, text });
      const renamed = /^fieldcast device rename (\S+) (\S+) (\S+)$/.exec(example);
      if (renamed) await shell(`fieldcast device rename ${renamed[1]} ${renamed[3]} ${renamed[2]}`);
    }
    client.signal("SIGINT");
    await client.exited;
    expect(bad).toEqual([]);
    expect(tried.size).toBeGreaterThan(20);
  });
});
