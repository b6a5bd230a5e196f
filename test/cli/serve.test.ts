import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { have } from "../run/have.ts";
import { until, within } from "../run/until.ts";
import { fieldcast, LISTENERS, Running, serve, tokenIn, urlIn } from "./running.ts";

// each starts several programs, on a machine that may be busy
setDefaultTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), "fieldcast-serve-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = () => join(mkdtempSync(join(root, "d")), "data");

const FLEET = `
workspaces:
  - slug: acme
    products:
      - { slug: boilers, fields: [{ id: ON, type: BOOL }, { id: T, type: NUMERIC, unit: "°C" }], devices: [{ id: b1 }] }
`;
function fleetFile(): string {
  const file = join(mkdtempSync(join(root, "f")), "fleet.yaml");
  writeFileSync(file, FLEET);
  return file;
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs the printed commands as a shell does: the subscriber first, then the publisher. @returns what was heard */
async function paste(sub: string, pub: string, env: Record<string, string> = {}): Promise<string> {
  const shell = (line: string) =>
    Bun.spawn(["sh", "-c", line], { stdout: "pipe", stderr: "pipe", env: { PATH: process.env.PATH ?? "", ...env } });
  // -d says when the subscription stands; -C 1 ends it
  const listener = shell(`exec stdbuf -oL ${sub} -d -C 1 -W 20`);
  let heard = "";
  const decoder = new TextDecoder();
  for await (const bytes of listener.stdout) {
    const before = heard.includes("SUBACK");
    heard += decoder.decode(bytes, { stream: true });
    if (!before && heard.includes("SUBACK")) expect(await shell(pub).exited).toBe(0);
  }
  expect(await listener.exited).toBe(0);
  return heard;
}
const commands = (banner: string, name: string) =>
  banner.split("\n").flatMap((line) => (line.startsWith(`  ${name} `) ? [line.trim()] : []));

describe("the launcher", () => {
  test.each(["SIGKILL", "SIGTERM"] as const)("%s of it ends the server in good order", async (signal) => {
    const data = folder();
    const server = await serve(data);
    const { pid } = JSON.parse(readFileSync(join(data, "lock.json"), "utf8")) as { pid: number };
    // a second one says which process has the folder
    const second = await fieldcast(["serve", "--data", data, ...LISTENERS]);
    expect(second.err).toContain(`another fieldcast uses this folder (process ${pid}`);
    server.signal(signal);
    await server.said("stopped; everything that was acknowledged is stored");
    await server.exited;
    await until("the end of the server", () => !runs(pid));
  });
});

describe("a first start with a fleet file that has accounts and no administrator", () => {
  test("says what makes one, until there is one", async () => {
    const data = folder();
    const file = fleetFile();
    writeFileSync(file, `${FLEET}users:\n  - { email: ann@example.com, workspaces: { acme: owner } }\n`);
    const server = await serve(data, "--apply", file);
    expect(server.out).toContain("nobody administers this server yet. `bin/fieldcast user create");
    expect(server.out).toContain("fieldcast setup-link ann@example.com");
    expect(await server.stop()).toBe(0);
    expect((await fieldcast(["account", "create", "bob@example.com", "--admin", "--data", data])).code).toBe(0);
    const again = await serve(data);
    expect(again.out).not.toContain("nobody administers");
    expect(await again.stop()).toBe(0);
  });
});

describe("the first start", () => {
  test.skipIf(!have("mosquitto-clients"))("its printed commands work as they are, plain and over TLS", async () => {
    const data = folder();
    const server = await serve(data);
    const [hear = "", errors = "", secure = ""] = commands(server.out, "mosquitto_sub");
    const subs = [hear, secure];
    const pubs = commands(server.out, "mosquitto_pub");
    expect(errors).toEndWith("-t 'dtck-errors/#' -v");
    expect(await paste(errors, (pubs[0] ?? "").replace("-m 22.5", "-m warm"))).toMatch(
      /dtck-errors\/my-product\/000001\/TEMPERATURE .*invalid_value/,
    );
    expect([subs.length, pubs.length]).toEqual([2, 2]);
    for (const [i, sub] of subs.entries())
      expect(await paste(sub, pubs[i] ?? "")).toContain("dtck/my-product/000001/TEMPERATURE 22.5\n");
    expect(subs[1]).toContain("--cafile ");
    expect(await server.stop()).toBe(0);

    const again = await serve(data);
    const token = tokenIn(server.out);
    expect(token).toHaveLength(40);
    expect(again.out + again.err).not.toMatch(/[0-9a-f]{40}/);
    const heard = await paste(
      commands(again.out, "mosquitto_sub")[0] ?? "",
      commands(again.out, "mosquitto_pub")[0] ?? "",
      { FIELDCAST_TOKEN: token },
    );
    expect(heard).toContain("dtck/my-product/000001/TEMPERATURE 22.5\n");
    await again.stop();
    for (const file of ["fleet.db", "data.db", "lock", join("tls", "ca-key.pem"), join("tls", "server-key.pem")])
      expect([file, statSync(join(data, file)).mode & 0o777]).toEqual([file, 0o600]);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  test.skipIf(!have("mosquitto-clients"))("with a fleet file its first device is the example", async () => {
    const server = await serve(folder(), "--apply", fleetFile());
    expect(server.out).toContain("+ product boilers\n");
    expect(server.out).not.toContain("my-product");
    const [sub = ""] = commands(server.out, "mosquitto_sub");
    const [pub = ""] = commands(server.out, "mosquitto_pub");
    expect(await paste(sub, pub)).toContain("dtck/boilers/b1/T 22.5\n");
    await server.stop();
  });
});

describe("what stops a start is one line", () => {
  const once = (...flags: string[]) => fieldcast(["serve", "--data", folder(), ...LISTENERS, ...flags]);
  test("a port that is taken", async () => {
    const other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { code, out, err } = await once("--mqtt", `127.0.0.1:${other.port}`);
    other.stop(true);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toContain(String(other.port));
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
  test("a certificate that does not load", async () => {
    const { code, err } = await once("--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.pem");
    expect(code).toBe(1);
    expect(err).toStartWith("fieldcast: /nonexistent.pem does not exist");
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
  test("a fleet file that is not there", async () => {
    const { code, err } = await once("--apply", "/nonexistent.yaml");
    expect(code).toBe(1);
    expect(err).toContain("/nonexistent.yaml");
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
  test("a folder in use", async () => {
    const data = folder();
    const server = await serve(data);
    const second = await fieldcast(["serve", "--data", data, ...LISTENERS]);
    expect(second.code).toBe(1);
    expect(second.err).toContain("uses this folder");
    await server.stop();
  });
});

test("a plain listener that is open to others is warned about", async () => {
  const server = await serve(folder(), "--mqtt", "0.0.0.0:0");
  expect(server.out).toMatch(/\nwarning: .*--mqtt/);
  await server.stop();
});

test("SIGINT ends it gracefully, and it says so", async () => {
  const server = await serve(folder());
  server.signal("SIGINT");
  expect(await server.exited).toBe(0);
  expect(server.err).toContain("finishing what is under way");
  expect(server.err).toContain("stopped; everything that was acknowledged is stored");
});

describe("the commands with a running server", () => {
  test("apply, token, device, field, watch, simulate and doctor", async () => {
    const data = folder();
    const server = await serve(data);
    const on = (...argv: string[]) => fieldcast([...argv, "--data", data], { FIELDCAST_TOKEN: token });
    let token = tokenIn(server.out);

    expect((await on("apply", fleetFile())).out).toContain("+ product boilers\n");
    expect(JSON.parse((await on("device", "list", "boilers", "--json")).out).total).toBe(1);
    token = (await on("token", "create", "owner@localhost")).out.trim();

    const watcher = new Running(["watch", "--errors", "--json", "--count", "10", "--data", data], {
      FIELDCAST_TOKEN: token,
    });
    await watcher.said("watching dtck/# and dtck-errors/#");
    const simulated = await on("simulate", "--rate", "10", "--duration", "1", "--json");
    expect(simulated.code).toBe(0);
    expect(JSON.parse(simulated.out)).toMatchObject({ devices: 1, sent: 10, acknowledged: 10, refused: 0 });
    expect(await watcher.exited).toBe(0);
    const [first] = watcher.out.split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({
      product: "my-product",
      device: "000001",
      field: "TEMPERATURE",
      unit: "°C",
    });

    const tls = ["--url", urlIn(server.out, "mqtts"), "--cafile", join(data, "tls", "ca.pem")];
    const secure = [
      "--product",
      "my-product",
      "--device-pattern",
      "000001",
      "--rate",
      "10",
      "--duration",
      "0.5",
      "--json",
    ];
    expect(JSON.parse((await on("simulate", ...tls, ...secure, "--qos", "2")).out)).toMatchObject({ acknowledged: 5 });

    expect((await on("doctor")).out).toContain("runs on");
    expect((await on("field", "delete", "my-product", "TEMPERATURE", "--yes")).code).toBe(0);
    const refused = await on("simulate", ...tls, ...secure, "--field", "TEMPERATURE");
    expect(JSON.parse(refused.out)).toMatchObject({ acknowledged: 0, refused: 5 });
    expect(refused.code).toBe(1);
    await server.stop();
    expect((await on("device", "show", "my-product", "000001")).out).not.toContain("TEMPERATURE  NUMERIC");
  });

  test("a revoked token cuts the watcher off at once, and it ends", async () => {
    const data = folder();
    const server = await serve(data);
    const token = tokenIn(server.out);
    const watcher = new Running(["watch", "--data", data], { FIELDCAST_TOKEN: token });
    await watcher.said("watching dtck/#");
    expect((await fieldcast(["token", "revoke", token, "--data", data])).code).toBe(0);
    await watcher.said("the server ended the connection");
    expect(await watcher.exited).toBe(1);
    expect(watcher.err).toContain("login refused");
    await server.stop();
  });
});

test("a log that nobody reads any more does not end the server", async () => {
  const main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");
  const argv = [main, "serve", "--data", folder(), ...LISTENERS, "--log-level", "debug"];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"], env: {} });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let out = "";
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (bytes: Uint8Array) => {
      out += new TextDecoder().decode(bytes);
      if (out.includes("\nready in ")) resolve();
    });
  });
  await within("the start", ready);
  child.stderr.destroy();
  for (let i = 0; i < 20; i++) expect((await fetch(`${urlIn(out, "http")}/v1/devices/`)).status).toBe(401);
  expect((await fetch(`${urlIn(out, "http")}/healthz`)).status).toBe(200);
  child.kill("SIGTERM");
  expect(await within("its end", ended, 20_000)).toBe(0);
});
