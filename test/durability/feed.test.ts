import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkFolder } from "../../src/store/sqlite/check/check.ts";
import { Work } from "../../src/store/work.ts";

const PROGRAM = join(import.meta.dir, "feed.fixture.ts");

/** Runs the program until it has said so many lines with a word; then it is killed, or ended by itself. Returns what it said. */
async function run(folder: string, lines: number, mode = ""): Promise<string[]> {
  const child = Bun.spawn([process.execPath, PROGRAM, folder, mode], { stdout: "pipe", stderr: "inherit" });
  const text = new TextDecoder();
  let said = "";
  for await (const part of child.stdout) {
    said += text.decode(part, { stream: true });
    if (said.split("handled").length > lines) child.kill("SIGKILL");
  }
  await child.exited;
  return said.slice(0, said.lastIndexOf("\n")).split("\n");
}
const numbersOf = (said: readonly string[], word: string): number[][] =>
  said.filter((line) => line.startsWith(`${word} `)).map((line) => line.split(" ").slice(1).map(Number));

test("a consumer on real files, killed again and again: every row in order, none skipped, while the log is trimmed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fieldcast-feed-"));
  try {
    const handled = new Set<number>();
    let reached = 0;
    let promised = 0;
    let repeated = 0;
    const read = (said: readonly string[]): void => {
      expect([numbersOf(said, "gap"), numbersOf(said, "jump")]).toEqual([[], []]);
      let last: number | null = null;
      for (const [from = 0, to = 0] of numbersOf(said, "handled")) {
        // a new life begins behind something that was handled; then each piece is where the one before ended
        if (last === null) repeated += Math.max(0, reached + 1 - from);
        expect(last === null ? from <= reached + 1 : from === last + 1).toBe(true);
        for (let seq = from; seq <= to; seq++) handled.add(seq);
        last = to;
      }
      reached = Math.max(reached, last ?? 0);
      promised = Math.max(promised, ...numbersOf(said, "promised").map(([seq = 0]) => seq));
    };
    for (const lines of [3, 40, 90, 1, 60]) read(await run(folder, lines));
    const end = await run(folder, Number.POSITIVE_INFINITY, "drain");
    read(end);
    const [[newest = 0] = []] = numbersOf(end, "newest");
    expect(newest).toBeGreaterThanOrEqual(promised);
    expect(promised).toBeGreaterThan(500);
    expect([handled.size, reached]).toEqual([newest, newest]);
    expect(repeated).toBeGreaterThan(0);
    const report = await checkFolder(folder, new Work());
    expect(report.damage).toEqual(["fleet.db: it is missing"]);
    // the log did not grow with what came
    expect(report.looked.logRows).toBeLessThan(newest);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
