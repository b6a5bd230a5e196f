/** `npm test [-- --fast] [-- PATH …]`: type check, lint, and every test; see HELP. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { add, isGood, lastLine, NONE } from "./count.ts";
import { isCI, type Part } from "./have.ts";
import { OF_FOLDERS } from "./of-folders.ts";
import { ensureParts } from "./parts.ts";
import { check, runTests, type Step, type Way } from "./steps.ts";
import { overPostgres } from "./server.ts";
import { Timings } from "./timings.ts";

const HELP = `npm test                 type check, lint, every test
npm test -- --fast       type check, lint, and the tests in src and console (no real programs)
npm test -- PATH ...     only the test files whose path contains one of these words
npm test -- --timings    also writes what each file took to test/run/timings.json: the slowest begin

FIELDCAST_TEST_INSTALL=0  installs nothing with apt-get
FIELDCAST_TEST_STORE=postgres  servers of tests have their data in PostgreSQL (npm run test:postgres); cluster: and as nodes
CI=true                   nothing may be skipped
`;

/**
 * Files of tests with real programs that run at the same time, beside the step that computes: one more than cores starves browsers and servers
 * until what waits for them gives up.
 */
const WORKERS = Math.min(Math.max(availableParallelism(), 2), 6);
const root = join(import.meta.dir, "..", "..");
const say = (line: string) => process.stderr.write(`${line}\n`);

function testFiles(folder: string, words: readonly string[]): readonly string[] {
  return [...new Bun.Glob(`${folder}/**/*.test.ts`).scanSync({ cwd: root })]
    .filter((path) => !path.includes("node_modules"))
    .filter((path) => !overPostgres() || OF_FOLDERS[path] === undefined)
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word.replace(/^\.\//, ""))))
    .sort();
}

/** What goes untested without these parts: the files that ask for them. */
function saySkipped(missing: readonly Part[], files: readonly string[]): void {
  for (const part of missing) {
    const asking = files.filter((file) => readFileSync(join(root, file), "utf8").includes(`have("${part}")`));
    if (asking.length > 0) say(`  without ${part}, tests are skipped in: ${asking.join(", ")}`);
  }
}

/** Where every test makes its folders; what a failed one leaves goes with it. Open to all, as it is to them where it lies: servers give up root. */
function runFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-"));
  chmodSync(folder, 0o1777);
  return folder;
}

async function checks(): Promise<readonly Step[]> {
  const bin = (name: string) => join(root, "node_modules", ".bin", name);
  return Promise.all([
    check("type check", [bin("tsc"), "--project", "."], root),
    check("console", [bin("tsc"), "--project", "console"], root),
    check("lint", [bin("biome"), "check", "--error-on-warnings", "--max-diagnostics=100", "."], root),
  ]);
}

/** What computes (the checks, then the tests in src) beside what mostly waits (the tests with real programs): together they keep every core at work. */
async function run(
  fast: boolean,
  words: readonly string[],
  timings: Timings,
  env: Way["env"],
): Promise<readonly Step[]> {
  const unit = [...testFiles("src", words), ...testFiles("console", words)];
  const real = fast ? [] : [...testFiles("test", words), ...testFiles("bench", words)];
  if (unit.length + real.length === 0) say(`No test file has a path with ${words.join(" or ")}.`);
  if (real.length > 0) saySkipped(ensureParts(say), real);
  const ways = { env, shown: real.length > 0 ? "at the end" : "at once" } as const;
  const computing = async () => [
    ...(words.length === 0 ? await checks() : []),
    ...(unit.length > 0
      ? [
          await runTests("src", unit, root, {
            ...ways,
            workers: real.length > 0 ? 1 : availableParallelism(),
            timings: timings.of("src"),
          }),
        ]
      : []),
  ];
  const waiting = async () =>
    real.length > 0
      ? [await runTests("test", real, root, { env, shown: "at once", workers: WORKERS, timings: timings.of("test") })]
      : [];
  const steps = (await Promise.all([computing(), waiting()])).flat();
  for (const line of timings.slowest([...unit, ...real])) say(line);
  return steps;
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg.startsWith("-") && !["--fast", "--help", "--timings"].includes(arg));
if (args.includes("--help") || unknown !== undefined) {
  process.stdout.write(unknown === undefined ? HELP : `npm test: there is no flag ${unknown}\n\n${HELP}`);
  process.exit(unknown === undefined ? 0 : 2);
}
const words = args.filter((arg) => !arg.startsWith("-"));
const timings = new Timings(root);
const folder = runFolder();
const steps = await run(args.includes("--fast"), words, timings, { TMPDIR: folder }).finally(() =>
  rmSync(folder, { recursive: true, force: true }),
);
if (args.includes("--timings")) timings.keep((file) => existsSync(join(root, file)));
const total = steps.map((step) => step.count).reduce(add, NONE);
const good = isGood(total, isCI());
say("");
for (const { name, count, seconds } of steps) {
  const mark = count.failed > 0 ? "FAILED" : "ok";
  say(`${name.padEnd(12)}${mark.padEnd(8)}${lastLine(count).padEnd(40)}${seconds.toFixed(1)} s`);
}
if (isCI() && total.skipped > 0) say("With CI=true no test may be skipped.");
process.stdout.write(`${lastLine(total)}\n`);
process.exit(good ? 0 : 1);
