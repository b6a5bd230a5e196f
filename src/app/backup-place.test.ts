import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BackupPlace, MARK, MEMORY } from "./backup-place.ts";

let root: string;
let data: string;
/** A mount point, and the folder on its disk. */
let mount: string;
let dir: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fieldcast-place-"));
  data = join(root, "data");
  mount = join(root, "mnt");
  dir = join(mount, "backups");
  mkdirSync(data);
  mkdirSync(mount);
});
afterEach(() => rmSync(root, { recursive: true }));

/** What is beneath the mount point shows. */
function unmount(): void {
  renameSync(mount, join(root, "disk"));
  mkdirSync(mount);
}
function mountAgain(): void {
  rmSync(mount, { recursive: true });
  renameSync(join(root, "disk"), mount);
}
const ready = (where = dir) => new BackupPlace(data).ready(where); // each like a start of its own

describe("the folder of backups", () => {
  test("is made and marked the first time, and known again after it", () => {
    ready();
    const mark = readFileSync(join(dir, MARK), "utf8");
    expect(mark).toMatch(/^[0-9a-f]{32}\n$/);
    ready();
    expect(readFileSync(join(dir, MARK), "utf8")).toBe(mark);
  });

  test("is refused while its disk is not mounted, and nothing is written beneath; afterwards all is well", () => {
    ready();
    unmount();
    expect(() => ready()).toThrow(
      /is not the folder in which backups were made before: .* is missing\. Nothing was written\. Is its disk mounted/,
    );
    expect(readdirSync(mount)).toEqual([]);
    mountAgain();
    ready();
  });

  test("is refused when another disk is mounted there", () => {
    ready();
    unmount();
    mkdirSync(dir);
    writeFileSync(join(dir, MARK), "0".repeat(32));
    expect(() => ready()).toThrow(/is another one/);
  });

  test("may be a new disk when the memory is removed, as the refusal says", () => {
    ready();
    unmount();
    let told = "";
    try {
      ready();
    } catch (error) {
      told = String(error);
    }
    expect(told).toContain(`remove ${join(data, MEMORY)}.`);
    rmSync(join(data, MEMORY));
    ready();
    expect(existsSync(join(dir, MARK))).toBe(true);
  });

  test("may be another one when the setting says so; two servers may share one", () => {
    ready();
    const other = join(mount, "other");
    ready(other);
    expect(existsSync(join(other, MARK))).toBe(true);
    const mark = readFileSync(join(other, MARK), "utf8");
    const second = join(root, "second");
    mkdirSync(second);
    new BackupPlace(second).ready(other);
    ready(other);
    expect(readFileSync(join(other, MARK), "utf8")).toBe(mark);
  });

  test("is not refused because of a memory that nobody can read", () => {
    writeFileSync(join(data, MEMORY), "{");
    ready();
    ready();
  });
});
