/** `npm run bench:start`: how long a start takes, and how large what starts is: of a clone, and of the one executable. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../machine.ts";
import { runProgram, say, scratchFolder } from "../program.ts";
import { median, print } from "../table.ts";

const root = join(import.meta.dir, "..", "..");
const ROWS = [
  {
    key: "size",
    label: "on the disk: the executable; the packages that running a clone needs, and the console",
    unit: "bytes",
  },
  { key: "version", label: "`fieldcast --version`", unit: "ms" },
  { key: "first", label: "first start, until ready: makes the folder, an owner, certificates", unit: "ms" },
  { key: "next", label: "next start, until ready", unit: "ms" },
  { key: "killed", label: "start after SIGKILL, until ready", unit: "ms" },
  { key: "memory", label: "memory when it is ready", unit: "bytes" },
] as const;
type Figures = { [key in (typeof ROWS)[number]["key"]]: number };

const HELP = `npm run bench:start -- [flags]

  --runs N           starts of each, in turn, of which the table shows the median, the least and the most (7)
  --executable FILE  one that is built already (it is built otherwise)
  --folder DIR       where data folders are while it runs (.cache/bench); should be a real disk`;

/** What can be started: by its name, the command, and what it takes of the disk. */
interface Subject {
  readonly name: string;
  readonly command: readonly string[];
  readonly size: number;
}

interface Options {
  readonly runs: number;
  readonly executable: string | undefined;
  readonly folder: string;
}
/** Reads the command line; undefined when help was asked for. @throws Error with one line on a wrong flag */
export function parseOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: "string", default: "7" },
      executable: { type: "string" },
      folder: { type: "string", default: ".cache/bench" },
      help: { type: "boolean", default: false, short: "h" },
    },
  });
  if (values.help) return undefined;
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs: ${values.runs} is not a whole number above zero`);
  return { runs, executable: values.executable, folder: values.folder };
}

/** The table: a row for each figure, a column for each subject. */
export function startTable(figures: ReadonlyMap<string, readonly Figures[]>): string {
  const cell = (all: readonly number[], unit: "ms" | "bytes") => {
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const span = least === most ? "" : ` (${print(least, unit)} to ${print(most, unit)})`;
    return `${print(median(all), unit)}${span}`;
  };
  const rows = ROWS.map(({ key, label, unit }) => {
    const cells = [...figures.values()].map((runs) =>
      cell(
        runs.map((run) => run[key]),
        unit,
      ),
    );
    return `| ${label} | ${cells.join(" | ")} |`;
  });
  return [`| | ${[...figures.keys()].join(" | ")} |`, `|---${"|---:".repeat(figures.size)}|`, ...rows].join("\n");
}

/** Bytes of the files below a folder. */
function bytesBelow(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return files.reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0);
}
/** Bytes of the packages without those of development: of those that package-lock.json does not mark so. */
async function packageBytes(): Promise<number> {
  const { packages } = (await Bun.file(join(root, "package-lock.json")).json()) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  const own = Object.entries(packages).filter(([path, { dev }]) => path.startsWith("node_modules/") && dev !== true);
  const top = own
    .filter(([path]) => !path.slice("node_modules/".length).includes("node_modules/"))
    .map(([path]) => join(root, path));
  const there = top.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
  return there.reduce((sum, path) => sum + bytesBelow(path), 0) + bytesBelow(join(root, "console", "dist"));
}

/** Starts it and waits for its line. @returns milliseconds until it is ready, and the process */
async function started(command: readonly string[], data: string) {
  const ports = ["mqtt", "http", "mqtts", "https", "wss"].flatMap((name) => [`--${name}`, "127.0.0.1:0"]);
  const begun = performance.now();
  const child = Bun.spawn([...command, "serve", "--data", data, ...ports], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let text = "";
  for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (/^ready/m.test(text)) return { child, ms: performance.now() - begun };
  }
  throw new Error(`it did not start: ${text}${await child.stderr.text()}`);
}
/** Resident memory of a process and those it started, bytes. */
function residentBytes(pid: number): number {
  const listed = Bun.spawnSync(["ps", "-eo", "pid=,ppid=,rss="]).stdout.toString().trim().split("\n");
  const all = listed.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (of: number): number =>
    all.reduce(
      (sum, [own = 0, parent, kib = 0]) => sum + (own === of ? kib * 1024 : parent === of ? below(own) : 0),
      0,
    );
  return below(pid);
}

async function measure({ command, size }: Subject, folder: string): Promise<Figures> {
  const data = join(mkdtempSync(join(folder, "start-")), "data");
  try {
    const asked = performance.now();
    Bun.spawnSync([...command, "--version"], { cwd: root });
    const version = performance.now() - asked;
    const first = await started(command, data);
    first.child.kill("SIGTERM");
    await first.child.exited;
    const next = await started(command, data);
    const memory = residentBytes(next.child.pid);
    next.child.kill("SIGKILL");
    await next.child.exited;
    // a launcher that is killed takes its server along, which stops in good order: what holds the folder is waited for
    const killed = await again(() => started(command, data));
    killed.child.kill("SIGTERM");
    await killed.child.exited;
    return { size, version, first: first.ms, next: next.ms, killed: killed.ms, memory };
  } finally {
    rmSync(join(data, ".."), { recursive: true, force: true });
  }
}
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++)
    try {
      return await work();
    } catch (error) {
      if (tried === 20) throw error;
      await Bun.sleep(100);
    }
}

/** Builds the executable. @returns the file */
function built(file: string): string {
  const build = [process.execPath, join(root, "packaging", "executable.ts"), "--out", file];
  const { exitCode, stderr } = Bun.spawnSync(build, { stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`the executable cannot be built: ${stderr}`);
  return file;
}

async function main(options: Options): Promise<boolean> {
  const folder = scratchFolder(options.folder, "start-");
  // what a clone does once, before its first start
  if (Bun.spawnSync(["node", join(root, "bin", "build"), "--console"]).exitCode !== 0)
    throw new Error("the console cannot be built");
  const file = options.executable ?? built(join(folder, "fieldcast"));
  const subjects: readonly Subject[] = [
    { name: "executable", command: [file], size: statSync(file).size },
    { name: "clone", command: ["node", join(root, "bin", "fieldcast")], size: await packageBytes() },
  ];
  const figures = new Map<string, Figures[]>(subjects.map(({ name }) => [name, []]));
  for (let run = 1; run <= options.runs; run++)
    for (const subject of subjects) {
      const one = await measure(subject, folder);
      figures.get(subject.name)?.push(one);
      say(`run ${run} of ${options.runs}, ${subject.name}: ready in ${print(one.next, "ms")}`);
    }
  const { cpu, cores, kernel, bun, fdatasyncMs } = describeMachine(folder);
  const about = `${cores} × ${cpu}, ${kernel}, Bun ${bun}; writing 4 KiB and fdatasync take ${fdatasyncMs.toFixed(2)} ms.`;
  process.stdout.write(`\n${about} Median of ${options.runs} in turn (least to most).\n\n${startTable(figures)}\n`);
  return true;
}

if (import.meta.main) await runProgram(parseOptions, HELP, main, "Not every start was measured; see above.");
