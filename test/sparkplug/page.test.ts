import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { examplesOf } from "../docs/examples.ts";
import { have } from "../run/have.ts";
import { startServer, type TestServer } from "../run/server.ts";
import { until } from "../run/until.ts";

const ROOT = join(import.meta.dir, "..", "..");
const page = readFileSync(join(ROOT, "docs", "sparkplug.md"), "utf8");

describe.skipIf(!have("mosquitto-clients"))("docs/sparkplug.md", () => {
  const [first = "", second = ""] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ fleet: first, flags: ["--free-topics"] });
  });
  afterAll(() => server?.remove());

  test("the example runs as it is printed, and prints what the page says", async () => {
    for (const { command, prints } of examplesOf(page)) {
      if (command.includes(" serve ")) continue;
      const args = /^bin\/fieldcast (.*)$/.exec(command)?.[1]?.split(" ");
      if (args === undefined) {
        const line = command.replace("-p 1883", `-p ${server.ports.mqtt}`);
        const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", line]);
        expect([command, exitCode, stderr.toString()]).toEqual([command, 0, ""]);
        continue;
      }
      await until(`${command} prints what the page says`, async () => {
        const { code, out } = await server.cli(...args);
        const plain = (text: string) => text.replace(/2026-\S+Z/g, "<time>");
        return code === 0 && (prints ?? "").split("\n").every((line) => plain(out).includes(plain(line)));
      });
    }
    await server.apply(second);
  });
});

test("docs/sparkplug.md has each statement that the code or a test cites", () => {
  const ids = (text: string) => [...text.matchAll(/tck-id-[\w-]+\w/g)].map(([id]) => id);
  const files = ["src/sparkplug", "src/integrations/sparkplug", "test/sparkplug"].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith(".ts") ? [join(ROOT, folder, name)] : [])),
  );
  const cited = new Set(files.flatMap((path) => ids(readFileSync(path, "utf8"))));
  const table = page.slice(page.indexOf("| id (`tck-id-…`)"));
  const written = new Set([...table.matchAll(/`([a-z0-9-]+)`/g)].map(([, id]) => `tck-id-${id}`));
  const missing = [...cited].filter((id) => !written.has(id));
  expect(missing.sort()).toEqual([]);
});
