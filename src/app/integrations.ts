import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import { SandboxOnDemand } from "../decoders/on-demand.ts";
import { Sandbox } from "../decoders/sandbox.ts";
import { type Limits, LIMITS } from "../decoders/types.ts";
import type { Directory } from "../fleet/directory.ts";
import { openInbound } from "../integrations/open.ts";
import type { Core } from "./core.ts";
import { openGoingOut } from "./going-out.ts";
import { decoderLog } from "./decoder-log.ts";

/** Wall time of a call after which its process is ended, in CPU times that a call may take. */
const WALL = 2.5;
/** How long the process in which people try decoders waits for another try. */
const TRYING_MS = 60_000;

/** Builds what comes in by other ways than MQTT and records over HTTP, what goes out, and one sandbox for all scripts. */
export async function openIntegrations(core: Core) {
  const { config, clock, engine, stores, service, log, undo } = core;
  const { directory, ingest, series } = engine;
  const sandbox = new Sandbox(optionsOf(config, directory, log));
  const trying = new SandboxOnDemand(() => new Sandbox({ limits: limitsOf(config), processes: 1 }), TRYING_MS, later);
  undo.push(
    () => sandbox.stop(),
    () => trying.stop(),
  );
  const inbound = await openInbound({
    directory,
    ingest,
    store: stores.data,
    fleet: service,
    sandbox,
    trying,
    current: (device, field) => series.current(series.idOf(device, field) ?? 0),
    clock,
    metrics: engine.metrics,
    log,
    root: `${config.prefix}-pub`,
  });
  const out = await openGoingOut(core, sandbox, inbound);
  const { downlinks, sparkplug, alerts, outgoing } = out;
  const parts = [sparkplug, downlinks, alerts, ...outgoing];
  return {
    /** Runs decoders and encoders, in processes of their own that start when they are first needed. */
    sandbox,
    ...inbound,
    ...out,
    /** Begins with what is done by itself; once listeners and commands are there. */
    start() {
      for (const part of parts) part.start();
    },
    tick() {
      inbound.tick();
      for (const part of parts) part.tick();
    },
    /** What is under way ends; hands over what is not written yet, and ends the processes: calls that wait are told so. */
    async stop() {
      for (const one of outgoing) one.stop();
      await alerts.stop();
      await downlinks.stop();
      await sparkplug.stop();
      inbound.tick();
      sandbox.stop();
      trying.stop();
    },
  };
}

/** Runs something after a time, which does not keep the process. */
function later(work: () => void, ms: number) {
  const timer = setTimeout(work, ms);
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

function limitsOf({ decoderTime, decoderMemory }: Config): Limits {
  return { ...LIMITS, cpuMs: decoderTime, wallMs: decoderTime * WALL, memoryBytes: decoderMemory };
}
function optionsOf(config: Config, directory: Directory, log: Log): ConstructorParameters<typeof Sandbox>[0] {
  return {
    processes: config.decoderProcesses,
    limits: limitsOf(config),
    ...decoderLog(directory, log),
  };
}
