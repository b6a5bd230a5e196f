import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTarHeader, tarHeader } from "./tar.ts";

test.each([0, 1, 511, 512, 8 ** 11 - 1, 8 ** 11, 40 * 1024 ** 3])("a header tells a size of %d bytes", (size) => {
  const folder = mkdtempSync(join(tmpdir(), "fieldcast-tar-"));
  const path = join(folder, "a.tar");
  writeFileSync(path, tarHeader({ name: "data.db", size, mtime: 1_700_000_000 }));
  const fd = openSync(path, "r");
  expect(readTarHeader(fd, 0)).toEqual({ name: "data.db", size, mtime: 1_700_000_000 });
  expect(() => readTarHeader(fd, 100)).toThrow("ends too early");
  closeSync(fd);
  rmSync(folder, { recursive: true });
});
