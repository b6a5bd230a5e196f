import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packagesOf } from "./cached.ts";

/** Installs Node-RED from npm for `node-red.ts`, and packages of nodes into its folder. */

const wanted = join(import.meta.dir, "..", "node-red");
const root = join(import.meta.dir, "..", "..");
/** Beside the sources, whose checks read every file. */
const home = join(root, ".cache", "node-red");
const INSTALL_LIMIT_MS = 300_000;
/** Another version of Node-RED than the one that is pinned for the tests: `FIELDCAST_NODE_RED=5.0.7`. */
const other = process.env.FIELDCAST_NODE_RED;
/** What Node-RED 5 asks for and this machine may lack: npm has it as a package. */
const NODE = "22.23.3";

/** Where the wanted version stands, and the Node that runs it. */
export function installed(): { red: string; node: string } {
  if (other === undefined) {
    packagesOf("node-red", wanted);
    return { red: join(home, "node_modules", "node-red", "red.js"), node: "node" };
  }
  const own = join(root, ".cache", `node-red-${other}`);
  const node = join(own, "node_modules", `node-linux-${process.arch}`);
  if (!existsSync(join(own, "node_modules", ".package-lock.json"))) {
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "package.json"), JSON.stringify({ name: "other-node-red", private: true }));
    const packages = [`node-red@${other}`, `node-linux-${process.arch}@${NODE}`];
    const run = Bun.spawnSync(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", ...packages], {
      cwd: own,
      stdin: "ignore",
      stderr: "pipe",
      timeout: INSTALL_LIMIT_MS,
    });
    if (run.exitCode !== 0) throw new Error(`npm install of ${packages.join(", ")} failed:\n${run.stderr}`);
  }
  return { red: join(own, "node_modules", "node-red", "red.js"), node: join(node, "bin", "node") };
}

/** Puts a package of nodes where Node-RED looks; what it needs itself is that of the repository. */
export function place(from: string, folder: string): void {
  const { name, dependencies = {} } = JSON.parse(readFileSync(join(from, "package.json"), "utf8")) as {
    name: string;
    dependencies?: Record<string, string>;
  };
  cpSync(from, join(folder, "node_modules", name), { recursive: true });
  for (const needed of Object.keys(dependencies)) {
    const link = join(folder, "node_modules", needed);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(join(root, "node_modules", needed), link);
  }
}
