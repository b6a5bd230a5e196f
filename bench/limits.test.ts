import { expect, test } from "bun:test";
import { openFileLimit, openFilesProblem } from "./limits.ts";
import { SCENARIOS } from "./scenarios/all.ts";
import { DEFAULT_VOLUME } from "./volume.ts";

test("too few open files are said before anything runs, with the limit that is needed", () => {
  const problem = openFilesProblem(SCENARIOS, DEFAULT_VOLUME, 4096);
  expect(problem).toStartWith("idle-memory, logins: up to 10300 files are open at once, and this shell allows 4096.");
  expect(problem).toContain("ulimit -n 10300");
  expect(openFilesProblem(SCENARIOS, DEFAULT_VOLUME, 10_300)).toBeUndefined();
  expect(openFileLimit()).toBeGreaterThan(0);
});
