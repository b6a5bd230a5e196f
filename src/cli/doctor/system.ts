import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import packageJson from "../../../package.json" with { type: "json" };
import { type Check, fail, ok, warn } from "./check.ts";

/** Timestamps of devices are checked against the clock, and certificates are valid by it. */
const EARLIEST = Date.UTC(2026, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/**
 * @param now Unix time in ms
 * @param lastWrite when the newest data file was written, Unix time in ms; null: none
 */
export function checkClock(now: number, lastWrite: number | null): Check {
  const shown = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const mend = "set it, and keep it right with NTP (timedatectl set-ntp true)";
  if (now < EARLIEST || now > LATEST) return fail("clock", `it says ${shown}, which cannot be right`, mend);
  if (lastWrite !== null && lastWrite > now + 60_000) {
    const behind = Math.round((lastWrite - now) / 1000);
    return warn(
      "clock",
      `it says ${shown}, ${behind} s before the last write in the data folder: it was set back`,
      mend,
    );
  }
  return ok("clock", shown);
}

/** Sockets that the server has open besides its connections, and its files. */
const OWN_FILES = 256;

/** @param limits text of /proc/self/limits; null where there is none */
export function checkOpenFiles(limits: string | null, maxConnections: number): Check {
  const what = "open files";
  const match = limits === null ? null : /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits);
  if (match === null)
    return warn(what, "the limit is not known here", "make sure that ulimit -n exceeds the connections");
  const soft = match[1] === "unlimited" ? Number.POSITIVE_INFINITY : Number(match[1]);
  const needed = maxConnections + OWN_FILES;
  if (soft >= needed) return ok(what, `${match[1]} allowed, enough for ${maxConnections} connections`);
  const text = `${soft} allowed, enough for about ${Math.max(0, soft - OWN_FILES)} of ${maxConnections} connections`;
  const mend = `ulimit -n ${needed} before the start (systemd: LimitNOFILE=${needed}), or a lower --max-connections`;
  return soft < 1024 ? fail(what, text, mend) : warn(what, text, mend);
}

export function readLimits(): string | null {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return null;
  }
}

/** @param node what `node --version` says; null when there is no node */
export function checkVersions(bun: string, node: string | null): Check[] {
  const wanted = packageJson.dependencies.bun;
  const major = Number(/^v(\d+)\./.exec(node ?? "")?.[1] ?? Number.NaN);
  const checks: Check[] = [
    bun === wanted
      ? ok("bun", bun)
      : warn("bun", `${bun} runs, ${wanted} is the one that was tested`, "start with bin/fieldcast, after npm ci"),
  ];
  if (node === null) checks.push(warn("node", "not found", "bin/fieldcast needs Node.js 20 or newer to start"));
  else if (major >= 20) checks.push(ok("node", node));
  else checks.push(fail("node", `${node} is too old for bin/fieldcast`, "install Node.js 20 or newer"));
  return checks;
}

export function nodeVersion(): string | null {
  const done = spawnSync("node", ["--version"], { encoding: "utf8", timeout: 5000 });
  return done.status === 0 ? done.stdout.trim() : null;
}
