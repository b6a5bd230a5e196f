import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../../base/errors.ts";
import { acquireLock, holderOf } from "./lock.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-lock-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = () => mkdtempSync(join(root, "d"));

test("one at a time in a process, and again after the release", () => {
  const dir = folder();
  const first = acquireLock(dir);
  expect(first).not.toBeNull();
  expect(acquireLock(dir)).toBeNull();
  first?.release();
  first?.release();
  const second = acquireLock(dir);
  expect(second).not.toBeNull();
  second?.release();
});

test("a second try in the process does not loosen the lock for others", async () => {
  const dir = folder();
  const first = acquireLock(dir);
  expect(acquireLock(dir)).toBeNull();
  const program = `
    const { acquireLock } = await import(${JSON.stringify(join(import.meta.dir, "lock.ts"))});
    console.log(acquireLock(${JSON.stringify(dir)}) === null ? "not mine" : "mine");
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
  expect(await new Response(child.stdout).text()).toBe("not mine\n");
  first?.release();
});

test("who holds it is said, until it is released", () => {
  const dir = folder();
  expect(holderOf(dir)).toBe("");
  const lock = acquireLock(dir);
  expect(holderOf(dir)).toStartWith(` (process ${process.pid}`);
  lock?.release();
  expect(holderOf(dir)).toBe("");
  writeFileSync(join(dir, "lock.json"), '{"pid":7,"host":"a\\u001b[2Jb","command":"serve"}');
  expect(holderOf(dir)).toBe(' (process 7 on a??2Jb, "fieldcast serve")');
});

test("only the owner may read it, whatever its mode was", () => {
  const dir = folder();
  writeFileSync(join(dir, "lock"), "");
  chmodSync(join(dir, "lock"), 0o644);
  const lock = acquireLock(dir);
  expect(statSync(join(dir, "lock")).mode & 0o777).toBe(0o600);
  lock?.release();
});

test("another process holds it until it dies, however it dies", async () => {
  const dir = folder();
  const program = `
    const { acquireLock } = await import(${JSON.stringify(join(import.meta.dir, "lock.ts"))});
    globalThis.kept = acquireLock(${JSON.stringify(dir)});
    console.log(globalThis.kept === null ? "not mine" : "mine");
    process.stdin.on("data", () => {});
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("mine\n");
  expect(acquireLock(dir)).toBeNull();
  child.kill("SIGKILL");
  await child.exited;
  const mine = acquireLock(dir);
  expect(mine).not.toBeNull();
  mine?.release();
});

test("a folder that is not there is refused with its name", () => {
  const dir = join(root, "absent");
  expect(() => acquireLock(dir)).toThrow(Refusal);
  expect(() => acquireLock(dir)).toThrow(dir);
});
