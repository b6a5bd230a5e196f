import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { version } from "../package.json";
import { Authority } from "./auth/authority.ts";
import { Refusal } from "./base/errors.ts";
import { Metrics } from "./base/metrics.ts";
import type { Clock, Log } from "./base/types.ts";
import { anonymousKey, anonymousLogin } from "./broker/anonymous.ts";
import { Broker } from "./broker/broker.ts";
import { publishFigures } from "./broker/figures.ts";
import { listSessions } from "./broker/listing.ts";
import { recoverSessions } from "./broker/recover.ts";
import { disconnectClient } from "./broker/rights.ts";
import type { ListenerAddress, RunningServer, SeriesFilter, ServerOptions } from "./cli/types.ts";
import { encode } from "./codec/index.ts";
import type { Config } from "./config/settings.ts";
import { Hub } from "./fanout/hub.ts";
import { Directory } from "./fleet/directory.ts";
import { FleetService } from "./fleet/service.ts";
import { createControl } from "./http/control.ts";
import { createHttp } from "./http/index.ts";
import { Ingest } from "./ingest/ingest.ts";
import { SeriesTable } from "./ingest/series.ts";
import { ensureCertificates, loadOperatorCertificate, serverNames } from "./listen/certificates.ts";
import { listenControl } from "./listen/control.ts";
import { type DoorPlan, Doors } from "./listen/doors.ts";
import { watchFiles } from "./listen/watch.ts";
import { SqliteDataStore } from "./store/sqlite/data/store.ts";
import { SqliteFleetStore } from "./store/sqlite/fleet/store.ts";
import { acquireLock } from "./store/sqlite/lock.ts";
import { PlatformTopics } from "./topic/platform.ts";

const TICK_MS = 1000;
const FIGURES_TICKS = 10;
/** Rows, bytes and ticks, after which the log is sealed and trimmed. */
const TRIM_ROWS = 262_144;
const TRIM_BYTES = 32 * 1024 * 1024;
const TRIM_TICKS = 300;

/** Wall clock in µs that never stands still within a millisecond. */
export function systemClock(): Clock {
  return { micros: () => Math.floor((performance.timeOrigin + performance.now()) * 1000) };
}

function later(fn: () => void, ms: number): void {
  if (ms <= 0) setImmediate(fn);
  else setTimeout(fn, ms);
}

