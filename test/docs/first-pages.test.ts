import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderBanner } from "../../src/cli/serve/banner.ts";
import { colors } from "../../src/cli/text.ts";
import { LISTENERS, Running, serve, tokenIn, urlIn } from "../cli/running.ts";
import { have } from "../run/have.ts";
import { until } from "../run/until.ts";
import { type Example, examplesOf } from "./examples.ts";

// each runs many programs, on a machine that may be busy
setDefaultTimeout(120_000);

const ROOT = join(import.meta.dir, "..", "..");
const page = (name: string) => readFileSync(join(ROOT, name), "utf8");
const root = mkdtempSync(join(tmpdir(), "fieldcast-pages-"));
afterAll(() => rmSync(root, { recursive: true }));

test("the README shows what a first start prints", () => {
  const shown = /^fieldcast is set up and running[\s\S]*?(?=^ {2}…$)/m.exec(page("README.md"))?.[0] ?? "";
  const listener = (name: "mqtt" | "mqtts" | "http" | "https" | "wss", port: number, host: string) => ({
    name,
    host,
    port,
    secure: host === "::",
  });
  const said = renderBanner(
    {
      addresses: [
        listener("mqtt", 1883, "127.0.0.1"),
        listener("mqtts", 8883, "::"),
        listener("http", 8080, "127.0.0.1"),
        listener("https", 8443, "::"),
        listener("wss", 9001, "::"),
      ],
      firstRun: { email: "owner@localhost", token: tokenIn(shown), workspace: "home" },
      setupLink: `/link/${/\/link\/(\w+)/.exec(shown)?.[1]}`,
      caFile: "/home/ada/fieldcast/data/tls/ca.pem",
      certificateName: null,
      dataFolder: "/home/ada/fieldcast/data",
      prefix: "dtck",
      freeTopics: false,
      program: "bin/fieldcast",
      example: {
        product: "my-product",
        device: "000001",
        field: { id: "TEMPERATURE", type: "NUMERIC", name: "Temperature", unit: "°C" },
      },
    },
    colors(false),
  );
  expect(said.trimStart().slice(0, shown.length)).toBe(shown);
});

/** A folder as that of a clone, its server after a first start, and a shell in it that types what a page says. */
class Reader {
  private readonly folder = mkdtempSync(join(root, "clone-"));
  private readonly subscribers: { readonly child: Bun.Subprocess; text: string }[] = [];
  private readonly env: Record<string, string> = { PATH: process.env.PATH ?? "", NO_COLOR: "1" };
  server!: Running; // start() makes it

  async start(...flags: string[]): Promise<void> {
    mkdirSync(join(this.folder, "bin"));
    symlinkSync(join(ROOT, "bin", "fieldcast"), join(this.folder, "bin", "fieldcast"));
    this.server = await serve(join(this.folder, "data"), ...flags);
    this.env.FIELDCAST_TOKEN = tokenIn(this.server.out);
  }
  async end(): Promise<void> {
    for (const { child } of this.subscribers) child.kill("SIGKILL");
    await this.server.stop();
  }
  save(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }
  /** The server that a page starts takes the place of the one that runs. */
  async serveAgain(words: readonly string[]): Promise<void> {
    await this.server.stop();
    const files = words.map((word) => (word.endsWith(".yaml") ? join(this.folder, word) : word));
    this.server = new Running(["serve", "--data", join(this.folder, "data"), ...LISTENERS, ...files]);
    await this.server.said("\nready in ");
  }

  /** The ports are those that the system chose; all else is as it is printed. */
  private here(command: string): string {
    const port = (scheme: string) => new URL(urlIn(this.server.out, scheme)).port;
    const mqtt = command.replace(/-p 8883\b/, `-p ${port("mqtts")}`).replace(/-p 1883\b/, `-p ${port("mqtt")}`);
    const whole = /^mosquitto_/.test(mqtt) && !/ -p \d/.test(mqtt) ? `${mqtt} -h 127.0.0.1 -p ${port("mqtt")}` : mqtt;
    return whole.replaceAll("localhost:8080", `127.0.0.1:${port("http")}`);
  }

