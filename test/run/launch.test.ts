import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./have.ts";

const repository = join(import.meta.dir, "..", "..");
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const PROGRAM = `
let got = 0;
process.on("SIGTERM", () => { console.log("TERM", ++got); setImmediate(() => process.exit(0)); });
console.log(JSON.stringify(process.argv.slice(2)), process.cwd());
if (process.argv[2] === "wait") setInterval(() => {}, 1000);
else if (process.argv[2] === "die") process.kill(process.pid, "SIGKILL");
else process.exit(Number(process.argv[2]));
`;
/** Stands for npm: says how it was called, and fails. */
const NPM = 'console.log("npm", process.argv.slice(2).join(" ")); process.exit(3);';

/** A clone in which bin/fieldcast runs PROGRAM; its packages are those of this repository, or missing. */
function clone(packages: boolean) {
  const root = mkdtempSync(join(tmpdir(), "fieldcast-launch-"));
  made.push(root);
  cpSync(join(repository, "bin"), join(root, "bin"), { recursive: true });
  mkdirSync(join(root, "src/cli"), { recursive: true });
  writeFileSync(join(root, "src/cli/main.ts"), PROGRAM);
  writeFileSync(join(root, "npm-cli.js"), NPM);
  writeFileSync(join(root, "package-lock.json"), '{"packages":{"":{},"node_modules/bun":{"integrity":"a"}}}');
  if (packages) {
    mkdirSync(join(root, "node_modules"));
    symlinkSync(join(repository, "node_modules/bun"), join(root, "node_modules/bun"));
    symlinkSync(join(repository, "node_modules/@oven"), join(root, "node_modules/@oven"));
    writeFileSync(join(root, "node_modules/.package-lock.json"), '{"packages":{"node_modules/bun":{"integrity":"a"}}}');
  }
  return root;
}

function start(root: string, args: readonly string[], cwd = root) {
  const node = program("node") ?? "node";
  const env = { ...process.env, npm_execpath: join(root, "npm-cli.js") };
  const command = [node, join(root, "bin/fieldcast"), ...args];
  return Bun.spawn(command, { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
}

describe("bin/fieldcast", () => {
  test("hands arguments, folder and exit code through", async () => {
    const child = start(clone(true), ["7", "a b", "--c"], "/");
    expect(await child.stdout.text()).toBe('["7","a b","--c"] /\n');
    expect([await child.exited, await child.stderr.text()]).toEqual([7, ""]);
  });

  test("a program that is killed ends it as a shell says it", async () => {
    expect(await start(clone(true), ["die"]).exited).toBe(128 + 9);
  });

  test("passes SIGTERM on once, and ends as the program ends", async () => {
    const child = start(clone(true), ["wait"]);
    let output = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (output === "") child.kill("SIGTERM");
      output += text;
    }
    expect([await child.exited, output.split("\n").slice(1)]).toEqual([0, ["TERM 1", ""]]);
  });

  test("installs what is missing, says so in one line on stderr, and stops when that fails", async () => {
    const child = start(clone(false), ["0"]);
    expect(await child.stderr.text()).toBe(
      "fieldcast: packages are not installed yet, running npm ci (once) ...\nnpm ci --no-audit --no-fund --omit=dev\n" +
        "fieldcast: the packages could not be installed; the lines above say why\n",
    );
    expect([await child.exited, await child.stdout.text()]).toEqual([1, ""]);
  });

  test.each([
    ["asks for the same: nothing is installed", '{"packages":{"":{},"node_modules/bun":{"integrity":"a"}}}', 0, ""],
    [
      "asks for more",
      '{"packages":{"node_modules/bun":{"integrity":"a"},"node_modules/x":{}}}',
      1,
      "packages are older",
    ],
    ["asks for another", '{"packages":{"node_modules/bun":{"integrity":"b"}}}', 1, "packages are older"],
  ])("a newer lock file that %s", async (_, lock, code, said) => {
    const root = clone(true);
    writeFileSync(join(root, "package-lock.json"), lock);
    utimesSync(join(root, "node_modules/.package-lock.json"), 0, 0);
    const child = start(root, ["0"]);
    expect(await child.stderr.text()).toContain(said);
    expect(await child.exited).toBe(code);
  });
});
