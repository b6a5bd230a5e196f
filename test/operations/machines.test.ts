import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { contentOf } from "../../src/store/sqlite/folder.testing.ts";
import { examplesOf } from "../docs/examples.ts";
import { TOKENS } from "../run/fleet.ts";
import { have, program } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";
import { blocks, settings } from "./page.ts";

setDefaultTimeout(60_000);

const root = mkdtempSync(join(tmpdir(), "fieldcast-machines-"));
const main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts");
const [backups, nas] = [join(root, "backups"), join(root, "nas")];
let server: TestServer;

beforeAll(async () => {
  for (const name of ["bin", "nas"]) mkdirSync(join(root, name));
  const shim = join(root, "bin", "fieldcast");
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(shim, 0o755);
  server = await startServer({ data: join(root, "data"), flags: ["--backup-dir", backups] });
  await server.http("/v1/devices/dev7/record/", TOKENS.device, {
    method: "POST",
    body: '{"field":"TEMPERATURE","value":21.5}',
  });
});
afterAll(async () => {
  await server.remove();
  rmSync(root, { recursive: true, force: true });
});

/** Types a line of the page in a folder that has `data`. */
function type(command: string): void {
  const env = { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}` };
  const { exitCode, stdout, stderr } = Bun.spawnSync(["sh", "-c", command], { cwd: root, env, timeout: 40_000 });
  expect(`${exitCode} ${stdout}${stderr}`).toStartWith("0 ");
}
const here = (line: string) =>
  line.replace("/var/lib/fieldcast/backups/", `${backups}/`).replace("backup@nas.example.com:fieldcast/", `${nas}/`);

test.each(["## Raspberry Pi", "## Certificates", "## Backups off the machine", "## Reverse proxies"])(
  "the settings under %s are ones",
  (heading) => {
    expect(() => loadConfig({ config: "file" }, {}, () => settings(heading))).not.toThrow();
  },
);

test("files of the repository that the page names are there", () => {
  const named = blocks("sh", "## The service").flatMap((text) =>
    [...text.matchAll(/\bpackaging\/\S+/g)].map(([path]) => path),
  );
  expect(named.length).toBe(2);
  expect(named.filter((path) => !existsSync(join(import.meta.dir, "..", "..", path)))).toEqual([]);
});

test.skipIf(!have("rsync"))(
  "rsync takes backups elsewhere that are whole, and leaves what is being written",
  async () => {
    const whole = () => readdirSync(backups).filter((name) => name.endsWith(".tar"));
    await until("a backup by the clock", () => {
      try {
        return whole().length > 0;
      } catch {
        return false;
      }
    });
    writeFileSync(join(backups, "fieldcast-20300101T000000Z.tar.partial"), "half");
    const [line = ""] = blocks("sh", "## Backups off the machine");
    const [unit = ""] = blocks("ini", "## Backups off the machine");
    const started = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
    expect(started.replace("/usr/bin/", "").replaceAll("'", "")).toBe(line.trim().replaceAll("'", ""));
    type(here(line));
    expect(readdirSync(nas).sort()).toEqual([".fieldcast-backups", ...whole()].sort());
    type(`fieldcast restore ${nas}/${whole()[0]} --data ./tried && fieldcast store check --data ./tried`);
  },
);

test.skipIf(!have("systemd"))("systemd takes the units of the page", () => {
  const [service = "", timer = ""] = blocks("ini", "## Backups off the machine");
  writeFileSync(join(root, "fieldcast-offsite.service"), service.replace("/usr/bin/rsync", "/bin/true"));
  writeFileSync(join(root, "fieldcast-offsite.timer"), timer);
  const units = ["service", "timer"].map((kind) => join(root, `fieldcast-offsite.${kind}`));
  const { exitCode, stderr } = Bun.spawnSync(["systemd-analyze", "verify", ...units]);
  const about = String(stderr)
    .split("\n")
    .filter((line) => line.includes("fieldcast-offsite"));
  expect([exitCode, about]).toEqual([0, []]);
});

test.skipIf(!have("nftables"))("nftables takes the lines of the page", () => {
  const [rules = ""] = blocks("nft", "## Firewall");
  writeFileSync(join(root, "nftables.conf"), rules);
  // in a network of its own: nothing of this machine's is looked at or changed
  const check = [program("nft") ?? "", "-c", "-f", join(root, "nftables.conf")];
  const { exitCode, stderr } = Bun.spawnSync(["unshare", "--map-root-user", "--user", "--net", ...check]);
  expect(`${exitCode} ${stderr}`).toBe("0 ");
});

test("moving to another machine, as the page has it, takes everything along", async () => {
  await server.stop();
  const before = contentOf(server.data);
  const commands = examplesOf(
    blocks("sh", "## Moving to another machine")
      .map((text) => `\`\`\`sh\n${text}\`\`\`\n`)
      .join(""),
  );
  const [backup = "", restore = "", serve = ""] = commands
    .map(({ command }) => command)
    .filter((one) => one.startsWith("fieldcast "));
  type(backup);
  type(restore);
  expect(serve).toBe("fieldcast serve --data ./moved");
  expect(contentOf(join(root, "moved"))).toEqual(before);
  const moved = await startServer({ data: join(root, "moved"), fleet: null });
  expect(await moved.history(TOKENS.device, "dev7", "TEMPERATURE")).toMatchObject([{ TEMPERATURE: 21.5 }]);
  await moved.remove();
});