  /** Runs a command; one that goes on stays in its own terminal. @returns what it printed */
  async type(command: string): Promise<string> {
    const line = this.here(command);
    const setting = /^export (\w+)=/.exec(line)?.[1];
    if (setting !== undefined) throw new Error(`${setting} is the reader's to set`);
    const goesOn = line.startsWith("mosquitto_sub") && !/ -C \d/.test(line);
    const child = Bun.spawn(["sh", "-c", goesOn ? `exec stdbuf -oL ${line} -d` : line], {
      cwd: this.folder,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: this.env,
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    if (goesOn) return this.keep(child);
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    // curl tells its progress there
    const text = out + (line.startsWith("curl") ? "" : err);
    expect([line, code, text]).toEqual([line, 0, text]);
    return text;
  }
  private async keep(child: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<string> {
    const one = { child, text: "" };
    this.subscribers.push(one);
    void (async () => {
      for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) one.text += piece;
    })();
    await until("SUBACK", () => /^Subscribed \(mid/m.test(one.text));
    return "";
  }
  set(name: string, value: string): void {
    this.env[name] = value;
  }
  /** Whether a line stood in any of the terminals that are open. */
  async heard(line: RegExp): Promise<void> {
    await until(`${line}`, () => this.subscribers.some(({ text }) => text.split("\n").some((one) => line.test(one))));
  }
}

/** A pattern for what a page prints: secrets, times and figures of the day are others'. */
function pattern(line: string): RegExp {
  const plain = line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(
    `^${plain
      .replace(/[0-9a-f]{40}/g, "[0-9a-f]{40}")
      .replace(/fieldcast_[0-9a-f]{32}_\d+/g, "fieldcast_[0-9a-f]{32}_\\d+")
      .replace(/"time":"2026-11-[^"]*"/g, '"time":"[^"]*"')}$`,
  );
}

/** Types the commands of a page in their order, and looks for what it says that they print. */
async function follow(reader: Reader, examples: readonly Example[]): Promise<void> {
  for (const { command, prints } of examples) {
    if (/^npm start|^export /.test(command)) continue;
    const serves = /^bin\/fieldcast serve (?!.*--help)(.*)$/.exec(command)?.[1];
    if (serves !== undefined) {
      await reader.serveAgain(serves.split(" "));
      continue;
    }
    const out = await reader.type(command);
    for (const line of (prints ?? "").split("\n").filter((one) => one !== "")) {
      if (out.split("\n").some((one) => pattern(line).test(one.trimEnd()))) continue;
      await reader.heard(pattern(line));
    }
    const tokens = [...out.matchAll(/^ {2}([0-9a-f]{40}) {2}API user "device (\d)"/gm)];
    for (const [, token = "", number] of tokens) reader.set(`DEVICE${number}`, token);
  }
}

describe.skipIf(!have("mosquitto-clients"))("the commands print what the pages say, one after the other", () => {
  const reader = new Reader();
  beforeAll(() => reader.start());
  afterAll(() => reader.end());

  test("README.md, with the commands of the banner", async () => {
    const printed = [...reader.server.out.matchAll(/^ {2}(mosquitto_.*)$/gm)].map(([, command = ""]) => command);
    expect(printed.length).toBe(5);
    for (const command of printed) await reader.type(command);
    await reader.heard(/^dtck\/my-product\/000001\/TEMPERATURE 22\.5$/);
    await follow(reader, examplesOf(page("README.md")));
  });
  test("docs/fleet-file.md", async () => {
    const text = page("docs/fleet-file.md");
    reader.save("fleet.yaml", /^```yaml\n(workspaces:[\s\S]*?)^```$/m.exec(text)?.[1] ?? "");
    const [dry, apply, ...rest] = examplesOf(text);
    expect([dry?.command, apply?.command, rest]).toEqual([
      "bin/fieldcast apply fleet.yaml --dry-run",
      "bin/fieldcast apply fleet.yaml",
      [],
    ]);
    const prints = /^```text\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? "";
    await follow(reader, [
      { command: dry?.command ?? "", prints: null },
      { command: apply?.command ?? "", prints },
    ]);
  });
  test("docs/examples.md", async () => {
    await follow(reader, examplesOf(page("docs/examples.md")));
  });
  test("docs/home-assistant.md", async () => {
    const [make, ...rest] = examplesOf(page("docs/home-assistant.md"));
    const out = await reader.type(make?.command ?? "");
    expect(out).toContain(make?.prints?.trim() ?? "?");
    reader.set("HA_TOKEN", /^[0-9a-f]{40}$/m.exec(out)?.[0] ?? "");
    await follow(reader, rest);
  });
  test("docs/topics.md, free topics last", async () => {
    const text = page("docs/topics.md");
    reader.save("guests.yaml", /^```yaml\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? "");
    await follow(reader, examplesOf(text));
  });
});
