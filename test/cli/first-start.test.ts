import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldcast, LISTENERS, Running, serve, tokenIn, urlIn } from "./running.ts";

// each starts several programs, on a machine that may be busy
setDefaultTimeout(120_000);

const root = mkdtempSync(join(tmpdir(), "fieldcast-first-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = () => join(mkdtempSync(join(root, "d")), "data");
const file = (text: string): string => {
  const path = join(mkdtempSync(join(root, "f")), "file");
  writeFileSync(path, text);
  return path;
};
const FLEET = `
workspaces:
  - slug: acme
    products: [{ slug: p, fields: [{ id: T, type: NUMERIC }], devices: [{ id: a }] }]
    api_users: [{ name: pumps, rights: [{ devices: all, can: [record_measurements] }] }]
users: [{ email: ann@example.com, admin: true, workspaces: { acme: owner } }]
`;
const main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");

/** Runs the program in a shell, where its output can be sent anywhere. */
async function shell(line: string) {
  const env = { PATH: process.env.PATH ?? "", FC: `${process.execPath} ${main}` };
  const child = Bun.spawn(["sh", "-c", line], { stdin: "ignore", stdout: "pipe", stderr: "pipe", env });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { out, err, code };
}
const statusWith = async (banner: string, token: string, path = "/v1/devices/") =>
  (await fetch(`${urlIn(banner, "http")}${path}`, { headers: { authorization: `Token ${token}` } })).status;
const linkIn = (banner: string) => /http:\S+\/link\/\S+/.exec(banner)?.[0] ?? "";
async function linkWorks(banner: string): Promise<boolean> {
  const secret = linkIn(banner).split("/link/")[1] ?? "";
  const origin = urlIn(banner, "http");
  const headers = { origin, "content-type": "application/json" };
  const body = JSON.stringify({ secret });
  return (await fetch(`${origin}/api/v1/auth/link`, { method: "POST", headers, body })).status === 200;
}

describe("what stops a start is found before anything is made", () => {
  test("taken ports: all of them at once, with who has them and a flag that works", async () => {
    const [one, two] = [0, 0].map(() => Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } }));
    const data = folder();
    const flags = ["--mqtt", `127.0.0.1:${one?.port}`, "--http", `127.0.0.1:${two?.port}`];
    const rest = LISTENERS.filter((_, i) => !["--mqtt", "--http"].includes(LISTENERS[i - (i % 2)] ?? ""));
    const failed = await fieldcast(["serve", "--data", data, ...rest, ...flags]);
    expect([failed.code, failed.out]).toEqual([1, ""]);
    const lines = failed.err.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    // as the system calls this program: bun, or bun.exe where npm moved it
    const own = readFileSync("/proc/self/comm", "utf8").trim();
    for (const line of lines)
      expect(line).toContain(`taken by ${own} (process ${process.pid}); stop that, or take another`);
    expect(existsSync(data)).toBe(false);
    const other = lines.flatMap((line) => / (--\w+) (127\.0\.0\.1:\d+)$/.exec(line)?.slice(1) ?? []);
    expect(other.filter((_, i) => i % 2 === 0)).toEqual(["--mqtt", "--http"]);
    const server = new Running(["serve", "--data", data, ...rest, ...other]);
    await server.said("\nready in ");
    one?.stop(true);
    two?.stop(true);
    expect(await statusWith(server.out, tokenIn(server.out))).toBe(200);
    await server.stop();
  });

  test.each([
    [["--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.pem"], "/nonexistent.pem does not exist"],
    [["--tls-client-ca", "/nonexistent.pem"], "/nonexistent.pem"],
    [["--admin-password-file", "/nonexistent"], "/nonexistent cannot be read"],
    [["--admin-password-file", "short"], "A password has 12 to 256 characters"],
    [["--anonymous", "home/guests"], "--anonymous home/guests: there is no such API user"],
    [["--apply", "/nonexistent.yaml"], "--apply /nonexistent.yaml"],
    [["--smtp-url", "smtp://localhost"], "--mail-from"],
    [["--oidc-issuer", "https://id.example.com"], "--oidc-client-id"],
  ])("%j", async (flags, words) => {
    const data = folder();
    const given = flags.map((flag) => (flag === "short" ? file("short\n") : flag));
    const failed = await fieldcast(["serve", "--data", data, ...LISTENERS, ...given]);
    expect([failed.code, failed.out]).toEqual([1, ""]);
    expect(failed.err).toContain(words);
    expect(failed.err.trimEnd().split("\n")).toHaveLength(1);
    expect(existsSync(data)).toBe(false);
    const server = await serve(data);
    expect(await statusWith(server.out, tokenIn(server.out))).toBe(200);
    expect(await linkWorks(server.out)).toBe(true);
    await server.stop();
  });

  test("a fleet file that does not make the API user of --anonymous changes nothing", async () => {
    const data = folder();
    const flags = ["--apply", file(FLEET), "--anonymous", "acme/nobody"];
    expect((await fieldcast(["serve", "--data", data, ...LISTENERS, ...flags])).err).toContain("no such API user");
    const server = await serve(data, "--apply", file(FLEET), "--anonymous", "acme/pumps");
    expect(server.out).toContain('+ token of API user "pumps" of acme, shown once');
    await server.stop();
  });
});

