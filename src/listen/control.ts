import { chmodSync, rmSync } from "node:fs";

/** How long the last lines of a stream may take. */
const LAST_WORDS_MS = 250;

/** Serves the commands of this machine on a Unix socket that only the owner may open (mode 0600). */
export function listenControl(
  path: string,
  fetch: (request: Request) => Response | Promise<Response>,
): { stop(): Promise<void> } {
  // one left by a crash; the data folder's lock is ours, so nobody else answers there
  rmSync(path, { force: true });
  const before = process.umask(0o177);
  try {
    // a stream, or a slow operation, may say nothing for long; Bun's types know no such option here, Bun does
    const idleTimeout = 0 as never;
    // otherwise errors are answered with a page for developers
    const server = Bun.serve({ unix: path, fetch, development: false, idleTimeout });
    chmodSync(path, 0o600);
    return {
      async stop(): Promise<void> {
        // answers that are under way end, in a moment
        await Promise.race([server.stop(false), new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))]);
        void server.stop(true);
        rmSync(path, { force: true });
      },
    };
  } finally {
    process.umask(before);
  }
}
