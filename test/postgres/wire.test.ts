import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { countOf } from "../run/count.ts";
import { have } from "../run/have.ts";
import { OF_FOLDERS } from "../run/of-folders.ts";

const root = join(import.meta.dir, "..", "..");

describe.skipIf(!have("postgresql"))("tests of servers over PostgreSQL (npm run test:postgres)", () => {
  test("a short part: storage that fails, retained messages, what is acknowledged", async () => {
    const files = ["06-storage", "11-free-topics", "21-publish"].map((name) => `./test/wire/${name}.test.ts`);
    const child = Bun.spawn([process.execPath, "test", "--timeout=60000", ...files], {
      cwd: root,
      env: { ...process.env, FIELDCAST_TEST_STORE: "postgres" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      timeout: 110_000,
    });
    const [text, code] = await Promise.all([child.stderr.text(), child.exited]);
    const count = countOf(text, code);
    if (count.failed > 0) throw new Error(text);
    expect(count.passed).toBeGreaterThan(20);
    expect(count.skipped).toBe(0);
  }, 120_000);
});

test("what is left out for PostgreSQL is there", () => {
  expect(Object.keys(OF_FOLDERS).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