/**
 * Starts the server: stores, then sessions, then listeners; stops in the other order.
 * @throws Refusal for what the operator can mend: a taken port, a damaged file, a folder in use, a bad certificate
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options;
  const undo: (() => unknown)[] = [];
  try {
    return await start(config, log, options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function start(
  config: Config,
  log: Log,
  { operations, clock = systemClock() }: ServerOptions,
  undo: (() => unknown)[],
): Promise<RunningServer> {
  const folder = config.data;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = acquireLock(folder);
  if (!lock) throw new Refusal("invalid_config", `--data ${folder}: another fieldcast uses this folder`);
  undo.push(() => lock.release());

  const fleet = new SqliteFleetStore(join(folder, "fleet.db"));
  const store = new SqliteDataStore({
    folder,
    onNotice: (text) => log.warn({}, text),
    onFatal: (error) => {
      log.error({ error: String(error) }, "the store cannot go on; the server ends, start it again");
      process.exit(1);
    },
  });
  undo.push(
    () => fleet.close(),
    () => store.close(),
  );
  const [rows, recovered] = await Promise.all([fleet.open(), store.open()]);
  // uids would be given anew, and the measurements of one device become another's, or nobody's and be deleted
  if (rows.length === 0 && recovered.series.length > 0)
    throw new Refusal(
      "damaged_store",
      `${join(folder, "fleet.db")} is new or empty, but data.db holds measurements of its devices. Nothing was changed. ` +
        "Put fleet.db back from a backup, or move data.db away as well to start with an empty instance.",
    );
  const directory = new Directory();
  const authority = new Authority(directory);
  directory.apply(rows);

  const metrics = new Metrics();
  const topics = new PlatformTopics(config.prefix);
  const series = new SeriesTable(recovered.nextSeries);
  const orphans = series.load(recovered.series, directory);
  const ingest = new Ingest({
    store,
    directory,
    topics,
    series,
    metrics,
    clock,
    log,
    nextSeq: recovered.nextSeq,
    options: {
      gapMs: config.commitGap,
      graceMs: config.storageGrace * 1000,
      later,
      maxCommitRows: config.maxCommitRows,
      maxCommitBytes: config.maxCommitBytes,
      maxBatchRows: config.maxBatchRows,
    },
  });
  const hub = new Hub(
    {
      ingest,
      series,
      store,
      topics,
      metrics,
      clock,
      log,
      limits: { maxQueued: config.maxQueuedMessages, maxUnsent: config.maxUnsentBytes },
      soon: (fn) => later(fn, 0),
      pubrel: (v, packetId) => encode(v, { type: "pubrel", packetId, reasonCode: 0 }),
    },
    recovered.nextSeq - 1,
  );
  const anonymous = config.anonymous && { ...config.anonymous, anywhere: config.anonymousFrom === "anywhere" };
  const broker = new Broker({
    anonymous: anonymousLogin(anonymous, directory, authority),
    ingest,
    hub,
    series,
    directory,
    authority,
    topics,
    metrics,
    clock,
    log,
    later,
    limits: { ...config, maxUnsent: config.maxUnsentBytes },
    newClientId: () => `fc-${randomBytes(12).toString("hex")}`,
    nextSession: recovered.nextSession,
  });
  gauges(metrics, broker);
  recoverSessions(broker, recovered, clock.micros());
  if (orphans.length > 0) hub.operation({ op: "series_delete", ids: orphans });
  followDeletions(directory, series, hub);

  const service = new FleetService({
    store: fleet,
    directory,
    micros: () => clock.micros(),
    random: (n) => crypto.getRandomValues(new Uint8Array(n)),
  });
  const applied = config.apply === null ? null : await service.applyFile(readFileSync(config.apply, "utf8"));
  const firstRun = await service.firstRun();
  if (anonymous && anonymousKey(anonymous, directory) === null)
    throw new Refusal(
      "invalid_config",
      `--anonymous ${anonymous.workspace}/${anonymous.name}: there is no such API user; make it with a fleet file (--apply)`,
    );

  const certificates = secureDoors(config).length > 0 ? await certificatesOf(config, clock) : null;
  let ready = false;
  const http = createHttp({
    directory,
    authority,
    series,
    store,
    metrics,
    clock,
    log,
    recorder: ingest,
    prefix: config.prefix,
    ready: () => ready && !ingest.commits.batcher.failing,
    limits: { maxBody: 1024 * 1024, maxBatchRows: config.maxBatchRows },
  });
  const doors = new Doors({
    accept: (wire) => broker.accept(wire),
    http: (request, info) => http.fetch(request, info),
    maxBody: 1024 * 1024,
    maxPacket: config.maxPacket,
    log,
  });
  doors.start(doorPlans(config), certificates);
  undo.push(() => doors.stop());

  const startedAt = clock.micros();
  broker.figuresFor = (outlet) => publishFigures(broker, version, startedAt, outlet);
  const addresses: ListenerAddress[] = [...doors.addresses];
  const caFile = certificates?.caFile ?? null;
  const control = operations({
    service,
    directory,
    // the directory's listener has queued the deletion: this waits until it is durable
    deleteSeries: async (_filter: SeriesFilter) => ingest.commits.durable(),
    readRefusals: (device, principal, limit) => store.readRefusals(device, principal, limit),
    stats: () => store.stats(),
    current: (device, field) => series.current(series.idOf(device, field) ?? 0),
    sessions: {
      list: (principal) => listSessions(broker, principal),
      disconnect: (principal, clientId) => disconnectClient(broker, principal, clientId),
    },
    info: () => ({ pid: process.pid, startedAt: Math.floor(startedAt / 1000), addresses, caFile }),
  });
  // a socket's path is bounded: the shorter form of it
  const socket = shorter(resolve(folder, "control.sock"));
  const controlDoor = listenControl(socket, createControl({ operations: control, log }).fetch);
  undo.push(() => controlDoor.stop());

  const stopWatching = watchCertificates(config, certificates, doors, clock, log);
  const timers = startTimers(broker, authority, hub, ingest, clock, () => publishFigures(broker, version, startedAt));
  ready = true;
  return {
    addresses,
    firstRun,
    caFile,
    applied,
    warnings: warnings(config),
    control,
    async stop(reason) {
      ready = false;
      log.info({ reason }, "stopping");
      timers();
      stopWatching();
      doors.stop();
      await broker.stop();
      controlDoor.stop();
      await store.close();
      await fleet.close();
      lock.release();
    },
  };
}

function shorter(absolute: string): string {
  const near = relative(process.cwd(), absolute);
  return near.length < absolute.length ? near : absolute;
}

function gauges(metrics: Metrics, broker: Broker): void {
  metrics.outboxBytes = () => {
    let sum = 0;
    for (const c of broker.connections) sum += c.box.unsent;
    return sum;
  };
  metrics.queuedMessages = () => {
    let sum = 0;
    for (const s of broker.sessions.values()) sum += s.outlet.waiting;
    return sum;
  };
  metrics.pendingRows = () => broker.ingest.commits.batch.count;
}

/** A deleted device or field takes its series along, in the store and in memory. */
function followDeletions(directory: Directory, series: SeriesTable, hub: Hub): void {
  directory.onChange((changes) => {
    const gone = changes.some((c) => c.op === "delete" && (c.kind === "device" || c.kind === "field"));
    if (!gone) return;
    const ids = series.select((device, field) => device.deleted || field.deleted);
    for (const id of ids) series.remove(id);
    if (ids.length > 0) hub.operation({ op: "series_delete", ids });
  });
}

