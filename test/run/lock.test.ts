import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "fieldcast-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Takes the lock, says so, holds it for a moment, says so. */
const HOLDER = `
import { appendFileSync } from "node:fs";
import { lock } from ${JSON.stringify(join(import.meta.dir, "lock.ts"))};
const [file, log, end] = process.argv.slice(2);
const free = lock(file);
appendFileSync(log, "begin\\n");
Bun.sleepSync(30);
if (end === "dies") process.kill(process.pid, "SIGKILL");
appendFileSync(log, "end\\n");
free();
`;

test("processes have a lock one after the other, also after one that died with it, and leave nothing", async () => {
  const program = join(folder, "holder.ts");
  writeFileSync(program, HOLDER);
  const file = join(folder, "lock");
  const log = join(folder, "log");
  const hold = (...more: string[]) => Bun.spawn([process.execPath, program, file, log, ...more], { stderr: "pipe" });
  await hold("dies").exited;
  expect(existsSync(file)).toBe(true);
  const codes = await Promise.all([hold(), hold(), hold()].map((child) => child.exited));
  expect(codes).toEqual([0, 0, 0]);
  expect(readFileSync(log, "utf8")).toBe(`begin\n${"begin\nend\n".repeat(3)}`);
  expect(readdirSync(folder).sort()).toEqual(["holder.ts", "log"]);
});