describe("a start that fails after it made secrets", () => {
  test.skipIf(!existsSync("/dev/full"))("the next one shows a token and a link, until one has", async () => {
    const data = folder();
    for (let i = 0; i < 2; i++) {
      const failed = await shell(`$FC serve --data ${data} ${LISTENERS.join(" ")} > /dev/full`);
      expect(failed.code).toBe(1);
      expect(failed.err).toContain("could not be written (ENOSPC");
      expect(failed.err).toContain("the next start shows it");
    }
    const server = await serve(data);
    expect(server.out).toContain("is set up and running");
    expect(await statusWith(server.out, tokenIn(server.out))).toBe(200);
    expect(await linkWorks(server.out)).toBe(true);
    const tokens = JSON.parse((await fieldcast(["token", "list", "--json", "--data", data])).out) as unknown[];
    expect(tokens).toHaveLength(1);
    await server.stop();
    const again = await serve(data);
    expect(again.out + again.err).not.toMatch(/[0-9a-f]{40}/);
    expect(await statusWith(again.out, tokenIn(server.out))).toBe(200);
    await again.stop();
  });

  test.skipIf(!existsSync("/dev/full"))("tokens of a fleet file are made anew, too", async () => {
    const data = folder();
    const failed = await shell(`$FC serve --data ${data} ${LISTENERS.join(" ")} --apply ${file(FLEET)} > /dev/full`);
    expect(failed.code).toBe(1);
    const server = await serve(data);
    const shown = [...server.out.matchAll(/^ {2}([0-9a-f]{40}) {2}(.*)$/gm)].map(([, token = "", who]) => [who, token]);
    expect(shown.map(([who]) => who)).toEqual(['API user "pumps" of acme', "user ann@example.com"]);
    for (const [, token = ""] of shown) expect(await statusWith(server.out, token)).toBe(200);
    await server.stop();
    expect((await fieldcast(["token", "list", "--json", "--data", data])).out.match(/"hint"/g)).toHaveLength(2);
  });

  test.skipIf(!existsSync("/dev/full"))("once the owner has a password, nothing is shown", async () => {
    const data = folder();
    await shell(`$FC serve --data ${data} ${LISTENERS.join(" ")} > /dev/full`);
    const password = file("a lamp of nine green apples\n");
    const server = await serve(data, "--admin-password-file", password);
    expect(tokenIn(server.out)).toHaveLength(40);
    expect(linkIn(server.out)).toBe("");
    await server.stop();
  });
});

test.skipIf(!existsSync("/dev/full"))("a token that cannot be printed is told of, with what to do", async () => {
  const data = folder();
  const server = await serve(data);
  const failed = await shell(`$FC token create owner@localhost --data ${data} > /dev/full`);
  expect(failed.code).toBe(1);
  expect(failed.err).toMatch(/nobody has seen the new token: \S*fieldcast token revoke \d+, and make another/);
  const closed = await shell(`{ $FC apply ${file(FLEET)} --data ${data}; echo "code $?" >&2; } | true`);
  expect(closed.err).toMatch(/code (0|1)/);
  await server.stop();
});

describe("--log-format json", () => {
  const lines = (text: string) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  test("every line is JSON, from the first to the last; secrets are in a file that only the owner may read", async () => {
    const data = folder();
    const flags = ["--log-format", "json", "--apply", file(FLEET.replace(/users:.*\n$/, "")), "--mqtt", "0.0.0.0:0"];
    const server = new Running(["serve", "--data", data, ...LISTENERS, ...flags]);
    await server.said('"msg":"ready"');
    expect(await server.stop()).toBe(0);
    const all = [...lines(server.out), ...lines(server.err)];
    for (const line of all) expect(Object.keys(line)).toEqual(expect.arrayContaining(["level", "time", "msg"]));
    expect(server.out + server.err).not.toMatch(/[0-9a-f]{40}|\/link\//);
    const words = all.map(({ msg }) => String(msg)).join("\n");
    expect(words).toMatch(
      /the fleet file is applied[\s\S]*is open to the network[\s\S]*ready[\s\S]*SIGTERM: finishing[\s\S]*stopped;/,
    );
    const path = String(all.find((line) => "secrets" in line)?.secrets);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const secrets = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    expect(secrets).toMatchObject({ owner: "owner@localhost", tokens: [{ owner: 'API user "pumps" of acme' }] });
    expect(String(secrets.token)).toMatch(/^[0-9a-f]{40}$/);
    expect(String(secrets.setup_link)).toMatch(/^http:.*\/link\//);
    const again = new Running(["serve", "--data", data, ...LISTENERS, "--log-format", "json"]);
    await again.said('"msg":"ready"');
    await again.stop();
    expect(lines(again.out).some((line) => "secrets" in line)).toBe(false);
  });

  test.each([
    [["--log-format", "json", "--tls-cert", "/nonexistent", "--tls-key", "/nonexistent"], {}],
    [["--log-format", "json", "--mqtt", "nowhere"], {}],
    [["--log-format=json", "--bogus"], {}],
    [["--config", file("log-format: json\nmax-packet: many\n")], {}],
    [["--config", "CONFIG", "--tls-cert", "/nonexistent", "--tls-key", "/nonexistent"], {}],
    [["--mqtt", "nowhere"], { FIELDCAST_LOG_FORMAT: "json" }],
  ])("a start that fails says so as JSON: %j", async (flags, env) => {
    const given = flags.map((flag) => (flag === "CONFIG" ? file("log-format: json\n") : flag));
    const failed = await fieldcast(["serve", "--data", folder(), ...LISTENERS, ...given], env);
    expect(failed.code).toBeGreaterThan(0);
    expect(failed.out).toBe("");
    expect(lines(failed.err)).toMatchObject([{ level: "error" }]);
  });
});
