import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../base/types.ts";
import { recoverSessions } from "../broker/recover.ts";
import type { Config } from "../config/settings.ts";
import type { Directory } from "../fleet/directory.ts";
import { FleetService } from "../fleet/service.ts";
import { Outgoing } from "../outgoing/outgoing.ts";
import type { SeenEvent } from "../ingest/event-log.ts";
import { maintenanceOf, type Stores } from "../store/open.ts";
import type { StoreLock } from "../store/ports.ts";
import { AheadReader } from "./ahead.ts";
import { SystemClock } from "./clock.ts";
import { ClockWatch, readClockNote } from "./clock-watch.ts";
import { buildEngine, type Engine } from "./engine.ts";
import { lockOf } from "./lock.ts";
import { namedLog } from "./named-log.ts";
import { checkBefore } from "./preflight.ts";
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
  readonly watch: ClockWatch;
  readonly ahead: AheadReader;
  readonly service: FleetService;
  /** The text of `--apply`'s file, which may be applied; null without it. */
  readonly fleetFile: ReturnType<typeof checkBefore>;
  readonly undo: Undo;
}

/** Opens the folder and brings back what a crash left. @throws Refusal as `startServer` */
export async function openCore(config: Config, log: Log, undo: Undo): Promise<Core> {
  const folder = config.data;
  const isNew = !existsSync(folder);
  // another server on the folder is the better news than that it has the ports
  const lock = isNew ? null : await lockOf(folder, config.store, undo);
  const clockFile = join(folder, "clock");
  const clock = new SystemClock(readClockNote(clockFile));
  const fleetFile = checkBefore(config, clock, log);
  const held = lock ?? (await lockOf(folder, config.store, undo));
  const upgraded = await beforeUpgrade(maintenanceOf(folder), config, clock, log);
  const opened = await openStores(folder, log, (close) => undo.push(close), config.dataLostOk, config.sql);
  upgraded();
  const { stores } = opened;
  const known: { directory: Directory | null } = { directory: null };
  const named = namedLog(log, () => known.directory, config.logLevel === "debug");
  const engine = await buildEngine(config, opened, clock, named);
  known.directory = engine.directory;
  const { watch, ahead } = watchClock(engine, stores, clock, config, clockFile, log);
  await recoverSessions(engine.broker, stores.data, opened.opened.nextSeq - 1, clock.steady());
  const service = new FleetService({
    store: stores.fleet,
    directory: engine.directory,
    topics: engine.topics,
    whyNever: (url) => new Outgoing({ allow: config.allowOutgoing, timeout: 0, maxAnswer: 0 }).whyNever(url),
    micros: () => clock.micros(),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  return { config, log, clock, held, stores, engine, watch, ahead, service, fleetFile, undo };
}

/** Before anything is stamped: what a clock that was wrong left is told, and set right. */
function watchClock(
  { series, metrics, ingest }: Engine,
  { data: store }: Stores,
  clock: SystemClock,
  { anyClock }: Config,
  path: string,
  log: Log,
): { watch: ClockWatch; ahead: AheadReader } {
  const ahead = new AheadReader(series, store, () => ingest.commits.durable(), clock, log);
  const look = (ids: readonly number[]) => ahead.look(ids);
  const tell = (event: SeenEvent) => ingest.eventLog.seen(event);
  const watch = new ClockWatch({ clock, series, path, metrics, log, tell, look, anyClock });
  watch.begin();
  return { watch, ahead };
}
