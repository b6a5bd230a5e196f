import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchFiles } from "./watch.ts";

const root = mkdtempSync(join(tmpdir(), "fieldcast-watch-"));
afterAll(() => rmSync(root, { recursive: true }));

const ONLY_TOLD = { settle: 5, poll: 3_600_000 };
const ONLY_LOOKED = { settle: 3_600_000, poll: 5 };

function setUp(timing: { settle: number; poll: number }) {
  const dir = mkdtempSync(join(root, "t"));
  const file = join(dir, "cert.pem");
  writeFileSync(file, "one");
  let calls = 0;
  let wake = () => {};
  const stop = watchFiles(
    [file, join(dir, "key.pem")],
    () => {
      calls++;
      wake();
    },
    timing,
  );
  const changed = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return { dir, file, stop, changed, calls: () => calls };
}

describe.each([
  ["told by the system", ONLY_TOLD],
  ["by looking now and then", ONLY_LOOKED],
])("%s", (_, timing) => {
  test.each<[string, (dir: string, file: string) => void]>([
    ["written", (_dir, file) => writeFileSync(file, "two!")],
    [
      "replaced",
      (dir, file) => {
        writeFileSync(join(dir, "new"), "two");
        renameSync(join(dir, "new"), file);
      },
    ],
    ["removed", (_dir, file) => rmSync(file)],
    ["added", (dir) => writeFileSync(join(dir, "key.pem"), "key")],
  ])("a file that is %s", async (_, change) => {
    const it = setUp(timing);
    const changed = it.changed();
    change(it.dir, it.file);
    await changed;
    it.stop();
    expect(it.calls()).toBe(1);
  });
});

test("other files in the folder are no change, and several changes at once are one", async () => {
  const it = setUp(ONLY_TOLD);
  const changed = it.changed();
  writeFileSync(join(it.dir, "other"), "x");
  writeFileSync(it.file, "three");
  writeFileSync(join(it.dir, "key.pem"), "key");
  await changed;
  it.stop();
  expect(it.calls()).toBe(1);
});

test("a link that is switched to another folder is a change", async () => {
  const dir = mkdtempSync(join(root, "t"));
  for (const name of ["a", "b"]) {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, "cert.pem"), name);
  }
  symlinkSync("a", join(dir, "now"));
  const changed = new Promise<void>((resolve) => {
    const stop = watchFiles(
      [join(dir, "now", "cert.pem")],
      () => {
        stop();
        resolve();
      },
      ONLY_LOOKED,
    );
  });
  rmSync(join(dir, "now"));
  symlinkSync("b", join(dir, "now"));
  await changed;
});

test("a folder that does not exist yet is looked for", async () => {
  const dir = join(mkdtempSync(join(root, "t")), "later");
  const changed = new Promise<void>((resolve) => {
    const stop = watchFiles(
      [join(dir, "cert.pem")],
      () => {
        stop();
        resolve();
      },
      ONLY_LOOKED,
    );
  });
  mkdirSync(dir);
  writeFileSync(join(dir, "cert.pem"), "x");
  await changed;
});
