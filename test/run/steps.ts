import { type Count, countOf } from "./count.ts";

/** One line of the summary. */
export interface Step {
  readonly name: string;
  readonly count: Count;
  readonly seconds: number;
}

export interface Way {
  /** Files that run at the same time, in processes that take one after the other; 1: all in one process, one after the other. */
  readonly workers: number;
  /** JSON files of what each test file took; the first is written, and the slowest of them begin. */
  readonly timings: readonly string[];
  /** Whether failures are shown as they come, or all output at the end (where another run shows its own). */
  readonly shown: "at once" | "at the end";
  /** More variables for the tests. */
  readonly env: Readonly<Record<string, string>>;
}

/** A test may wait for real programs; nobody waits longer for one that hangs. */
const TEST_LIMIT_MS = 120_000;
/** And nobody waits for ever for a run whose process itself hangs. */
const RUN_LIMIT_MS = 45 * 60_000;

/** A checker that is content or not; its output is shown when it is not. */
export async function check(name: string, command: readonly string[], cwd: string): Promise<Step> {
  const begin = performance.now();
  const child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) process.stderr.write(`\n${name} (${command.slice(1).join(" ")}):\n${out}${err}\n`);
  return step(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }, begin);
}

/** Runs test files with `bun test`. What a file says stands together under its name, however many run at the same time. */
export async function runTests(name: string, files: readonly string[], cwd: string, way: Way): Promise<Step> {
  const begin = performance.now();
  const flags = ["--only-failures", "--no-orphans", `--timeout=${TEST_LIMIT_MS}`, "--update-timings"];
  flags.push(...way.timings.map((path) => `--timings=${path}`));
  // who works through many files has one browser and one copy of the modules for all of them
  if (way.workers > 1) flags.push(`--parallel=${way.workers}`, "--no-isolate");
  const child = Bun.spawn([process.execPath, "test", ...flags, ...files.map((file) => `./${file}`)], {
    cwd,
    env: { ...process.env, ...(process.stderr.isTTY ? { FORCE_COLOR: "1" } : {}), ...way.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: RUN_LIMIT_MS,
  });
  let output = "";
  let counted = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, counts: boolean) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      if (way.shown === "at once") process.stderr.write(text);
      else output += text;
      if (counts) counted += text;
    }
  };
  await Promise.all([read(child.stdout, false), read(child.stderr, true)]);
  const code = await child.exited;
  process.stderr.write(output);
  if (child.signalCode !== null) process.stderr.write(`${name}: the tests were ended by ${child.signalCode}\n`);
  return step(name, countOf(counted, code), begin);
}

function step(name: string, count: Count, begin: number): Step {
  return { name, count, seconds: (performance.now() - begin) / 1000 };
}
