import type { Http } from "../http/index.ts";
import type { Backups } from "./backups.ts";
import type { Commands } from "./commands.ts";
import type { Core } from "./core.ts";
import type { DayOfFigures } from "./day.ts";
import type { Duty } from "./duty.ts";
import type { Fleet } from "./fleet.ts";
import type { Listening } from "./listening.ts";
import type { AmongNodes } from "./nodes.ts";
import type { UseKeeper } from "./token-uses.ts";

/** What has been opened, and has an end. */
export interface Opened {
  readonly core: Core;
  readonly day: DayOfFigures;
  readonly fleet: Fleet;
  readonly listening: Listening;
  readonly commands: Commands;
  readonly backups: Backups;
  readonly uses: UseKeeper;
  readonly http: Http;
  readonly duty: Duty;
  readonly among: AmongNodes;
}

/** Nobody new, then what is under way, then the stores. */
export async function stop({ day, core, fleet, listening, duty, ...opened }: Opened, reason: string): Promise<void> {
  const { log, engine, stores } = core;
  log.info({ reason }, "stopping");
  core.ahead.end();
  core.watch.write();
  opened.http.end();
  listening.listeners.stop();
  await duty.stop();
  await opened.backups.end();
  engine.consumers.stop();
  await engine.broker.stop();
  await core.cluster?.stop();
  await opened.commands.socket.stop();
  // with its data a node among several gives up all that it may change
  await opened.uses.end();
  await fleet.guesses.end();
  await stores.data.close();
  await stores.fleet.close();
  core.held.release();
}
