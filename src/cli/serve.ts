import { resolve } from "node:path";
import { createLog } from "../base/log.ts";
import { loadConfig } from "../config/load.ts";
import { type Banner, certificateName, renderBanner } from "./banner.ts";
import { renderApplied } from "./fleet/apply.ts";
import { type Example, operations } from "./operations.ts";
import { streams } from "./trace/operation.ts";
import { colors, visible, wantsColor } from "./text.ts";
import type { Io, RunningServer, ServerOptions } from "./types.ts";

/** `serve`: runs until SIGINT, SIGTERM or SIGHUP. What the person wants to see goes to stdout, the log to stderr. */
export async function serve(
  io: Io,
  _args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Promise<number> {
  const config = loadConfig(flags, io.env, io.readFile, io.errTerminal);
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat,
    stream: { write: (text: string) => io.err(text) },
    color: wantsColor(io.env, io.errTerminal),
  });
  const signals = new StopSignals(io);
  // a mistake of ours: what was acknowledged is stored, so ending is safe, and the log says why
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error: unknown) => {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, "the server made a mistake and ends");
      io.exit(70);
    });
  const { startServer } = await import("../app.ts");
  const options: ServerOptions = { config, log, operations, streams };
  const running: RunningServer = await startServer(options);
  try {
    const banner: Banner = {
      addresses: running.addresses,
      firstRun: running.firstRun,
      setupLink: running.setupLink,
      caFile: running.caFile === null ? null : resolve(running.caFile),
      certificateName: certificateName(config.tlsCert, config.tlsName, io.readFile),
      dataFolder: resolve(config.data),
      prefix: config.prefix,
      freeTopics: config.freeTopics,
      // the table's entry; it answers what its type says
      example: ((await running.control.example?.({})) ?? null) as Example | null,
    };
    const c = colors(io.color);
    io.out(renderBanner(banner, c));
    if (running.applied !== null) io.out(`\n${renderApplied({ ...running.applied, dryRun: false }, c)}`);
    for (const warning of running.warnings) io.out(`\n${c.yellow("warning:")} ${visible(warning)}`);
    // performance.now() counts from the start of the process.
    io.out(`\nready in ${(performance.now() / 1000).toFixed(2)} s\n`);
  } catch (error) {
    await running.stop("the start failed");
    throw error;
  }
  const signal = await signals.first;
  await running.stop(signal);
  io.err("fieldcast: stopped; everything that was acknowledged is stored\n");
  return 0;
}

const CODES = new Map([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
]);

/** A service manager signals the launcher and this process, and the launcher passes it on: within this time it is one wish. */
const ONE_WISH_MS = 1000;

/** The first signal asks for a graceful end, a later one ends at once. */
class StopSignals {
  readonly first: Promise<string>;

  constructor(io: Io) {
    const { promise, resolve: told } = Promise.withResolvers<string>();
    this.first = promise;
    let heard: number | null = null;
    io.onSignal((signal) => {
      if (heard !== null) {
        if (performance.now() - heard < ONE_WISH_MS) return;
        io.err(`fieldcast: ${signal} again: stopped at once\n`);
        io.exit(CODES.get(signal) ?? 1);
        return;
      }
      heard = performance.now();
      const again = signal === "SIGINT" ? "Ctrl-C again stops at once" : `${signal} again stops at once`;
      io.err(`fieldcast: ${signal}: finishing what is under way, then stopping (${again})\n`);
      told(signal);
    });
  }
}
