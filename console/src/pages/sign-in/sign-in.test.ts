import { expect, test } from "bun:test";
import { signInSearch } from "./route.ts";

test.each([
  ["/console/w/home/devices?q=1", true],
  ["/console/", true],
  ["https://evil.example/", false],
  ["//evil.example/", false],
  ["/console//evil.example", false],
  ["/console/\\evil.example", false],
  ["/consoles/", false],
  ["javascript:alert(1)", false],
  [7, false],
])("after the sign-in %j is gone to: %p", (from, isTaken) => {
  expect(signInSearch({ from })).toEqual(isTaken ? { from: String(from) } : {});
});
