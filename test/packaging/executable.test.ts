import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildExecutable } from "../../packaging/executable.ts";
import { FLEET, TOKENS } from "../run/fleet.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { ANY_PORTS, copyLibraries, whileReady } from "./started.ts";

/** The one executable (`npm run build`, docs/installing.md): everything in it that stands in a file of its own in a clone is tried once. */

const folder = mkdtempSync(join(tmpdir(), "fieldcast-executable-"));
const empty = join(folder, "empty");
let file = "";
let server: TestServer;

/** Nothing of a fleet file's flow form is "plain lines": a thread of its own parses it. */
const WITH_DECODER = `workspaces:
  - slug: tried
    products:
      - slug: meter
        fields: [{ id: A, type: NUMERIC }]
        devices: [{ id: d1, serial: s1 }]
        integration_key: 33333333-3333-4333-8333-333333333333
        decoder: |
          function Decoder(request) {
            return [{ device: "s1", field: "A", value: JSON.parse(request.body).n * 2 }];
          }
    api_users:
      - { name: all, token: ${"5e".repeat(20)}, grants: [{ devices: all, can: [view, record_measurements] }] }
${Array.from({ length: 400 }, (_, n) => `  - { slug: w${n}, name: "W ${n}", products: [ { slug: p${n}, fields: [ { id: A, type: INT } ] } ] }`).join("\n")}
`;

beforeAll(async () => {
  mkdirSync(empty);
  file = await buildExecutable({ out: join(folder, "fieldcast") });
  server = await startServer({ fleet: FLEET, program: [file] });
}, 120_000);
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs it where there is nothing else: no Node, no packages, no PATH. */
function run(...args: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([file, ...args], { cwd: empty, env: {}, timeout: 30_000 });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

test("says its version, the commit and what it runs on; every command is there; so are the licences", () => {
  expect(run("--version").out).toMatch(
    /^fieldcast \d+\.\d+\.\d+ \(commit [0-9a-z-]+, Bun \d[^,]*, linux (x64|arm64)\)\n$/,
  );
  expect(run("--help").out).toContain("backup");
  const { out } = run("licences");
  for (const name of ["fieldcast", "hono", "react ", "quickjs-emscripten-core"]) expect(out).toContain(name);
  expect(out).toContain("Permission is hereby granted");
  expect(run("decoder", "check", empty).err).toContain("no decoder");
});

test("built again, it is the same byte by byte", async () => {
  const again = await buildExecutable({ out: join(folder, "again", "fieldcast") });
  const [first, second] = await Promise.all(
    [file, again].map(async (one) => Bun.hash(await Bun.file(one).arrayBuffer())),
  );
  expect(second).toBe(first ?? 0n);
  rmSync(again);
}, 60_000);

test("serves devices, programs and browsers, over a kill and a restart", async () => {
  const { device } = TOKENS;
  const record = (value: number) =>
    server.http("/v1/devices/dev1/record/", device, {
      method: "POST",
      body: JSON.stringify({ field: "TEMPERATURE", value }),
    });
  expect((await record(1)).status).toBe(200);
  await server.kill9();
  await server.start();
  expect((await record(2)).status).toBe(200);
  expect((await server.history(device, "dev1", "TEMPERATURE")).map(({ TEMPERATURE }) => TEMPERATURE)).toEqual([1, 2]);
  const page = await (await server.http("/console/")).text();
  const script = /src="(\/console\/main-[^"]+\.js)"/.exec(page)?.[1] ?? "";
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
  get(`http://127.0.0.1:${server.ports.http}${script}`, { headers: { "Accept-Encoding": "br" } }, resolve);
  const answer = await promise;
  answer.resume();
  expect([answer.statusCode, answer.headers["content-encoding"]]).toEqual([200, "br"]);
});

test("has its threads and processes: a backup, a fleet file that is parsed apart, a decoder", async () => {
  const backup = join(folder, "backup.tar");
  writeFileSync(join(folder, "fleet.yaml"), WITH_DECODER);
  expect(run("backup", backup, "--data", server.data)).toMatchObject({ code: 0 });
  expect(run("restore", backup, "--data", join(folder, "restored"))).toMatchObject({ code: 0 });
  expect(run("store", "check", "--data", join(folder, "restored"))).toMatchObject({ code: 0 });
  expect(run("apply", join(folder, "fleet.yaml"), "--data", server.data)).toMatchObject({ code: 0 });
  const sent = await server.http("/integrations/api/33333333-3333-4333-8333-333333333333/", undefined, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: '{"n": 21}',
  });
  expect([sent.status, await sent.text()]).toEqual([200, "thanks"]);
  await until("the decoded value", async () =>
    JSON.stringify(await server.history("5e".repeat(20), "d1", "A")).includes("42"),
  );
});

test("starts in an empty root, as a user without rights", async () => {
  if (process.getuid?.() !== 0) return; // chroot takes root
  const root = join(folder, "root");
  mkdirSync(join(root, "data"), { recursive: true });
  copyFileSync(file, join(root, "fieldcast"));
  copyLibraries(file, root);
  for (const name of ["proc", "dev", "tmp"]) mkdirSync(join(root, name), { recursive: true });
  const start = `mount -t proc proc ${root}/proc && mount --rbind /dev ${root}/dev && chown 65534:65534 ${root}/data ${root}/tmp && exec chroot --userspec=65534:65534 ${root} /fieldcast serve --data /data ${ANY_PORTS.join(" ")}`;
  await whileReady(["unshare", "--mount", "sh", "-c", start], { env: {} }, 30_000, () => {
    expect(readdirSync(join(root, "data"))).toContain("data.db");
  });
}, 60_000);
