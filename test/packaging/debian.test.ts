import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDebian } from "../../packaging/debian.ts";
import { configFile } from "../../packaging/config-file.ts";
import { buildExecutable } from "../../packaging/executable.ts";
import { loadConfig } from "../../src/config/load.ts";
import { have } from "../run/have.ts";
import { startServer } from "../run/server.ts";
import { until } from "../run/until.ts";

/** The Debian package (docs/installing.md), installed, upgraded, removed and purged by dpkg in a root of its own. */

const there = have("systemd");
const folder = mkdtempSync(join(tmpdir(), "fieldcast-debian-"));
const root = join(folder, "root");
const installed = join(root, "usr/bin/fieldcast");
const config = join(root, "etc/fieldcast/config.yaml");
const unit = join(root, "usr/lib/systemd/system/fieldcast.service");
const data = join(root, "var/lib/fieldcast");
let packages: string[] = [];

beforeAll(async () => {
  if (!there) return;
  for (const name of ["info", "updates", "triggers"]) mkdirSync(join(root, "var/lib/dpkg", name), { recursive: true });
  writeFileSync(join(root, "var/lib/dpkg/status"), "");
  mkdirSync(join(root, "etc"), { recursive: true });
  const executable = await buildExecutable({ out: join(folder, "fieldcast") });
  for (const version of ["0.1.0", "0.1.1"])
    packages.push(await buildDebian({ executable, version, to: folder, level: 1 }));
}, 120_000);
afterAll(() => {
  packages = [];
  rmSync(folder, { recursive: true, force: true });
});

/** The maintainer's scripts run outside the root, with its place in DPKG_ROOT: there is no shell in it. */
function dpkg(...args: string[]): string {
  const flags = [`--root=${root}`, "--force-script-chrootless", "--force-depends", "--force-confold"];
  const { exitCode, stdout, stderr } = Bun.spawnSync(["dpkg", ...flags, ...args], { timeout: 60_000 });
  if (exitCode !== 0) throw new Error(`dpkg ${args.join(" ")}: ${stdout} ${stderr}`);
  return stdout.toString() + stderr.toString();
}

test.skipIf(!there)("installs the program, its user, settings, service, completions and manual", () => {
  dpkg("--install", packages[0] ?? "");
  expect(readFileSync(join(root, "etc/passwd"), "utf8")).toMatch(/^fieldcast:x:\d+:\d+:.*:\/var\/lib\/fieldcast:/m);
  expect(Bun.spawnSync([installed, "--version"]).stdout.toString()).toStartWith("fieldcast ");
  const completions = readFileSync(join(root, "usr/share/bash-completion/completions/fieldcast"), "utf8");
  const asked = `${completions}\nCOMP_WORDS=(fieldcast device sh); COMP_CWORD=2; _fieldcast; echo "\${COMPREPLY[@]}"`;
  expect(Bun.spawnSync(["bash", "-c", asked]).stdout.toString()).toBe("show\n");
  const manual = Bun.gunzipSync(readFileSync(join(root, "usr/share/man/man1/fieldcast.1.gz")));
  expect(new TextDecoder().decode(manual)).toContain(".SS fieldcast backup");
});

test.skipIf(!there)("systemd finds nothing wrong in the service, and little that it could still be kept from", () => {
  const place = unit.slice(root.length);
  const verified = Bun.spawnSync(["systemd-analyze", "verify", "--man=no", `--root=${root}`, place]);
  expect(
    verified.stderr
      .toString()
      .split("\n")
      // there is nothing else in this root
      .filter((line) => line.includes("fieldcast") && !line.includes("Unit sysinit.target not found")),
  ).toEqual([]);
  const security = Bun.spawnSync([
    "systemd-analyze",
    "security",
    "--offline=true",
    `--root=${root}`,
    "fieldcast.service",
  ]);
  const exposure = /Overall exposure level for fieldcast\.service: ([\d.]+)/.exec(security.stdout.toString())?.[1];
  expect(Number(exposure)).toBeLessThan(3);
});

test("every setting stands in the file with its default, and all of them are taken", () => {
  const none = loadConfig({}, {}, () => "", false);
  const all = configFile({}).replace(/^#(?=[a-z-]+: )/gm, "");
  expect(loadConfig({ config: "file" }, {}, () => all, false)).toEqual(none);
});

test.skipIf(!there)("the service tells systemd that it is ready, alive, and stopping", async () => {
  const socket = join(folder, "notify");
  const listener = Bun.spawn(
    [
      "/usr/bin/python3",
      "-uc",
      `import socket\ns = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\ns.bind(${JSON.stringify(socket)})\nprint("bound")\nwhile True: print(repr(s.recv(4096).decode()))`,
    ],
    { stdout: "pipe" },
  );
  let text = "";
  void (async () => {
    for await (const part of listener.stdout) text += new TextDecoder().decode(part);
  })();
  await until("the socket", () => text.includes("bound"));
  const server = await startServer({
    fleet: null,
    program: [installed],
    flags: ["--config", config],
    env: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "200000" },
  });
  await until("the watchdog", () => /READY=1.*\n(.*\n)*.*WATCHDOG=1/.test(text));
  expect(text).toContain(`MAINPID=${server.pid}`);
  await server.remove();
  await until("that it stops", () => text.includes("STOPPING=1"));
  listener.kill();
  await listener.exited;
});

test.skipIf(!there)(
  "upgrade and downgrade keep data and changed settings; removing keeps data, purging takes all",
  () => {
    appendFileSync(config, "\nlog-level: warn\n");
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "data.db"), "measured");
    dpkg("--install", packages[1] ?? "");
    expect(readFileSync(config, "utf8")).toEndWith("\nlog-level: warn\n");
    expect(readFileSync(join(data, "data.db"), "utf8")).toBe("measured");
    // the way back of docs/upgrade.md; dpkg, as apt --allow-downgrades asks it to
    expect(dpkg("--install", packages[0] ?? "")).toContain("downgrading fieldcast from 0.1.1 to 0.1.0");
    expect(readFileSync(config, "utf8")).toEndWith("\nlog-level: warn\n");
    expect(readFileSync(join(data, "data.db"), "utf8")).toBe("measured");
    dpkg("--remove", "fieldcast");
    expect([existsSync(installed), existsSync(config), existsSync(data)]).toEqual([false, true, true]);
    dpkg("--purge", "fieldcast");
    expect([existsSync(config), existsSync(data)]).toEqual([false, false]);
  },
);
