import { chmodSync, rmSync } from "node:fs";

/** Serves the commands of this machine on a Unix socket that only the owner may open (mode 0600). */
export function listenControl(
  path: string,
  fetch: (request: Request) => Response | Promise<Response>,
): { stop(): void } {
  // one left by a crash; the data folder's lock is ours, so nobody else answers there
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    // otherwise errors are answered with a page for developers
    const server = Bun.serve({ unix: path, fetch, development: false });
    chmodSync(path, 0o600);
    return {
      stop(): void {
        void server.stop(true);
        rmSync(path, { force: true });
      },
    };
  } finally {
    process.umask(before);
  }
}
