import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ANY_PORTS, whileReady } from "./started.ts";

/** The packed package in an empty folder (`npm pack`, `npx fieldcast`). */

const root = join(import.meta.dir, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "fieldcast-npm-"));
const project = join(folder, "project");
/** As a user's shell has it: what npm says of the run that this test is in would be obeyed. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|FIELDCAST_|NODE_ENV)/i.test(name)),
);
const npm = (cwd: string, ...args: string[]) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["npm", ...args], { cwd, env, stdin: "ignore", timeout: 180_000 });
  if (exitCode !== 0) throw new Error(`npm ${args.join(" ")}: ${stderr}`);
  return stdout.toString();
};

beforeAll(() => {
  mkdirSync(project);
  npm(root, "pack", "--silent", "--pack-destination", folder);
  const packed = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  writeFileSync(join(project, "package.json"), '{"private": true}');
  npm(project, "install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, packed));
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("no test and no package of development is in it", () => {
  const inside = readdirSync(join(project, "node_modules", "fieldcast"), { recursive: true }).map(String);
  expect(inside).toContain("console/dist/index.html");
  expect(inside.filter((name) => /\.test\.tsx?$|^test\/|^bench\//.test(name))).toEqual([]);
  expect(readdirSync(join(project, "node_modules"))).not.toContain("typescript");
});

test("npx fieldcast serves, with the console, and installs nothing by itself", async () => {
  const command = ["npx", "fieldcast", "serve", "--data", join(folder, "data"), ...ANY_PORTS];
  await whileReady(command, { cwd: project, env }, 60_000, async (said) => {
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0] ?? "";
    const page = await fetch(`${address}/console/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<title>fieldcast</title>")]);
    expect(said()).not.toContain("npm ci");
  });
}, 90_000);
