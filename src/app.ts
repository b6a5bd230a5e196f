import { version } from "../package.json";
import { adminDeps } from "./app/admin.ts";
import { AuditTrim } from "./app/audit-trim.ts";
import { checkBus } from "./app/bus.ts";
import { renewCertificates } from "./app/certificates.ts";
import { backupsOf, openCommands } from "./app/commands.ts";
import { openCore, type Undo } from "./app/core.ts";
import { openListening, planListening } from "./app/listening.ts";
import { DayOfFigures } from "./app/day.ts";
import { tellFewer, withFiles } from "./app/files.ts";
import { openFleet } from "./app/fleet.ts";
import { makeHttp } from "./app/http.ts";
import { amongNodes } from "./app/nodes.ts";
import { instanceOf } from "./app/instance.ts";
import { forAll, trimmed } from "./app/for-all.ts";
import { ownerless, warnings } from "./app/listeners.ts";
import { tickPeople } from "./app/people.ts";
import { type Opened, stop } from "./app/stop.ts";
import { UseKeeper } from "./app/token-uses.ts";
import { watchLease } from "./app/lease-watch.ts";
import { standBy } from "./app/standby.ts";
import { beforeEntering } from "./app/suitable.ts";
import type { RunningServer, ServerOptions } from "./app/types.ts";
import { Upkeep } from "./app/upkeep.ts";
import { publishFigures } from "./broker/figures.ts";
import type { InstancePort } from "./http/instance/port.ts";

const TICK_MS = 1000;

/**
 * Starts the server: stores, then sessions, then listeners; stops in the other order.
 * @throws Refusal for what the operator can mend: a taken port, a damaged file, a folder in use, a bad certificate
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const undo: Undo = [];
  try {
    return await start(options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function start(options: ServerOptions, undo: Undo): Promise<RunningServer> {
  const { log, headless = false, settings = [] } = options;
  const config = withFiles(options.config);
  checkBus(config);
  const clocks = config.cluster ? await beforeEntering(config, log, options.waits) : null;
  const prepared = config.standby && !headless ? await standBy(config, log, undo, options.waits) : null;
  const core = await openCore(config, log, undo, prepared, clocks);
  const { clock, engine, stores, watch } = core;
  const { broker, metrics } = engine;
  const planned = prepared?.planned ?? planListening(core);
  const fleet = await openFleet(core, headless);
  const duty = await forAll(core);
  const { asked } = duty;
  const among = amongNodes(core, planned.certificates?.caFile ?? null);
  const admin = adminDeps(engine, stores, clock, core.service, asked);
  // the instance is made when the listeners are up
  const state: { ready: boolean; instance: InstancePort | null } = { ready: false, instance: null };
  const http = makeHttp(core, admin, fleet, asked, state, among);
  const listening = openListening(core, planned, among.relayed(http), prepared?.room ?? null);
  await prepared?.room.end();
  const { listeners } = listening;
  const begun = clock.steady();
  broker.figuresFor = (outlet) => publishFigures(broker, version, begun, outlet);
  const caFile = planned.certificates?.caFile ?? null;
  const started = { startedAt: clock.micros(), addresses: [...listeners.addresses], caFile };
  const commands = openCommands(core, admin, fleet, asked, among, started);
  const renewing = planned.certificates ? renewCertificates(config, listeners, clock, log) : null;
  if (renewing) watch.told = () => renewing.look();
  const backups = backupsOf(core);
  const day = new DayOfFigures(metrics, () => process.memoryUsage.rss());
  const shown = { config, settings, clock, metrics, nodes: among.table, engine, listeners, backups, day, ...started };
  state.instance = instanceOf({ ...shown, deps: commands.deps, caFile });
  const uses = new UseKeeper(engine.authority.uses, stores.uses, log, core.cluster !== null);
  await uses.restore();
  const opened = { day, core, fleet, listening, commands, backups, uses, http, duty, among };
  const upkeep = upkeepOf(opened, () => publishFigures(broker, version, begun));
  metrics.httpConnections = () => listeners.httpConnections;
  const timer = setInterval(() => upkeep.tick(), TICK_MS);
  const { lease, lost } = watchLease(core);
  await among.listens(started.addresses);
  state.ready = true;
  if (!headless) await duty.start();
  return {
    ...fleet.secrets,
    addresses: started.addresses,
    secretsShown: () => fleet.unshown.forget(),
    caFile,
    applied: fleet.applied,
    warnings: [...warnings(config), ...ownerless(engine.directory), ...tellFewer(options.config, config, log)],
    control: commands.control,
    lost,
    stop(reason) {
      state.ready = false;
      lease?.end();
      clearInterval(timer);
      renewing?.end();
      return stop(opened, reason);
    },
  };
}

function upkeepOf({ core, fleet, listening, commands, ...opened }: Opened, figures: () => void): Upkeep {
  const { day, backups, uses, http, duty, among } = opened;
  const { config, log, clock, engine, stores, watch } = core;
  return new Upkeep({
    broker: engine.broker,
    shared: stores.shared(),
    log,
    authority: engine.authority,
    clock,
    watch,
    backups,
    sweeps: commands.sweeps,
    uses,
    http,
    consumers: engine.consumers,
    duty,
    trimmed: trimmed(core),
    forSql: config.sql !== "off",
    figures,
    audit: new AuditTrim(stores.fleet, config.auditKeep, log),
    people: () => void tickPeople(fleet.people, log),
    others(now) {
      day.tick(now, clock.micros());
      listening.listeners.tick(now);
      listening.strangers.tick();
      fleet.guesses.tick();
      duty.tick();
      among.drain.tick();
      listening.files.tick();
    },
  });
}
