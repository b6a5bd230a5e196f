import { afterAll, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./have.ts";

const repository = join(import.meta.dir, "..", "..");
const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

const BUILD = `
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
mkdirSync(join(import.meta.dir, "dist"), { recursive: true });
writeFileSync(join(import.meta.dir, "dist/index.html"), "built");
`;
/** Stands for npm: says where and how it was called, and fails. */
const NPM = 'console.log("npm", process.argv.slice(2).join(" ")); process.exit(3);';

/** A clone whose server says that it runs, with a console of one file. @param packages whether those of the console are there */
function clone(packages = true): string {
  const root = mkdtempSync(join(tmpdir(), "fieldcast-console-"));
  made.push(root);
  cpSync(join(repository, "bin"), join(root, "bin"), { recursive: true });
  mkdirSync(join(root, "src/cli"), { recursive: true });
  writeFileSync(join(root, "src/cli/main.ts"), 'console.log("runs", process.argv[2]);');
  writeFileSync(join(root, "npm-cli.js"), NPM);
  const lock = '{"packages":{"":{},"node_modules/bun":{"integrity":"a"}}}';
  mkdirSync(join(root, "node_modules"));
  for (const name of ["bun", "@oven"])
    symlinkSync(join(repository, "node_modules", name), join(root, "node_modules", name));
  writeFileSync(join(root, "package-lock.json"), lock);
  writeFileSync(join(root, "node_modules/.package-lock.json"), '{"packages":{"node_modules/bun":{"integrity":"a"}}}');
  mkdirSync(join(root, "console/src/pages"), { recursive: true });
  writeFileSync(join(root, "console/build.ts"), BUILD);
  writeFileSync(join(root, "console/src/pages/a.tsx"), "1;\n");
  writeFileSync(join(root, "console/package-lock.json"), '{"packages":{"":{}}}');
  if (packages) {
    mkdirSync(join(root, "console/node_modules"));
    writeFileSync(join(root, "console/node_modules/.package-lock.json"), '{"packages":{}}');
  }
  return root;
}

function start(root: string, ...args: string[]) {
  const env = { ...process.env, npm_execpath: join(root, "npm-cli.js") };
  const { stdout, stderr, exitCode } = Bun.spawnSync(
    [program("node") ?? "node", join(root, "bin/fieldcast"), ...args],
    {
      env,
      stdin: "ignore",
      stderr: "pipe",
    },
  );
  return { out: String(stdout), err: String(stderr), code: exitCode };
}

describe("the console is built before a server starts", () => {
  test("once, with a line that says so; and again when a source has changed, not when it was only touched", () => {
    const root = clone();
    const line = (why: string) => `fieldcast: the console is ${why}, building it (once) ...\n`;
    expect(start(root, "serve")).toEqual({ out: "runs serve\n", err: line("not built yet"), code: 0 });
    expect(start(root, "serve")).toEqual({ out: "runs serve\n", err: "", code: 0 });
    writeFileSync(join(root, "console/src/pages/a.tsx"), "1;\n");
    writeFileSync(join(root, "console/src/pages/a.test.ts"), "tests are no part of it\n");
    expect(start(root, "serve").err).toBe("");
    appendFileSync(join(root, "console/src/pages/a.tsx"), "2;\n");
    expect(start(root, "serve").err).toBe(line("older than its sources"));
  });

  test("not for a command, and not where its sources are not", () => {
    const root = clone();
    expect(start(root, "token")).toEqual({ out: "runs token\n", err: "", code: 0 });
    expect(existsSync(join(root, "console/dist"))).toBe(false);
    rmSync(join(root, "console"), { recursive: true });
    expect(start(root, "serve")).toEqual({ out: "runs serve\n", err: "", code: 0 });
  });

  test("a build that fails keeps no server from starting, and is tried again", () => {
    const root = clone();
    appendFileSync(join(root, "console/build.ts"), 'console.error("a mistake"); process.exit(1);\n');
    for (let n = 0; n < 2; n++) {
      const { out, err, code } = start(root, "serve");
      expect([out, code]).toEqual(["runs serve\n", 0]);
      expect(err).toContain("a mistake");
      expect(err).toContain("The server starts without the newest console; the next start tries again\n");
    }
  });

  test("so does a network that is away: the packages are installed only for the build", () => {
    const { out, err } = start(clone(false), "serve");
    expect(out).toBe("runs serve\n");
    expect(err).toContain("npm ci --no-audit --no-fund --include=dev");
    expect(err).toContain("its packages could not be installed; the lines above say why");
  });
});