function secureDoors(config: Config): DoorPlan[] {
  return doorPlans(config).filter(({ name }) => name !== "mqtt" && name !== "http");
}
function doorPlans(config: Config): DoorPlan[] {
  const plans: DoorPlan[] = [];
  for (const name of ["mqtt", "mqtts", "http", "https", "wss"] as const) {
    const at = config[name];
    if (at !== null) plans.push({ name, host: at.host, port: at.port });
  }
  return plans;
}

interface Certificates {
  readonly certPem: string;
  readonly keyPem: string;
  readonly caFile: string | null;
}
async function certificatesOf(config: Config, clock: Clock): Promise<Certificates> {
  if (config.tlsCert !== null && config.tlsKey !== null)
    return { ...loadOperatorCertificate(config.tlsCert, config.tlsKey, clock.micros()), caFile: null };
  return ensureCertificates(join(config.data, "tls"), serverNames(config.tlsName), clock.micros());
}
/** New certificates are taken over without dropping connections; a bad file keeps the old one and says so. */
function watchCertificates(
  config: Config,
  current: Certificates | null,
  doors: Doors,
  clock: Clock,
  log: Log,
): () => void {
  const { tlsCert, tlsKey } = config;
  if (current === null || tlsCert === null || tlsKey === null) return () => {};
  return watchFiles([tlsCert, tlsKey], () => {
    try {
      doors.renew(loadOperatorCertificate(tlsCert, tlsKey, clock.micros()));
      log.info({ file: tlsCert }, "took over the new certificate");
    } catch (error) {
      log.error(
        { file: tlsCert, error: String((error as Error).message) },
        "the new certificate is not usable; the old one stays",
      );
    }
  });
}

function startTimers(
  broker: Broker,
  authority: Authority,
  hub: Hub,
  ingest: Ingest,
  clock: Clock,
  figures: () => void,
): () => void {
  let ticks = 0;
  let trimmedSeq = hub.fannedSeq;
  let trimmedAt = 0;
  let trimmedBytes = 0;
  const timer = setInterval(() => {
    ticks++;
    authority.expire(clock.micros());
    broker.tick();
    if (ticks % FIGURES_TICKS === 0) figures();
    const rows = hub.fannedSeq - trimmedSeq;
    const due =
      rows >= TRIM_ROWS ||
      ingest.commits.committedBytes - trimmedBytes >= TRIM_BYTES ||
      ticks - trimmedAt >= TRIM_TICKS;
    if (ingest.commits.batcher.failing || rows === 0 || !due) return;
    trimmedAt = ticks;
    trimmedBytes = ingest.commits.committedBytes;
    trimmedSeq = hub.fannedSeq;
    broker.sessions.checkpointAll();
    hub.operation({ op: "trim", upTo: trimmedSeq });
  }, TICK_MS);
  return () => clearInterval(timer);
}

function warnings(config: Config): string[] {
  const loopback = new Set(["127.0.0.1", "::1", "localhost"]);
  const said: string[] = [];
  if (config.anonymous !== null) {
    const who = `${config.anonymous.workspace}/${config.anonymous.name}`;
    const whence = config.anonymousFrom === "anywhere" ? "from anywhere" : "from this machine";
    said.push(`--anonymous ${who}: MQTT clients ${whence} need no token and get this API user's rights`);
  }
  for (const name of ["mqtt", "http"] as const) {
    const at = config[name];
    if (at === null || loopback.has(at.host) || at.host.startsWith("127.")) continue;
    const host = at.host.includes(":") ? `[${at.host}]` : at.host;
    said.push(`--${name} ${host}:${at.port} is open to the network without encryption: tokens can be read on the way`);
  }
  return said;
}
