import type { Io } from "../types.ts";

const CODES = new Map([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
]);

/** A service manager signals the launcher and this process, and the launcher passes it on: within this time it is one wish. */
const ONE_WISH_MS = 1000;

/** The first signal asks for a graceful end, a later one ends at once. */
export class StopSignals {
  readonly first: Promise<string>;

  constructor(io: Io, say: (text: string) => void) {
    const { promise, resolve: told } = Promise.withResolvers<string>();
    this.first = promise;
    let heard: number | null = null;
    io.onSignal((signal) => {
      if (heard !== null) {
        if (performance.now() - heard < ONE_WISH_MS) return;
        say(`${signal} again: stopped at once`);
        io.exit(CODES.get(signal) ?? 1);
        return;
      }
      heard = performance.now();
      const again = signal === "SIGINT" ? "Ctrl-C again stops at once" : `${signal} again stops at once`;
      say(`${signal}: finishing what is under way, then stopping (${again})`);
      told(signal);
    });
  }
}
