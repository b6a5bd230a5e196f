/** The limit of open files, which many connections need raised. */
import { readFileSync } from "node:fs";
import type { Scenario, Volume } from "./scenarios/scenario.ts";

/** Files that a process has open beside its connections. */
const OTHER_FILES = 100;

/** How many files a program that is started from here may have open; infinite where the system does not tell. */
export function openFileLimit(): number {
  try {
    // what this process has: the platform raises it to the hard limit as it starts, and the servers inherit that
    const match = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return match ? Number(match[1]) : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY; // no /proc here
  }
}

/** Why these scenarios cannot run within the limit, and what to do; undefined when they can. */
export function openFilesProblem(scenarios: readonly Scenario[], volume: Volume, limit: number): string | undefined {
  const needs = scenarios.map((scenario) => ({
    id: scenario.id,
    files: OTHER_FILES + (scenario.openFiles?.(volume) ?? 0),
  }));
  const above = needs.filter((one) => one.files > limit);
  if (above.length === 0) return undefined;
  const most = Math.max(...above.map((one) => one.files));
  return (
    `${above.map((one) => one.id).join(", ")}: up to ${most} files are open at once, and this shell allows ${limit}. ` +
    `Raise it first (ulimit -n ${most}; above the hard limit as root: ulimit -H -n ${most}), or choose fewer connections (--idle, --logins, --connections).`
  );
}
