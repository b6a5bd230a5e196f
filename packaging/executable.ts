/**
 * Builds the one executable: `npm run build [-- --system macos] [--arch arm64] [--out FILE]`. In it are the program, its threads, the sandbox's WebAssembly, the console and the
 * licences; it needs neither Node nor packages. For another kind of machine Bun's own file for it is taken from npm, as package-lock.json has it.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import packageLock from "../package-lock.json";
import packageJson from "../package.json";
import { consoleFiles } from "../src/app/console-files.ts";
import { OWN_MODULES } from "../src/base/modules.ts";
import { licenceTexts } from "../src/cli/licences/texts.ts";

const root = join(import.meta.dir, "..");
const source = join(root, "src");
/** What Bun calls the machines, and npm its files for them. What is built for macOS was never tried on one. */
const TARGETS = {
  "linux-x64": { target: "bun-linux-x64", npm: "bun-linux-x64" },
  "linux-arm64": { target: "bun-linux-arm64", npm: "bun-linux-aarch64" },
  "macos-x64": { target: "bun-darwin-x64", npm: "bun-darwin-x64" },
  "macos-arm64": { target: "bun-darwin-arm64", npm: "bun-darwin-aarch64" },
} as const;
type Machine = keyof typeof TARGETS;

/**
 * @param options system, arch: of the machine it is for (default: `linux`, this one's); out: the file that is written (default: `dist/fieldcast-<system>-<arch>`)
 * @returns the file
 * @throws Error when the console is not built, or the build fails
 */
export async function buildExecutable(
  options: { system?: string | undefined; arch?: string | undefined; out?: string | undefined } = {},
): Promise<string> {
  const machine = machineOf(options.system ?? "linux", options.arch ?? process.arch);
  const out = options.out ?? join(root, "dist", `fieldcast-${machine}`);
  const files = consoleFiles();
  if (files === undefined) throw new Error("the console is not built: run npm run build");
  mkdirSync(dirname(out), { recursive: true });
  const runtime = await runtimeFor(machine);
  try {
    const { success, logs } = await Bun.build({
      entrypoints: [join(source, "cli", "main.ts"), ...OWN_MODULES.map((name) => join(source, `${name}.ts`))],
      root: source,
      target: "bun",
      minify: { syntax: true, whitespace: true },
      define: { FIELDCAST_COMMIT: JSON.stringify(commit()), "process.env.NODE_ENV": '"production"' },
      plugins: [insteadOf(files)],
      compile: {
        target: TARGETS[machine].target,
        outfile: out,
        autoloadDotenv: false,
        autoloadBunfig: false,
        ...(runtime.file !== undefined && { executablePath: runtime.file }),
      },
    });
    if (!success) throw new Error(logs.join("\n"));
  } finally {
    runtime.done();
  }
  chmodSync(out, 0o755);
  return out;
}

function machineOf(system: string, arch: string): Machine {
  const name = `${system}-${arch}`;
  if (name in TARGETS) return name as Machine; // just looked up
  throw new Error(`there is no executable for ${name}: ${Object.keys(TARGETS).join(", ")}`);
}

/** The commit that is built, marked when files are changed; a folder without git has none. */
function commit(): string {
  const git = (...args: string[]) => Bun.spawnSync(["git", ...args], { cwd: root, stderr: "ignore" });
  const head = git("rev-parse", "--short=10", "HEAD");
  if (head.exitCode !== 0) return "unknown";
  const changed = git("status", "--porcelain", "--untracked-files=no").stdout.length > 0;
  return `${head.stdout.toString().trim()}${changed ? "-changed" : ""}`;
}

/** Modules that read the clone's files are replaced by what they found. */
function insteadOf(files: ReadonlyMap<string, string>): Bun.BunPlugin {
  const names = [...files.keys()].sort();
  const imports = names.map((name, n) => `import f${n} from ${JSON.stringify(files.get(name))} with { type: "file" };`);
  const entries = names.map((name, n) => `[${JSON.stringify(name)}, f${n}]`);
  const found = `${imports.join("\n")}\nconst FILES = new Map([${entries.join(",")}]);\nexport const consoleFiles = () => FILES;`;
  const licences = `export const licenceTexts = () => ${JSON.stringify(licenceTexts())};`;
  return {
    name: "what the clone has",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/]app[\\/]console-files\.ts$/ }, () => ({ contents: found, loader: "js" }));
      build.onLoad({ filter: /[\\/]src[\\/]cli[\\/]licences[\\/]texts\.ts$/ }, () => ({
        contents: licences,
        loader: "js",
      }));
    },
  };
}

/** Bun's file for a machine that is not of this kind, from npm and checked against package-lock.json. */
async function runtimeFor(machine: Machine): Promise<{ file?: string; done(): void }> {
  if (machine === `${process.platform}-${process.arch}`) return { done() {} };
  const name = `@oven/${TARGETS[machine].npm}`;
  const locked = (packageLock.packages as Record<string, { integrity?: string; version?: string }>)[
    `node_modules/${name}`
  ];
  if (locked?.integrity === undefined) throw new Error(`package-lock.json has no ${name}`);
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-runtime-"));
  const done = () => rmSync(folder, { recursive: true, force: true });
  const packed = Bun.spawnSync(["npm", "pack", "--silent", `${name}@${locked.version}`], {
    cwd: folder,
    stderr: "pipe",
  });
  const archive = join(folder, packed.stdout.toString().trim());
  if (packed.exitCode !== 0 || !existsSync(archive)) {
    done();
    throw new Error(`npm pack ${name}: ${packed.stderr}`);
  }
  const sum = new Bun.CryptoHasher("sha512").update(await Bun.file(archive).arrayBuffer()).digest("base64");
  if (`sha512-${sum}` !== locked.integrity) {
    done();
    throw new Error(`${name} is not what package-lock.json names`);
  }
  Bun.spawnSync(["tar", "-xzf", archive, "-C", folder]);
  return { file: join(folder, "package", "bin", "bun"), done };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { system: { type: "string" }, arch: { type: "string" }, out: { type: "string" } },
  });
  const started = performance.now();
  const file = await buildExecutable(values);
  const size = (statSync(file).size / 1e6).toFixed(1);
  console.log(
    `${relative(process.cwd(), file)}: fieldcast ${packageJson.version}, ${size} MB, built in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
}
