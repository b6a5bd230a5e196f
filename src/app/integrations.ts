import type { Log } from "../base/types.ts";
import type { Config } from "../config/settings.ts";
import { Sandbox } from "../decoders/sandbox.ts";
import { LIMITS } from "../decoders/types.ts";
import type { Engine } from "./engine.ts";

/** Wall time of a call after which its process is ended, in CPU times that a call may take. */
const WALL = 2.5;

/** What comes in by other ways than MQTT and records over HTTP, and what goes out: one sandbox for all scripts. */
interface OpenIntegrations {
  /** Runs decoders and encoders, in processes of their own that start when they are first needed. */
  readonly sandbox: Sandbox;
  /** Ends the processes; calls that wait are told so. */
  stop(): void;
}

/** Builds what integrations share, by the settings. Nothing runs yet. */
export function openIntegrations(config: Config, { directory }: Pick<Engine, "directory">, log: Log): OpenIntegrations {
  const { decoderProcesses, decoderTime, decoderMemory } = config;
  const nameOf = (workspace: string) => directory.workspace(Number(workspace))?.slug ?? workspace;
  const sandbox = new Sandbox({
    processes: decoderProcesses,
    limits: { ...LIMITS, cpuMs: decoderTime, wallMs: decoderTime * WALL, memoryBytes: decoderMemory },
    onDeath: (why, amid) =>
      log.warn(
        { why, workspace: amid === null ? null : nameOf(amid.workspace) },
        "a process that runs decoders ended; the calls that waited go on in a new one",
      ),
    onOff: ({ workspace, script }) =>
      log.warn(
        { workspace: nameOf(workspace), script: script.id },
        "a decoder is switched off: it did not let itself be stopped, twice within a minute",
      ),
  });
  return { sandbox, stop: () => sandbox.stop() };
}
