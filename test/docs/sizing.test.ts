import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** docs/postgresql.md "Sizing" is arithmetic: its rows follow from what stands above them. */

const page = readFileSync(join(import.meta.dir, "..", "..", "docs", "postgresql.md"), "utf8");
const rows = page
  .slice(page.indexOf("## Sizing"))
  .split("\n")
  .filter((line) => /^\| [\d,]+ \|/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));
const number = (text = "") => Number(text.replaceAll(/[^\d.]/g, ""));

const FIELDS = 3;
const LOG_BYTES = 8;
const BLOCK_BYTES = [1.1, 2.1] as const;
const SEAL_SECONDS = 300;

test("five rows", () => expect(rows).toHaveLength(5));

test.each(rows)("%s%s devices, %s", (_, devices, each = "", rate, log, blocks = "", sealed) => {
  const seconds = each === "each minute" ? 60 : 60 * number(each);
  const measurements = (number(devices) * FIELDS) / seconds;
  expect(number(rate)).toBe(measurements);
  expect(number(log) * 1000).toBe(measurements * LOG_BYTES);
  const gigabytes = blocks.split("–").map(number);
  for (const [i, bytes] of BLOCK_BYTES.entries()) {
    const exact = (measurements * 86_400 * bytes) / 1e9;
    expect(Math.abs((gigabytes[i] ?? 0) - exact) / exact).toBeLessThan(0.06);
  }
  expect(number(sealed)).toBe((number(devices) * FIELDS) / SEAL_SECONDS);
});
