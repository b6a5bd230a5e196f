import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { until } from "../run/until.ts";

/** What the tests of packages do alike: a root for an executable, and a server that is started by something else than the harness. */

/** Flags of `serve`: every listener on a port that the system chooses. */
export const ANY_PORTS = ["mqtt", "http", "mqtts", "https", "wss"].flatMap((listener) => [
  `--${listener}`,
  "127.0.0.1:0",
]);

/** Copies the libraries that an executable needs into a root, where it looks for them. */
export function copyLibraries(file: string, root: string): void {
  const libraries = Bun.spawnSync(["ldd", file]).stdout.toString();
  for (const [path] of libraries.matchAll(/\/[^\s)]+/g)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
}

/**
 * Starts a command that serves, waits until it is ready, hands over what it said, and ends it.
 * @param ms how long it may take
 */
export async function whileReady(
  command: string[],
  options: { cwd?: string; env: Record<string, string | undefined> },
  ms: number,
  work: (said: () => string) => Promise<void> | void,
): Promise<void> {
  // a group of its own: npx and its shell pass no signal on, and would leave the server behind
  const child = Bun.spawn(command, { ...options, detached: true, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    void (async () => {
      for await (const part of stream) text += new TextDecoder().decode(part);
    })();
  try {
    await until("the line ready", () => /^ready/m.test(text), ms).catch((error: unknown) => {
      throw new Error(`${String(error)}; it said: ${text}`);
    });
    await work(() => text);
  } finally {
    signal(child.pid, "SIGTERM");
    await child.exited;
    await until("the end of all that was started", () => !signal(child.pid, 0));
  }
}

/** To a whole group of processes. @returns whether there was anybody */
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}
