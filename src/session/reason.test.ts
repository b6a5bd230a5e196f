import { expect, test } from "bun:test";
import { reasonText } from "./reason.ts";

test.each([
  ["as it is", "as it is"],
  ["a\0b", "a\ufffdb"],
  ["a\ud800b", "a\ufffdb"],
  ["x".repeat(1000), "x".repeat(1000)],
  ["x".repeat(1001), `${"x".repeat(999)}…`],
  [`${"x".repeat(998)}\u{1f600}yy`, `${"x".repeat(998)}\ufffd…`],
])("%j", (text, said) => {
  expect(reasonText(text)).toBe(said);
});
