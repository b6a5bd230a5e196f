import { join, resolve } from "node:path";
import { version } from "../../package.json";
import { ofOneNode, type Operations, operations } from "../admin/operations.ts";
import { streams } from "../admin/trace.ts";
import type { ListenerAddress, OperationsDeps } from "../admin/types.ts";
import { createControl } from "../http/instance/control.ts";
import { listenControl } from "../listen/control.ts";
import { commandDeps, type ServedAdmin } from "./admin.ts";
import { BackupPlace } from "./backup-place.ts";
import { Backups } from "./backups.ts";
import { askedElsewhere } from "./commands-elsewhere.ts";
import type { Core } from "./core.ts";
import type { AmongNodes } from "./nodes.ts";
import type { Fleet } from "./fleet.ts";
import { holdFile, LeapGuard } from "./leap.ts";
import { knownEverywhere, positionsOf } from "./positions.ts";
import { Sweeps } from "./sweeps.ts";
import { shorter } from "./waiting-room.ts";

/** What of this start the commands are told. */
interface Started {
  readonly startedAt: number;
  readonly addresses: readonly ListenerAddress[];
  readonly caFile: string | null;
}

/** What commands reach of a running server. */
export interface Commands {
  readonly deps: OperationsDeps;
  readonly control: Operations;
  readonly sweeps: Sweeps;
  readonly socket: { stop(): Promise<void> };
}

/** Opens the control socket of the folder. */
export function openCommands(
  core: Core,
  admin: ServedAdmin,
  { people, shares }: Pick<Fleet, "people" | "shares">,
  integrations: NonNullable<OperationsDeps["integrations"]>,
  among: AmongNodes,
  started: Started,
): Commands {
  const { config, engine, stores, clock, watch, log, undo } = core;
  const sweeps = sweepsOf(core);
  const { addresses, caFile } = started;
  const info = { pid: process.pid, startedAt: Math.floor(started.startedAt / 1000), addresses, caFile };
  const deps: OperationsDeps = {
    ...commandDeps(engine, admin, stores, sweeps, clock, () => watch.believe()),
    people,
    shares,
    integrations,
    nodes: among.table,
    info: () => info,
  };
  const own = knownEverywhere(operations(deps), positionsOf(stores, engine));
  among.commands = createControl({ operations: own, log }).fetch;
  const control = askedElsewhere(own, ofOneNode(deps), among.port);
  const server = createControl({ operations: control, streams: streams(deps), log });
  const socket = listenControl(shorter(resolve(config.data, "control.sock")), server.fetch);
  undo.push(() => socket.stop());
  return { deps, control, sweeps, socket };
}

/** Backups by the clock and on demand. */
export function backupsOf({ config, engine, stores, log }: Core): Backups {
  return new Backups(
    { dir: config.backupDir, every: config.backupEvery, keep: config.backupKeep },
    (file, now) => stores.maintenance.startBackup({ file, force: false, version, now }),
    engine.metrics,
    log,
    new BackupPlace(config.data),
  );
}

function sweepsOf({ engine: { series, hub, metrics }, config: { sweepEvery, data }, clock, log }: Core): Sweeps {
  // the note knows better than stamps that a wrong clock may have left
  const known = clock.since === null ? series.lastArrival() : clock.micros() - clock.since;
  const guard = new LeapGuard(known, holdFile(join(data, "sweep-held")), log);
  return new Sweeps({ series, metrics, guard, operation: (op) => hub.operation(op) }, sweepEvery * 1e6);
}
