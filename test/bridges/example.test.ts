import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "../run/server.ts";

/** docs/bridges.md "Try it", as it is printed. */

const ROOT = join(import.meta.dir, "..", "..");
const page = readFileSync(join(ROOT, "docs", "bridges.md"), "utf8");
let server: TestServer;
beforeAll(async () => {
  const fleet = "workspaces: [{ slug: home, name: Home, products: [{ slug: my-product, name: My product }] }]\n";
  server = await startServer({ fleet, flags: ["--free-topics", "--allow-outgoing", "127.0.0.1"] });
}, 60_000);
afterAll(() => server?.remove());

test("the example runs, and says what the page says", async () => {
  const block = (kind: string) => new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? "";
  const folder = join(server.folder, "example");
  mkdirSync(join(folder, "bin"), { recursive: true });
  symlinkSync(join(ROOT, "bin", "fieldcast"), join(folder, "bin", "fieldcast"));
  symlinkSync(server.data, join(folder, "data"));
  writeFileSync(join(folder, "bridge.yaml"), block("yaml"));
  // Mosquitto ends with the example; one that listens at once is waited for
  const script = `set -e\ntrap 'kill %1' EXIT\n${block("sh").replace("&\n", "&\nuntil mosquitto_pub -p 11883 -t x -n 2>/dev/null; do :; done\n")}`;
  const env = { ...process.env, PATH: `/usr/sbin:${process.env.PATH}`, NO_COLOR: "1" };
  const run = Bun.spawn(["bash", "-c", script], {
    cwd: folder,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: 40_000,
  });
  const [out, err, code] = await Promise.all([run.stdout.text(), run.stderr.text(), run.exited]);
  expect([code, err]).toEqual([0, expect.any(String)]);
  const plain = (text: string) => text.replace(/\(\d+ ms\)/g, "(n ms)");
  expect(plain(out)).toContain(plain(block("text")));
  expect(out).toContain("Route 1");
  expect(out).toContain("Route 2");
}, 60_000);
