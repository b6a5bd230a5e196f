import { instanceOf } from "./app/instance.ts";
import { openIntegrations } from "./app/integrations.ts";
import { MAX_BODY, makeHttp, namesOf } from "./app/http.ts";
import type { InstancePort } from "./http/deps.ts";
import { type Operations, operations } from "./admin/operations.ts";
import { streams } from "./admin/trace.ts";
import type { Directory } from "./fleet/directory.ts";
import { namedLog } from "./app/named-log.ts";
import { existsSync, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { version } from "../package.json";
import { adminDeps, commandDeps } from "./app/admin.ts";
import { AuditTrim } from "./app/audit-trim.ts";
import { BackupPlace } from "./app/backup-place.ts";
import { Backups } from "./app/backups.ts";
import { certificatesOf, NEW_CA, renewCertificates } from "./app/certificates.ts";
import { AheadReader } from "./app/ahead.ts";
import { SystemClock } from "./app/clock.ts";
import { ClockWatch, readClockNote } from "./app/clock-watch.ts";
import { anySecure, listenerPlans, ownerless, warnings } from "./app/listeners.ts";
import { buildEngine, type Engine } from "./app/engine.ts";
import { firstSecrets, NO_SECRETS } from "./app/first-start.ts";
import { OpenFiles, tellFewer, withFiles } from "./app/files.ts";
import { placesOf } from "./app/places.ts";
import { openPeople, tickPeople } from "./app/people.ts";
import { checkBefore, isNamed, nobody } from "./app/preflight.ts";
import { openStores } from "./app/stores.ts";
import { holdFile, LeapGuard } from "./app/leap.ts";
import { Strangers } from "./app/strangers.ts";
import { StrangersAudit } from "./app/strangers-audit.ts";
import { Sweeps } from "./app/sweeps.ts";
import { Unshown } from "./app/unshown.ts";
import { UseKeeper } from "./app/token-uses.ts";
import { Upkeep } from "./app/upkeep.ts";
import { errorText, Refusal } from "./base/errors.ts";
import type { Log } from "./base/types.ts";
import { publishFigures } from "./broker/figures.ts";
import { recoverSessions } from "./broker/recover.ts";
import type { OperationsDeps } from "./admin/types.ts";
import type { RunningServer, ServerOptions } from "./app/types.ts";
import type { Config } from "./config/settings.ts";
import { FLEET_FILE } from "./fleet/audit.ts";
import type { Plan } from "./fleet/plan.ts";
import { FleetService } from "./fleet/service.ts";
import { hashToken } from "./fleet/token.ts";
import { createControl } from "./http/instance/control.ts";
import { listenControl } from "./listen/control.ts";
import type { Http } from "./http/index.ts";
import { Listeners } from "./listen/listeners.ts";
import { trustedPeers } from "./listen/trusted.ts";
import type { SeenEvent } from "./ingest/event-log.ts";
import { maintenanceOf, type Stores } from "./store/open.ts";
import type { StoreLock } from "./store/ports.ts";

const TICK_MS = 1000;

/**
 * Starts the server: stores, then sessions, then listeners; stops in the other order.
 * @throws Refusal for what the operator can mend: a taken port, a damaged file, a folder in use, a bad certificate
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { log } = options;
  const config = withFiles(options.config);
  const undo: (() => unknown)[] = [];
  try {
    return await start(config, options.config, log, options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function start(
  config: Config,
  wished: Config,
  log: Log,
  { headless = false, settings = [] }: Pick<ServerOptions, "headless" | "settings">,
  undo: (() => unknown)[],
): Promise<RunningServer> {
  const folder = config.data;
  const isNew = !existsSync(folder);
  // another server on the folder is the better news than that it has the ports
  const lock = isNew ? null : lockOf(folder, undo);
  const clockFile = join(folder, "clock");
  const clock = new SystemClock(readClockNote(clockFile));
  const fleetFile = checkBefore(config, clock, log);
  const held = lock ?? lockOf(folder, undo);
  const opened = await openStores(folder, log, (close) => undo.push(close), config.dataLostOk);
  const { stores } = opened;
  const known: { directory: Directory | null } = { directory: null };
  const engine = await buildEngine(
    config,
    opened,
    clock,
    namedLog(log, () => known.directory, config.logLevel === "debug"),
  );
  known.directory = engine.directory;
  const { broker } = engine;
  const { watch, ahead } = watchClock(engine, stores, clock, config, clockFile, log);
  await recoverSessions(broker, stores.data, opened.opened.nextSeq - 1, clock.steady());
  const service = new FleetService({
    store: stores.fleet,
    directory: engine.directory,
    topics: engine.topics,
    micros: () => clock.micros(),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  const plans = listenerPlans(config);
  const certificates = anySecure(plans) ? certificatesOf(config, clock) : null;
  if (certificates?.renewed != null) log.warn({ reason: certificates.renewed }, NEW_CA);
  const unshown = new Unshown(folder);
  const before = (plan: Plan) => {
    checkAnonymous(config, engine, plan);
    unshown.note(plan.newTokens.map(({ token }) => hashToken(token)));
  };
  const applied = fleetFile === null ? null : await service.applyFile(fleetFile, { by: FLEET_FILE, before });
  if (fleetFile === null) checkAnonymous(config, engine, { drafts: [] });
  const guesses = new StrangersAudit(stores.fleet, clock, log);
  const people = await openPeople(config, {
    accounts: stores.fleet.accounts,
    directory: engine.directory,
    fleet: service,
    clock,
    log,
    tell: (event) => guesses.tell(event),
  });
  const secrets = headless
    ? NO_SECRETS
    : await firstSecrets({ config, people, directory: engine.directory, service, unshown });

  const integrations = openIntegrations(config, engine, log);
  undo.push(() => integrations.stop());
  const admin = adminDeps(engine, stores, clock, service);
  const state = { ready: false };
  const told: { instance: InstancePort | null } = { instance: null };
  const http = makeHttp(config, engine, admin, people, stores, clock, log, state, told);
  const tellEvent = (event: SeenEvent) => engine.ingest.eventLog.seen(event);
  const strangers = new Strangers(engine.metrics, log, tellEvent, () => performance.now());
  const files = new OpenFiles(engine.metrics, log);
  files.tick();
  undo.push(() => files.letGo());
  const listeners = makeListeners(config, engine, http, strangers, files, log);
  listeners.start(plans, certificates);
  undo.push(() => listeners.stop());

  const startedAt = clock.micros();
  const begun = clock.steady();
  broker.figuresFor = (outlet) => publishFigures(broker, version, begun, outlet);
  const addresses = [...listeners.addresses];
  const caFile = certificates?.caFile ?? null;
  const sweeps = sweepsOf(engine, config, clock, log);
  const info = { pid: process.pid, startedAt: Math.floor(startedAt / 1000), addresses, caFile };
  const deps: OperationsDeps = {
    ...commandDeps(engine, admin, stores, sweeps, clock, () => watch.believe()),
    people,
    info: () => info,
  };
  const control = operations(deps);
  const controlSocket = serveControl(folder, control, deps, log);
  undo.push(() => controlSocket.stop());

  const renewing = certificates ? renewCertificates(config, listeners, clock, log) : null;
  if (renewing) watch.told = () => renewing.look();
  const backups = new Backups(
    { dir: config.backupDir, every: config.backupEvery, keep: config.backupKeep },
    (file, now) => stores.maintenance.startBackup({ file, force: false, version, now }),
    engine.metrics,
    log,
    new BackupPlace(folder),
  );
  told.instance = instanceOf({
    config,
    settings,
    clock,
    metrics: engine.metrics,
    startedAt,
    addresses,
    listeners,
    ownCa: caFile !== null,
    deps,
    backups,
  });
  const uses = new UseKeeper(engine.authority.uses, stores.uses, log);
  await uses.restore();
  const upkeep = new Upkeep(
    broker,
    engine.authority,
    clock,
    watch,
    () => publishFigures(broker, version, begun),
    backups,
    sweeps,
    new AuditTrim(stores.fleet, config.auditKeep, log),
    () => void tickPeople(people, log),
    uses,
    http,
    {
      tick(now: number) {
        listeners.tick(now);
        strangers.tick();
        guesses.tick();
        files.tick();
      },
    },
    engine.consumers,
  );
  engine.metrics.httpConnections = () => listeners.httpConnections;
  const timer = setInterval(() => upkeep.tick(), TICK_MS);
  state.ready = true;
  tellFewer(wished, config, log);
  return {
    addresses,
    ...secrets,
    secretsShown: () => unshown.forget(),
    caFile,
    applied,
    warnings: [...warnings(config), ...ownerless(engine.directory)],
    control,
    async stop(reason) {
      state.ready = false;
      log.info({ reason }, "stopping");
      clearInterval(timer);
      ahead.end();
      watch.write();
      renewing?.end();
      http.end();
      listeners.stop();
      integrations.stop();
      await backups.end();
      engine.consumers.stop();
      await broker.stop();
      await controlSocket.stop();
      await stores.data.close();
      await uses.end();
      await guesses.end();
      await stores.fleet.close();
      held.release();
    },
  };
}

/** Takes the data folder, and makes it when it is not there. @throws Refusal invalid_config */
function lockOf(folder: string, undo: (() => unknown)[]): StoreLock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "EEXIST" ? "it is a file" : errorText(error);
    throw new Refusal("invalid_config", `--data ${folder}: the folder cannot be made: ${why}`);
  }
  const maintenance = maintenanceOf(folder);
  const lock = maintenance.lock();
  if (!lock)
    throw new Refusal("invalid_config", `--data ${folder}: another fieldcast uses this folder${maintenance.holder()}`);
  undo.push(() => lock.release());
  return lock;
}

