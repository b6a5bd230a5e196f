import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countOf, isGood, lastLine } from "./count.ts";
import { program } from "./have.ts";

const folder = mkdtempSync(join(tmpdir(), "fieldcast-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs one test file of this text as the runner does; its output stays out of ours. */
function countRun(name: string, text: string) {
  writeFileSync(join(folder, `${name}.test.ts`), `import { describe, expect, test } from "bun:test";\n${text}`);
  const run = Bun.spawnSync([process.execPath, "test", "--only-failures", `./${name}.test.ts`], { cwd: folder });
  return countOf(run.stderr.toString(), run.exitCode);
}

describe("a run of bun test is counted", () => {
  test.each([
    ["all", "test('a', () => {}); describe('d', () => { test('b', () => {}); });", "2 passed, 0 failed, 0 skipped"],
    ["one", "test('a', () => { expect(1).toBe(2); }); test('b', () => {});", "1 passed, 1 failed, 0 skipped"],
    ["none", "test.skip('a', () => {}); test.todo('b');", "0 passed, 0 failed, 2 skipped"],
    ["load", "throw new Error('x');", "0 passed, 1 failed, 0 skipped"],
    ["exit", "test('a', () => { process.exit(0); });", "0 passed, 1 failed, 0 skipped"],
    ["late", "test('a', () => {}); describe('d', () => { throw new Error('x'); });", "1 passed, 1 failed, 0 skipped"],
  ])("%s", (name, text, wanted) => {
    expect(lastLine(countRun(name, text))).toBe(wanted);
  });

  test("colours do not hide the counts", () => {
    expect(countOf("\u001b[32m 3 pass\u001b[0m\n 0 fail\nRan 3 tests across 1 file. [1ms]\n", 0).passed).toBe(3);
  });

  test("an end by a signal is a failure", () => {
    expect(countOf(" 3 pass\n 0 fail\nRan 3 tests across 1 file. [1ms]\n", null).failed).toBe(1);
  });
});

test.each([
  [{ passed: 1, failed: 0, skipped: 0 }, true, true],
  [{ passed: 1, failed: 0, skipped: 1 }, false, true],
  [{ passed: 1, failed: 0, skipped: 1 }, true, false],
  [{ passed: 1, failed: 1, skipped: 0 }, false, false],
  [{ passed: 0, failed: 0, skipped: 0 }, false, false],
])("%p with CI=%p is good: %p", (count, ci, wanted) => {
  expect(isGood(count, ci)).toBe(wanted);
});

test("programs are found, and what does not exist is not", () => {
  expect(program("sh")).toEndWith("/sh");
  expect(program("no-such-program-anywhere")).toBeNull();
});
