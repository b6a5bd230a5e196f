import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { buildExecutable } from "../../packaging/executable.ts";
import { listSettings } from "../../src/config/settings.ts";
import { copyLibraries } from "./started.ts";

/** What the container's files say, done without containers: a read-only root, the same user, environment, paths and health check. */

const packaging = join(import.meta.dir, "..", "..", "packaging");
const lines = readFileSync(join(packaging, "Containerfile"), "utf8").split("\n");
const all = (word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
const folder = mkdtempSync(join(tmpdir(), "fieldcast-container-"));
const root = join(folder, "root");

beforeAll(async () => {
  for (const name of ["data", "tmp", "proc", "dev", "usr/local/bin"]) mkdirSync(join(root, name), { recursive: true });
  const file = await buildExecutable({ out: join(root, "usr/local/bin/fieldcast") });
  copyLibraries(file, root);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every variable is one of a setting, and every port that is published one that is listened on", () => {
  const known = new Set(listSettings().map(({ env }) => env));
  for (const line of all("ENV")) expect(known).toContain(line.split("=", 1)[0] ?? "");
  const exposed = (all("EXPOSE")[0] ?? "").split(" ");
  const { services } = parse(readFileSync(join(packaging, "compose.yaml"), "utf8"));
  for (const port of services.fieldcast.ports) expect(exposed).toContain(port.split(":").at(-1));
  expect(services.fieldcast.volumes).toEqual(["data:/data"]);
});

// namespaces and chroot take root
test.if(process.getuid?.() === 0)(
  "it starts, is healthy, and stops, in a root that it cannot write to",
  () => {
    const variables = all("ENV").map((line) => `${line.split("=", 1)[0]}='${line.slice(line.indexOf("=") + 1)}'`);
    const [user = ""] = all("USER");
    const words = (text = "") => (JSON.parse(text) as string[]).join(" ");
    const run = (command: string) =>
      `env -i PATH=/usr/sbin:/usr/bin ${variables.join(" ")} chroot --userspec=${user} ${root} /usr/local/bin/${command}`;
    const health = words(/CMD (\[.*\])/.exec(all("HEALTHCHECK")[0] ?? "")?.[1]);
    const script = `set -e
ip link set lo up
mount --bind ${root} ${root}
mount --bind ${root}/data ${root}/data && mount -t tmpfs tmpfs ${root}/tmp
mount -t proc proc ${root}/proc && mount --rbind /dev ${root}/dev
chown ${user} ${root}/data && chmod 0700 ${root}/data && chmod 1777 ${root}/tmp
mount -o remount,ro,bind ${root}
! ${run(health)} 2>&1
${run(`${words(all("ENTRYPOINT")[0])} ${words(all("CMD")[0])}`)} > ${folder}/log 2>&1 &
server=$!
for n in $(seq 1 300); do ${run(health)} 2>/dev/null && break; sleep 0.1; done
touch ${root}/written 2>/dev/null && echo "the root can be written to"
kill -TERM $server; wait $server; echo "ended with $?"`;
    const { stdout } = Bun.spawnSync(["unshare", "--mount", "--net", "sh", "-c", script], { timeout: 60_000 });
    const log = readFileSync(join(folder, "log"), "utf8");
    const said = stdout.toString();
    expect(said, log).toContain("no server runs on /data");
    expect(said, log).toContain("The server is ready, with 5 listeners.");
    expect(said, log).toContain("ended with 0");
    expect(said).not.toContain("can be written");
    for (const line of log.trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
  },
  90_000,
);
