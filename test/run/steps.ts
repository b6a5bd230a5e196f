import { type Count, countOf } from "./count.ts";

/** One line of the summary. */
export interface Step {
  readonly name: string;
  readonly count: Count;
  readonly seconds: number;
}

/** A test may wait for real programs; nobody waits longer for one that hangs. */
const TEST_LIMIT_MS = 60_000;
/** And nobody waits for ever for a run whose process itself hangs. */
const RUN_LIMIT_MS = 20 * 60_000;

/** A checker that is content or not; its output is shown when it is not. */
export async function check(name: string, command: readonly string[], cwd: string): Promise<Step> {
  const begin = performance.now();
  const child = Bun.spawn([...command], { cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) process.stderr.write(`\n${name} (${command.slice(1).join(" ")}):\n${out}${err}\n`);
  return step(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }, begin);
}

/** Runs test files in one Bun process, one after the other; failures are shown as they come. */
export async function runTests(name: string, files: readonly string[], cwd: string): Promise<Step> {
  const begin = performance.now();
  const flags = ["--only-failures", "--no-orphans", `--timeout=${TEST_LIMIT_MS}`];
  const env = { ...process.env, ...(process.stderr.isTTY ? { FORCE_COLOR: "1" } : {}) };
  const command = [process.execPath, "test", ...flags, ...files.map((file) => `./${file}`)];
  const child = Bun.spawn(command, {
    cwd,
    env,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "pipe",
    timeout: RUN_LIMIT_MS,
  });
  let output = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    process.stderr.write(text);
    output += text;
  }
  const code = await child.exited;
  if (child.signalCode !== null) process.stderr.write(`${name}: the tests were ended by ${child.signalCode}\n`);
  return step(name, countOf(output, code), begin);
}

function step(name: string, count: Count, begin: number): Step {
  return { name, count, seconds: (performance.now() - begin) / 1000 };
}
