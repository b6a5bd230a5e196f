/** `npm test [-- --fast] [-- PATH …]`: type check, lint, and every test; see HELP. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { add, isGood, lastLine, NONE } from "./count.ts";
import { isCI, type Part } from "./have.ts";
import { ensureParts } from "./parts.ts";
import { check, runTests, type Step } from "./steps.ts";

const HELP = `npm test                 type check, lint, every test
npm test -- --fast       type check, lint, and the tests in src and console (no real programs)
npm test -- PATH ...     only the test files whose path contains one of these words

FIELDCAST_TEST_INSTALL=0  installs nothing with apt-get
CI=true                   nothing may be skipped
`;

const root = join(import.meta.dir, "..", "..");
const say = (line: string) => process.stderr.write(`${line}\n`);

function testFiles(folder: string, words: readonly string[]): readonly string[] {
  return [...new Bun.Glob(`${folder}/**/*.test.ts`).scanSync({ cwd: root })]
    .filter((path) => !path.includes("node_modules"))
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

async function run(fast: boolean, words: readonly string[]): Promise<readonly Step[]> {
  const unit = [...testFiles("src", words), ...testFiles("console", words)];
  const real = fast ? [] : [...testFiles("test", words), ...testFiles("bench", words)];
  const steps: Step[] = [];
  if (words.length === 0) {
    const bin = (name: string) => join(root, "node_modules", ".bin", name);
    const checks = [
      check("type check", [bin("tsc"), "--project", "."], root),
      check("console", [bin("tsc"), "--project", "console"], root),
      check("lint", [bin("biome"), "check", "--error-on-warnings", "--max-diagnostics=100", "."], root),
    ];
    steps.push(...(await Promise.all(checks)));
  }
  if (unit.length > 0) steps.push(await runTests("src", unit, root));
  if (real.length > 0) {
    saySkipped(ensureParts(say), real);
    steps.push(await runTests("test", real, root));
  }
  if (unit.length + real.length === 0) say(`No test file has a path with ${words.join(" or ")}.`);
  return steps;
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => arg.startsWith("-") && arg !== "--fast" && arg !== "--help");
if (args.includes("--help") || unknown !== undefined) {
  process.stdout.write(unknown === undefined ? HELP : `npm test: there is no flag ${unknown}\n\n${HELP}`);
  process.exit(unknown === undefined ? 0 : 2);
}
const steps = await run(
  args.includes("--fast"),
  args.filter((arg) => !arg.startsWith("-")),
);
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
