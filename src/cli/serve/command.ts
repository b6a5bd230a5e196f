import { resolve } from "node:path";
import { createLog } from "../../base/log.ts";
import { loadConfig, settingsInForce } from "../../config/load.ts";
import type { Config, SettingInForce } from "../../config/settings.ts";
import { type Banner, certificateName, linkFor, renderBanner } from "./banner.ts";
import { explain } from "../failure.ts";
import { StopSignals } from "./stop-signals.ts";
import { serviceManager } from "./service-manager.ts";
import { renderApplied, renderNewTokens } from "../apply/command.ts";
import { programName, quotedHere } from "../name.ts";
import { secretsOf, tellOnce, writeSecrets } from "../secrets.ts";
import { colors, jsonLine, visible, wantsColor } from "../text.ts";
import type { RunningServer } from "../../app/types.ts";
import type { Io } from "../types.ts";
import { leave, waitsOf } from "./waits.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `serve`: runs until SIGINT, SIGTERM or SIGHUP. What the person wants to see goes to stdout, the log to stderr. */
export async function serve(io: Io, _args: readonly string[], flags: Flags): Promise<number> {
  const config = loadConfig(flags, io.env, io.readFile, io.errTerminal);
  const machine = forMachines(io, flags);
  try {
    return await runServer(io, config, settingsInForce(flags, io.env, io.readFile), machine);
  } catch (error) {
    if (!machine) throw error;
    const { text, code } = explain(error);
    io.err(jsonLine("error", text, Date.now(), { exit: code }));
    return code;
  }
}

/**
 * Whether every line is JSON, not those of the log alone: where `json` was asked for, and where the output goes to the system's
 * journal, unless `pretty` was. With `auto` elsewhere (a pipe, a file) people still read what is printed.
 */
function forMachines(io: Io, flags: Flags): boolean {
  const [atTerminal, elsewhere] = [true, false].map(
    (terminal) => loadConfig(flags, io.env, io.readFile, terminal).logFormat,
  );
  return atTerminal === "json" || (io.journal && elsewhere === "json");
}

async function runServer(
  io: Io,
  config: Config,
  settings: readonly SettingInForce[],
  machine: boolean,
): Promise<number> {
  const log = createLog({
    level: config.logLevel,
    format: config.logFormat,
    stream: { write: (text: string) => io.err(text) },
    color: wantsColor(io.env, io.errTerminal),
  });
  const say = (text: string) => io.err(machine ? jsonLine("info", text, Date.now()) : `fieldcast: ${text}\n`);
  const signals = new StopSignals(io, say);
  const manager = serviceManager(io.env, (fn, ms) => void setInterval(fn, ms).unref());
  // a mistake of ours: what was acknowledged is stored, so ending is safe, and the log says why
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error: unknown) => {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, "the server made a mistake and ends");
      io.exit(70);
    });
  const { startServer } = await import("../../app.ts");
  const waits = waitsOf(io, signals, machine, (active) => manager?.ready(`stands by; ${active} is active`));
  const running = await startServer({ config, settings, log, waits }).catch((error: unknown) => {
    if (!waits.signal.aborted) throw error;
    return null;
  });
  if (running === null) {
    say("stopped standing by");
    return 0;
  }
  try {
    const banner = await bannerOf(io, config, running);
    if (machine) tellMachines(io, config, running, banner);
    else await tellPeople(io, running, banner);
    running.secretsShown();
    manager?.ready(`${banner.addresses.length} listeners, data in ${banner.dataFolder}`);
  } catch (error) {
    await running.stop("the start failed");
    throw error;
  }
  const signal = await Promise.race([signals.first, running.lost.then(() => null)]);
  if (signal === null) return leave(io, config.cluster, say);
  manager?.stopping();
  await running.stop(signal);
  say("stopped; everything that was acknowledged is stored");
  return 0;
}

async function bannerOf(io: Io, config: Config, running: RunningServer): Promise<Banner> {
  return {
    addresses: running.addresses,
    firstRun: running.firstRun,
    setupLink: running.setupLink,
    caFile: running.caFile === null ? null : resolve(running.caFile),
    certificateName: certificateName(config.tlsCert, config.tlsName, io.readFile),
    dataFolder: resolve(config.data),
    prefix: config.prefix,
    freeTopics: config.freeTopics,
    program: programName(io.env, process.cwd()),
    example: await running.control.example({}),
  };
}

/** performance.now() counts from the start of the process. */
const secondsToStart = () => (performance.now() / 1000).toFixed(2);

async function tellPeople(io: Io, { applied, renewed, warnings }: RunningServer, banner: Banner): Promise<void> {
  const c = colors(io.color);
  const text = [
    renderBanner(banner, c),
    ...(renewed.length > 0
      ? [`\nIn place of tokens that an earlier start made and did not show,\n${renderNewTokens(renewed, c)}`]
      : []),
    ...(applied === null ? [] : [`\n${renderApplied({ ...applied, dryRun: false }, c)}`]),
    ...warnings.map((warning) => `\n${c.yellow("warning:")} ${visible(quotedHere(banner.program, warning))}`),
    `\nready in ${secondsToStart()} s\n`,
  ];
  await tellOnce(io, text.join(""), "the next start shows it");
}

/** The same as JSON, a line each. Secrets go to a file: what collects these lines keeps them for long, and for many. */
function tellMachines(io: Io, config: Config, running: RunningServer, banner: Banner): void {
  const line = (level: "info" | "warn", text: string, facts: object = {}) =>
    io.out(jsonLine(level, text, Date.now(), facts));
  const secrets = secretsOf(running, (path) => linkFor(path, running.addresses));
  if (secrets !== null)
    line(
      "warn",
      "the tokens and links of this start are in a file that only its owner may read; take them and remove it",
      {
        secrets: writeSecrets(config.data, secrets, Date.now()),
      },
    );
  if (running.applied !== null) line("info", "the fleet file is applied", { changes: running.applied.lines });
  for (const warning of running.warnings) line("warn", warning);
  const { addresses, caFile: ca, dataFolder: data } = banner;
  line("info", "ready", { seconds: Number(secondsToStart()), data, addresses, ca });
}
