import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../base/types.ts";
import { recoverSessions } from "../broker/recover.ts";
import type { Config } from "../config/settings.ts";
import type { Directory } from "../fleet/directory.ts";
import { FleetService } from "../fleet/service.ts";
import { Outgoing } from "../outgoing/outgoing.ts";
import type { SeenEvent } from "../ingest/event-log.ts";
import { maintenanceOf } from "../store/open.ts";
import type { Stores } from "../store/stores.ts";
import type { StoreLock } from "../store/ports.ts";
import { AheadReader } from "./ahead.ts";
import { type ClockNote, SystemClock } from "./clock.ts";
import { readClockNote } from "./clock-note.ts";
import { ClockWatch } from "./clock-watch.ts";
import { openBus } from "./bus.ts";
import { ClusterNode } from "./cluster.ts";
import { buildEngine, type Engine } from "./engine.ts";
import { lockOf, lockStoreToo } from "./lock.ts";
import { namedLog } from "./named-log.ts";
import { checkBefore } from "./preflight.ts";
import { takePart } from "./positions.ts";
import { openStores } from "./stores.ts";
import { beforeUpgrade } from "./upgrade.ts";

/** What is undone, last first, when a start fails. */
export type Undo = (() => unknown)[];

/** The engine on its data folder, recovered and without listeners. */
export interface Core {
  readonly config: Config;
  readonly log: Log;
  readonly clock: SystemClock;
  readonly held: StoreLock;
  readonly stores: Stores;
  readonly engine: Engine;
  /** As one of several nodes; null: it is alone. */
  readonly cluster: ClusterNode | null;
  readonly watch: ClockWatch;
  readonly ahead: AheadReader;
  readonly service: FleetService;
  /** The text of `--apply`'s file, which may be applied; null without it. */
  readonly fleetFile: ReturnType<typeof checkBefore>;
  readonly undo: Undo;
}

/** A server that waited for its store has looked at all that could stop it. */
interface Begun extends Pick<Core, "clock" | "fleetFile"> {
  readonly folder: StoreLock;
}

/** Takes the folder and its store, and looks at what could stop a start. */
async function begin(
  { config, log, undo }: Pick<Core, "config" | "log" | "undo">,
  prepared: Begun | null,
  clocks: ClockNote | null,
) {
  const { data: folder, store, cluster } = config;
  if (prepared !== null) {
    const held = await lockStoreToo(folder, prepared.folder, undo);
    return { clock: prepared.clock, held, fleetFile: prepared.fleetFile };
  }
  const isNew = !existsSync(folder);
  // another server on the folder is the better news than that it has the ports
  const lock = isNew ? null : await lockOf(folder, store, undo, cluster);
  const clock = new SystemClock(clocks ?? readClockNote(join(folder, "clock")));
  const fleetFile = checkBefore(config, clock, log);
  return { clock, held: lock ?? (await lockOf(folder, store, undo, cluster)), fleetFile };
}

/**
 * Opens the folder and brings back what a crash left.
 * @param prepared of a server that waited for its store; null: it did not
 * @param clocks with which it goes on; null: with those that the folder has a note of
 * @throws Refusal as `startServer`
 */
export async function openCore(
  config: Config,
  log: Log,
  undo: Undo,
  prepared: Begun | null,
  clocks: ClockNote | null,
): Promise<Core> {
  const { clock, held, fleetFile } = await begin({ config, log, undo }, prepared, clocks);
  const upgraded = await beforeUpgrade(maintenanceOf(config.data), config, clock, log);
  const opened = await openStores(config, log, (close) => undo.push(close));
  upgraded();
  const { stores } = opened;
  const known: { directory: Directory | null } = { directory: null };
  const named = namedLog(log, () => known.directory, config.logLevel === "debug");
  const engine = await buildEngine(config, opened, clock, named);
  known.directory = engine.directory;
  const { watch, ahead } = watchClock(engine, stores, clock, config, join(config.data, "clock"), log);
  const newest = opened.opened.nextSeq - 1;
  const shared = stores.shared();
  const cluster = shared && new ClusterNode(shared, engine, stores.data, named);
  if (cluster) cluster.bus = openBus(config, cluster.store.channel, log);
  const service = new FleetService({
    store: stores.fleet,
    directory: engine.directory,
    topics: engine.topics,
    whyNever: (url) => new Outgoing({ allow: config.allowOutgoing, timeout: 0, maxAnswer: 0 }).whyNever(url),
    micros: () => clock.micros(),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  await recoverSessions(engine.broker, stores.data, newest, clock.steady());
  // behind everybody who hears of what the log tells
  if (cluster !== null) undo.push(() => cluster.stop());
  if (cluster !== null) await takePart(cluster, stores, engine, newest);
  return { config, log, clock, held, stores, engine, cluster, watch, ahead, service, fleetFile, undo };
}

/** Before anything is stamped: what a clock that was wrong left is told, and set right. */
function watchClock(
  { series, metrics, ingest }: Engine,
  { data: store, noteClock }: Stores,
  clock: SystemClock,
  { anyClock, cluster: several }: Config,
  path: string,
  log: Log,
): { watch: ClockWatch; ahead: AheadReader } {
  const ahead = new AheadReader(series, store, () => ingest.commits.durable(), clock, log);
  const look = (ids: readonly number[]) => ahead.look(ids);
  const tell = (event: SeenEvent) => ingest.eventLog.seen(event);
  // where it cannot be noted the next server goes by its own clock
  const noted = (note: string) => void noteClock(note).catch(() => undefined);
  const watch = new ClockWatch({ clock, series, path, metrics, log, tell, look, anyClock, several, noted });
  watch.begin();
  return { watch, ahead };
}