/** The socket over which the commands of this machine reach the server. */
function serveControl(folder: string, control: Operations, deps: OperationsDeps, log: Log) {
  // a socket's path is bounded: the shorter form of it
  const socket = shorter(resolve(folder, "control.sock"));
  return listenControl(socket, createControl({ operations: control, streams: streams(deps), log }).fetch);
}

/** @throws Refusal when --anonymous names nobody, before anything is committed */
function checkAnonymous({ anonymous }: Config, { directory }: Engine, plan: Pick<Plan, "drafts">): void {
  if (anonymous !== null && !isNamed(anonymous, directory, plan)) throw nobody(anonymous);
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

/** The listeners, which share one broker and one HTTP side. */
function makeListeners(
  config: Config,
  { broker, metrics }: Engine,
  http: Http,
  strangers: Strangers,
  files: OpenFiles,
  log: Log,
): Listeners {
  return new Listeners({
    accept: (wire) => (files.refuses(wire) ? null : broker.accept(wire)),
    http: (request, info) => http.fetch(request, info),
    maxBody: MAX_BODY,
    maxPacket: config.maxPacket,
    ownNames: namesOf(config),
    places: placesOf(config, metrics, log, files),
    log,
    trusts: trustedPeers(config.proxyFrom),
    proxied: config.proxyProtocol,
    onRefused: (...refused) => strangers.refused(...refused),
  });
}

function sweepsOf(
  { series, hub, metrics }: Engine,
  { sweepEvery, data }: Config,
  clock: SystemClock,
  log: Log,
): Sweeps {
  // the note knows better than stamps that a wrong clock may have left
  const known = clock.since === null ? series.lastArrival() : clock.micros() - clock.since;
  const guard = new LeapGuard(known, holdFile(join(data, "sweep-held")), log);
  return new Sweeps({ series, metrics, guard, operation: (op) => hub.operation(op) }, sweepEvery * 1e6);
}

function shorter(absolute: string): string {
  const near = relative(process.cwd(), absolute);
  return near.length < absolute.length ? near : absolute;
}
