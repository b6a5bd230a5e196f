import { copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { lock } from "./lock.ts";

/** Beside the sources, whose checks read every file. */
const CACHE = join(import.meta.dir, "..", "..", ".cache");
const INSTALL_LIMIT_MS = 300_000;

/**
 * Installs packages that only some tests need, from npm into a folder of their own, when they are missing or their lock file is newer.
 * @param wanted folder with package.json and package-lock.json
 * @returns the folder that has them @throws Error with what npm said
 */
export function packagesOf(name: string, wanted: string): string {
  const home = join(CACHE, name);
  mkdirSync(CACHE, { recursive: true });
  const free = lock(join(CACHE, `${name}.lock`));
  try {
    install(home, name, wanted);
  } finally {
    free();
  }
  return home;
}

function install(home: string, name: string, wanted: string): void {
  const done = join(home, "node_modules", ".package-lock.json");
  const locked = join(wanted, "package-lock.json");
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(locked).mtimeMs) return;
  mkdirSync(home, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(wanted, file), join(home, file));
  const run = Bun.spawnSync(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: home,
    stdin: "ignore",
    stderr: "pipe",
    timeout: INSTALL_LIMIT_MS,
  });
  if (run.exitCode !== 0) throw new Error(`npm ci in .cache/${name} failed:\n${run.stderr}`);
}
