import { existsSync } from "node:fs";
import { DEBIAN_PACKAGES, find, PARTS, type Part, program } from "./have.ts";

const UPDATE_LIMIT_MS = 120_000;
const INSTALL_LIMIT_MS = 300_000;

/**
 * Installs the real programs that are missing where that is ours to do (root on Debian or its kin, and
 * FIELDCAST_TEST_INSTALL is not 0), and says so first; elsewhere says how to.
 * @returns what is still missing
 */
export function ensureParts(say: (line: string) => void): readonly Part[] {
  const missing = PARTS.filter((part) => !find(part));
  if (missing.length === 0) return [];
  const packages = missing.flatMap((part) => DEBIAN_PACKAGES[part].split(" "));
  const forbidden = process.env.FIELDCAST_TEST_INSTALL === "0";
  const debian = existsSync("/etc/debian_version") && program("apt-get") !== null;
  if (forbidden || !debian || process.getuid?.() !== 0) {
    say(`Missing for the tests with real programs: ${packages.join(" ")}`);
    say(`  on Debian: sudo apt-get install ${packages.join(" ")}`);
    return missing;
  }
  say(
    `Installing for the tests with real programs, with apt-get: ${packages.join(" ")} (FIELDCAST_TEST_INSTALL=0 forbids it)`,
  );
  const done =
    apt(["update"], UPDATE_LIMIT_MS, say) &&
    apt(["install", "--yes", "--no-install-recommends", ...packages], INSTALL_LIMIT_MS, say);
  for (const service of SERVICES) if (done && packages.some((one) => one.startsWith(service))) stopService(service);
  return PARTS.filter((part) => !find(part));
}

/** Quiet while it works; all of its output when it does not. */
function apt(args: readonly string[], timeout: number, say: (line: string) => void): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = Bun.spawnSync(["apt-get", "--quiet=2", ...args], { env, timeout, stdin: "ignore", stderr: "pipe" });
  if (run.exitCode === 0) return true;
  say(`apt-get ${args[0]} failed${run.exitedDueToTimeout === true ? " (it took too long)" : ""}:`);
  say(`${run.stdout}${run.stderr}`.trimEnd());
  return false;
}

/** Debian starts a server that it installs; the tests start their own, on ports of their own. */
const SERVICES = ["mosquitto", "postgresql", "nats-server", "haproxy", "nginx", "caddy", "prometheus"] as const;
function stopService(service: string): void {
  const systemd = existsSync("/run/systemd/system");
  const command = systemd ? ["systemctl", "stop", service] : ["service", service, "stop"];
  if (program(command[0] ?? "") !== null) Bun.spawnSync(command, { stdin: "ignore", timeout: 30_000 });
}
